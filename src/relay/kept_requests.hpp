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
    /// More requests in flight are not kept: 2 MB.
    static constexpr std::size_t places_max = 4096;

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
        if (free_ == none && !grow()) return none;
        place const at = free_;
        kept& to = of(at);
        free_ = to.next_free;
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
    void release(place at) noexcept
    {
        if (at == none) return;
        of(at).next_free = free_;
        free_ = at;
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

    /// False if there are places_max already.
    bool grow();

    std::vector<std::unique_ptr<kept[]>> blocks_;
    place free_ = none;
};

}  // namespace respguard::relay
