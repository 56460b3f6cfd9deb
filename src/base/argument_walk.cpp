#include "respguard/base/argument_walk.hpp"

#include <algorithm>

#include "base/length_header.hpp"

namespace respguard {

argument_walk::argument_walk(byte_view canonical_request) noexcept
{
    length_header const count = read_length_header(canonical_request);
    if (count.size == 0) return;
    count_ = static_cast<std::uint32_t>(count.value);
    rest_ = canonical_request.substr(count.size);
}

bool argument_walk::next() noexcept
{
    length_header const length = read_length_header(rest_);
    if (length.size == 0) return false;
    rest_.remove_prefix(length.size);
    auto const there = std::min<std::uint64_t>(rest_.size(), length.value);
    current_ = {rest_.substr(0, there), length.value};
    rest_.remove_prefix(there);
    rest_.remove_prefix(std::min<std::size_t>(rest_.size(), 2));
    ++next_index_;
    return true;
}

}  // namespace respguard
