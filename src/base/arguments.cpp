#include "respguard/base/arguments.hpp"

#include "base/length_header.hpp"

namespace respguard {

arguments::arguments(byte_view canonical_request) noexcept
{
    length_header const count = read_length_header(canonical_request);
    if (count.size != 0) behind_count_ = canonical_request.substr(count.size);
}

void arguments::iterator::advance() noexcept
{
    length_header const length = read_length_header(rest_);
    if (length.size == 0 || rest_.size() - length.size < length.value) {
        current_ = {};
        rest_ = {};
        return;
    }
    current_ = rest_.substr(length.size, length.value);
    rest_.remove_prefix(length.size + length.value);
    rest_.remove_prefix(rest_.size() < 2 ? rest_.size() : 2);
}

}  // namespace respguard
