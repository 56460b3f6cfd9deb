#include "relay/output.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace respguard::relay {

void output::append_copy(byte_view bytes)
{
    while (!bytes.empty()) {
        if (chunks_.empty() || chunk_used_ == chunk_bytes) {
            chunks_.push_back(std::make_unique_for_overwrite<char[]>(chunk_bytes));
            chunk_used_ = 0;
        }
        std::size_t const n = std::min(bytes.size(), chunk_bytes - chunk_used_);
        char* const place = chunks_.back().get() + chunk_used_;
        std::memcpy(place, bytes.data(), n);
        chunk_used_ += n;
        append({place, n});
        bytes.remove_prefix(n);
    }
}

void output::grow()
{
    auto more = std::make_unique<byte_view[]>(2 * capacity_);
    std::copy_n(pieces_.get(), count_, more.get());
    pieces_ = std::move(more);
    capacity_ *= 2;
}

void output::drop_chunks() noexcept
{
    if (chunks_.size() > 1) chunks_.resize(1);
    chunk_used_ = 0;
}

}  // namespace respguard::relay
