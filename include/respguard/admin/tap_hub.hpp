// The live taps that are open.
//
// Lives on the HTTP server's thread.
#pragma once

#include "respguard/stats/tap.hpp"
#include "respguard/stats/tap_counts.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace respguard::admin {

class tap_hub {
public:
    /// Open at once; each costs every command a look, and every shard 1.2 MB.
    static constexpr std::size_t taps_max = 8;

    /// Given by app; both only tell the shards, and return at once.
    struct shards {
        std::size_t count = 0;
        std::function<void(std::shared_ptr<stats::tap> const&)> listen;
        std::function<void(std::shared_ptr<stats::tap> const&)> forget;
    };

    tap_hub() = default;
    explicit tap_hub(shards with) : shards_(std::move(with)) {}

    /// False if keys are not shown to anybody (`privacy.show`). May change at any time: then the
    /// taps that have to do with keys end.
    bool may_show_keys = true;

    /// False of one that shows keys, or asks for some, where they are hidden by now.
    [[nodiscard]] bool allows(stats::tap const& open) const noexcept
    {
        return may_show_keys || (!open.shows_keys() && !open.filter().key);
    }

    /// From now on the shards tell it what passes the filter. Null if there are taps_max.
    [[nodiscard]] std::shared_ptr<stats::tap> open(stats::tap_filter filter, bool shows_keys);
    /// Every tap that was opened has to be closed.
    void close(std::shared_ptr<stats::tap> const& ended);
    void count_told(std::size_t commands) noexcept { told_ += commands; }

    [[nodiscard]] stats::tap_counts counts() const;

private:
    shards shards_;
    std::vector<std::shared_ptr<stats::tap>> open_;
    std::uint64_t told_ = 0;
    std::uint64_t dropped_ = 0;  ///< Of those that are closed.
};

}  // namespace respguard::admin
