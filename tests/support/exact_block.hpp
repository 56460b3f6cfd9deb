// Bytes on the heap with nothing around them.
#pragma once

#include "respguard/base/bytes.hpp"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <span>

namespace respguard::test {

/// A copy of some bytes in a heap block of exactly their size, so that AddressSanitizer sees each
/// access beyond them. A std::string would hide those: it has a NUL behind its bytes, and slack.
class exact_block {
public:
    explicit exact_block(byte_view bytes) : size_(bytes.size()), bytes_(new char[bytes.size()])
    {
        std::copy(bytes.begin(), bytes.end(), bytes_.get());
    }
    [[nodiscard]] std::span<char> span() noexcept { return {bytes_.get(), size_}; }
    [[nodiscard]] byte_view view() const noexcept { return {bytes_.get(), size_}; }

private:
    std::size_t size_;
    std::unique_ptr<char[]> bytes_;
};

}  // namespace respguard::test
