// Tells the same thing once, then at most once a minute with how often it was.
#pragma once

#include "respguard/stats/event.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <unordered_map>
#include <utility>

namespace respguard::stats {

/// Bounded: things_max different things are told apart, further ones are one. Used by one thread;
/// time is monotonic nanoseconds.
class notices {
public:
    /// Takes an event to be told; called within add() and flush().
    using sink = std::function<void(event)>;

    static constexpr std::uint64_t again_ns = 60'000'000'000;
    static constexpr std::size_t things_max = 512;

    explicit notices(sink tell) : tell_(std::move(tell)) {}

    /// It happened. `make` is called only if it is told now, and gives the event; `left_out` is
    /// filled in here.
    ///
    /// @param thing Says which: a hash of what makes two of them the same.
    template <typename Make>
    void add(std::uint64_t thing, std::uint64_t now_ns, Make const& make)
    {
        place* const at = due(thing, now_ns);
        if (at == nullptr) return;
        event made = make();
        made.left_out = std::exchange(at->left_out, 0);
        at->last = made;
        tell_(std::move(made));
    }

    /// To be called every few seconds: tells what happened since the last event and was left out,
    /// though it does not happen any more.
    void flush(std::uint64_t now_ns);

private:
    struct place {
        std::uint64_t told_ns = 0;
        std::uint64_t left_out = 0;
        event last;
    };
    /// Null if it is not to be told now; then it is counted.
    [[nodiscard]] place* due(std::uint64_t thing, std::uint64_t now_ns);

    sink tell_;
    std::unordered_map<std::uint64_t, place> places_;
};

}  // namespace respguard::stats
