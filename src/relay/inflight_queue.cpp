#include "relay/inflight_queue.hpp"

#include <cassert>

namespace respguard::relay {

void inflight_queue::shrink() noexcept
{
    assert(empty() && "entries would be lost");
    free_ring();
    ring_ = &only_;
    mask_ = 0;
}

void inflight_queue::grow()
{
    // From one entry to four: whoever pipelines at all has more than two in flight.
    std::uint32_t const capacity = mask_ == 0 ? 4 : (mask_ + 1) * 2;
    auto ring = std::make_unique<inflight_entry[]>(capacity);
    for (std::uint64_t i = first_; i != last_; ++i)
        ring[i & (capacity - 1)] = at(i);
    free_ring();
    ring_ = ring.release();
    mask_ = capacity - 1;
}

}  // namespace respguard::relay
