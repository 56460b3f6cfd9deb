#include "respguard/base/arguments.hpp"

namespace respguard {

namespace {

/// Reads "<digits>\r\n" behind the type byte; npos if it is not whole.
struct header {
    std::size_t value = 0;
    std::size_t size = byte_view::npos;
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
        found.value = found.value * 10 + static_cast<std::size_t>(c - '0');
    }
    return found;
}

}  // namespace

arguments::arguments(byte_view canonical_request) noexcept
{
    header const count = read_header(canonical_request);
    if (count.size != byte_view::npos) behind_count_ = canonical_request.substr(count.size);
}

void arguments::iterator::advance() noexcept
{
    header const length = read_header(rest_);
    if (length.size == byte_view::npos || rest_.size() - length.size < length.value) {
        current_ = {};
        rest_ = {};
        return;
    }
    current_ = rest_.substr(length.size, length.value);
    rest_.remove_prefix(length.size + length.value);
    rest_.remove_prefix(rest_.size() < 2 ? rest_.size() : 2);
}

}  // namespace respguard
