#include "relay/output.hpp"

#include <algorithm>
#include <cstring>

namespace respguard::relay {

void output::append(byte_view bytes)
{
    if (bytes.empty()) return;
    size_bytes_ += bytes.size();
    if (!pieces_.empty()) {
        byte_view& last = pieces_.back();
        if (last.data() + last.size() == bytes.data()) {
            last = byte_view(last.data(), last.size() + bytes.size());
            return;
        }
    }
    pieces_.push_back(bytes);
}

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

void output::clear() noexcept
{
    pieces_.clear();
    size_bytes_ = 0;
    if (chunks_.size() > 1) chunks_.resize(1);
    chunk_used_ = 0;
}

}  // namespace respguard::relay
