#include "relay/inflight_queue.hpp"

namespace respguard::relay {

void inflight_queue::release() noexcept
{
    ring_.reset();
    capacity_ = 0;
    mask_ = 0;
}

void inflight_queue::grow()
{
    std::size_t const capacity = capacity_ == 0 ? 4 : capacity_ * 2;
    auto ring = std::make_unique<inflight_entry[]>(capacity);
    for (std::uint64_t i = first_; i != last_; ++i)
        ring[i & (capacity - 1)] = at(i);
    ring_ = std::move(ring);
    capacity_ = capacity;
    mask_ = capacity - 1;
}

}  // namespace respguard::relay
