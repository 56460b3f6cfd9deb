// One live tap: what its reader wants to see, and a ring from each shard.
#pragma once

#include "respguard/stats/tap_filter.hpp"
#include "respguard/stats/tap_ring.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

namespace respguard::stats {

/// Shared by its reader and the shards' listeners; ends when the last of them lets go.
class tap {
public:
    /// 2048 records, 1.2 MB, for each shard: 20 ms, after which they are read, of 100000 a second.
    static constexpr unsigned ring_size_log2 = 11;

    tap(tap_filter filter, bool shows_keys, std::size_t shards);

    [[nodiscard]] tap_filter const& filter() const noexcept { return filter_; }
    [[nodiscard]] bool shows_keys() const noexcept { return shows_keys_; }
    [[nodiscard]] tap_ring& ring(std::size_t shard) noexcept { return *rings_[shard]; }

    /// Reader: what has come since the last call, in the order of time.
    [[nodiscard]] std::vector<tap_record> take();
    /// Any thread: since the beginning, from all shards.
    [[nodiscard]] std::uint64_t dropped() const noexcept;

private:
    tap_filter filter_;
    bool shows_keys_;
    std::vector<std::unique_ptr<tap_ring>> rings_;
};

/// Listens for one tap on one shard's thread.
class shard_tap final : public command_listener {
public:
    /// @param rule_name Of a rule's place, at the time of the call; borrowed until the next one.
    shard_tap(std::shared_ptr<tap> for_whom, std::size_t shard,
              std::function<std::string_view(std::uint16_t)> rule_name);

    void on_finished(finished_command const& what) noexcept override;

    /// What the shard's command_watch must hand on.
    [[nodiscard]] command_interest interest() const noexcept;
    [[nodiscard]] tap const* whose() const noexcept { return tap_.get(); }

private:
    std::shared_ptr<tap> tap_;
    tap_ring& ring_;
    std::function<std::string_view(std::uint16_t)> rule_name_;
    std::uint32_t until_next_ = 1;
};

}  // namespace respguard::stats
