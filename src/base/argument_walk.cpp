#include "respguard/base/argument_walk.hpp"

#include <algorithm>

namespace respguard {

namespace {

/// Reads "<type><digits>\r\n"; size 0 if it is not whole.
struct header {
    std::uint64_t value = 0;
    std::size_t size = 0;
};

header read_header(byte_view bytes) noexcept
{
    header found;
    for (std::size_t i = 1; i < bytes.size(); ++i) {
        char const c = bytes[i];
        if (c == '\r') {
            if (i + 1 < bytes.size()) found.size = i + 2;
            return found;
        }
        found.value = found.value * 10 + static_cast<std::uint64_t>(c - '0');
    }
    return found;
}

}  // namespace

argument_walk::argument_walk(byte_view canonical_request) noexcept
{
    header const count = read_header(canonical_request);
    if (count.size == 0) return;
    count_ = static_cast<std::uint32_t>(count.value);
    rest_ = canonical_request.substr(count.size);
}

bool argument_walk::next() noexcept
{
    header const length = read_header(rest_);
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
