// What is remembered of the requests in flight for statistics and logs, with their first bytes, so
// that a slow one can be shown when its reply comes.
#pragma once

#include "respguard/base/bytes.hpp"
#include "respguard/stats/finished_command.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace respguard::relay {

/// One per shard. Bounded; memory is taken in blocks and never given back. The place given back
/// last is the next one used, so that few requests in flight touch little memory: a ring would walk
/// through all of it and out of the processor's cache.
class kept_requests {
public:
    using place = std::uint16_t;
    static constexpr place none = 0xFFFF;
    /// More requests in flight are not kept: with 256 KB this stays in the processor's cache when
    /// clients pipeline deeply, and what waits behind so many others is not the one to look at.
    static constexpr std::size_t places_max = 512;
    /// Large ones are few and are kept whatever is in flight: 2 MB in all.
    static constexpr std::size_t places_for_large_max = 4096;
    static constexpr std::uint64_t large_bytes = 64 * 1024;

    struct kept {
        std::uint64_t request_bytes = 0;
        /// From its last byte read to its last byte given to upstream; at most 4.2 s are told.
        std::uint32_t guard_ns = 0;
        /// stall_clock of the connection when it was given to upstream; wraps after 71 minutes.
        std::uint32_t stalled_us = 0;
        std::uint32_t arguments = 0;
        std::uint16_t rule = stats::no_matched_rule;
        std::uint16_t size = 0;
        place next_free = none;
        std::array<char, stats::kept_request_bytes> bytes;

        [[nodiscard]] byte_view view() const noexcept { return {bytes.data(), size}; }
    };

    /// Copies the beginning of a request; none if there is no room.
    [[nodiscard]] place keep(byte_view canonical, std::uint32_t arguments,
                             std::uint64_t request_bytes)
    {
        if (used_ >= places_max && request_bytes < large_bytes) return none;
        if (free_ == none && !grow()) return none;
        place const at = free_;
        kept& to = of(at);
        free_ = to.next_free;
        ++used_;
        to.request_bytes = request_bytes;
        to.guard_ns = 0;
        to.stalled_us = 0;
        to.arguments = arguments;
        to.rule = stats::no_matched_rule;
        auto const size = std::min(canonical.size(), to.bytes.size());
        to.size = static_cast<std::uint16_t>(size);
        std::copy_n(canonical.data(), size, to.bytes.data());
        return at;
    }
    /// What is there stays readable until the next keep().
    void release(place at) noexcept
    {
        if (at == none) return;
        give_back(at);
        --used_;
    }
    /// 0 if it was not kept.
    [[nodiscard]] std::uint64_t request_bytes(place at) const noexcept
    {
        return at == none ? 0 : of(at).request_bytes;
    }
    /// `at` must not be none.
    [[nodiscard]] kept& of(place at) noexcept
    {
        return blocks_[at / block_places][at % block_places];
    }
    [[nodiscard]] kept const& of(place at) const noexcept
    {
        return blocks_[at / block_places][at % block_places];
    }

private:
    static constexpr std::size_t block_places = 32;

    /// False if there are places_for_large_max already.
    bool grow();
    void give_back(place at) noexcept
    {
        of(at).next_free = free_;
        free_ = at;
    }

    std::vector<std::unique_ptr<kept[]>> blocks_;
    place free_ = none;
    std::size_t used_ = 0;
};

}  // namespace respguard::relay
