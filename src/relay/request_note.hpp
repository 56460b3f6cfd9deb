// What is remembered of a request beside what the connection needs: for statistics only.
#pragma once

#include <cstdint>

namespace respguard::relay {

/// In every entry of the in-flight queue, hence small; the rest is in kept_requests.
struct request_note {
    std::uint16_t script = 0;
    std::uint16_t queue = 0;
    std::uint16_t family = 0;
    std::uint16_t kept = 0xFFFF;  ///< kept_requests::place
};

/// How long the client has not taken what there was for it, all in all. While it does not, upstream
/// is not read, so replies seem late that are there.
class stall_clock {
public:
    void start(std::uint64_t now_ns) noexcept
    {
        if (since_ns_ == 0) since_ns_ = now_ns;
    }
    void stop(std::uint64_t now_ns) noexcept
    {
        total_ns_ = at(now_ns);
        since_ns_ = 0;
    }
    /// It never stood still so far.
    [[nodiscard]] bool is_zero() const noexcept { return (total_ns_ | since_ns_) == 0; }
    [[nodiscard]] bool runs() const noexcept { return since_ns_ != 0; }
    [[nodiscard]] std::uint64_t at(std::uint64_t now_ns) const noexcept
    {
        return total_ns_ + (since_ns_ != 0 && now_ns > since_ns_ ? now_ns - since_ns_ : 0);
    }
    [[nodiscard]] std::uint32_t at_us(std::uint64_t now_ns) const noexcept
    {
        return is_zero() ? 0 : static_cast<std::uint32_t>(at(now_ns) / 1'000U);
    }

private:
    std::uint64_t total_ns_ = 0;
    std::uint64_t since_ns_ = 0;
};

}  // namespace respguard::relay
