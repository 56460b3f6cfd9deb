#include "relay/kept_requests.hpp"

namespace respguard::relay {

bool kept_requests::grow()
{
    std::size_t const first = blocks_.size() * block_places;
    if (first >= places_for_large_max) return false;
    blocks_.push_back(std::make_unique_for_overwrite<kept[]>(block_places));
    for (std::size_t i = block_places; i-- > 0;)
        give_back(static_cast<place>(first + i));
    return true;
}

}  // namespace respguard::relay
