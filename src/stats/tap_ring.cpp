#include "respguard/stats/tap_ring.hpp"

namespace respguard::stats {

void tap_ring::take_all(std::vector<tap_record>& into)
{
    auto tail = tail_.load(std::memory_order_relaxed);
    auto const head = head_.load(std::memory_order_acquire);
    for (; tail != head; ++tail) {
        into.push_back(places_[tail & mask_]);
        tail_.store(tail + 1, std::memory_order_release);
    }
}

}  // namespace respguard::stats
