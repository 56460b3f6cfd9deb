// After an error of ours: what the client sent behind it is held until it is clear that it stays.
//
// A client that reconnects on error replies (EmailEngine's ioredis does on every one) sends again
// what it has no reply for. Had we forwarded what stood behind the refused request, it would be
// executed twice. So nothing is, until the error has been given to the client and it did not hang
// up within a short time; if it hangs up, what was held is discarded.
#pragma once

#include <cstdint>

namespace respguard::relay {

class reject_barrier {
public:
    /// A client that stayed after so many errors does not reconnect on them: no more barriers, or a
    /// client with thousands of refused requests in a row would take minutes.
    static constexpr std::uint32_t survived_max = 3;

    /// A refused request got this in-flight number: nothing behind it may be forwarded.
    void raise(std::uint64_t number) noexcept
    {
        if (state_ != state::down || survived_ >= survived_max) return;
        number_ = number;
        state_ = state::waiting;
    }
    /// The local reply of this number has been handed out, or was not shown to the client.
    void on_answered(std::uint64_t number, bool shown) noexcept
    {
        if (state_ != state::waiting || number != number_) return;
        state_ = shown ? state::told : state::down;
    }
    /// The time is over and the client is still there.
    void lift() noexcept
    {
        state_ = state::down;
        ++survived_;
    }

    [[nodiscard]] bool is_down() const noexcept { return state_ == state::down; }
    /// The client has been told: the time begins as soon as its socket has taken the error.
    [[nodiscard]] bool is_told() const noexcept { return state_ == state::told; }

private:
    enum class state : std::uint8_t { down, waiting, told };

    std::uint64_t number_ = 0;
    std::uint32_t survived_ = 0;
    state state_ = state::down;
};

}  // namespace respguard::relay
