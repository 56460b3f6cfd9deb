// Walks the arguments of a canonical request.
#pragma once

#include "respguard/base/bytes.hpp"

#include <cstddef>

namespace respguard {

/// Forward walk over the arguments of one canonical request: `for (byte_view a :
/// arguments(bytes))`. Stops at the end of the bytes: an argument whose body is not wholly there is
/// not shown. The bytes must be in canonical form (resp::request_parser, resp::append_canonical);
/// they are borrowed.
class arguments {
public:
    class iterator {
    public:
        using value_type = byte_view;
        using difference_type = std::ptrdiff_t;
        iterator() = default;
        explicit iterator(byte_view rest) noexcept : rest_(rest) { advance(); }
        [[nodiscard]] byte_view operator*() const noexcept { return current_; }
        iterator& operator++() noexcept
        {
            advance();
            return *this;
        }
        void operator++(int) noexcept { advance(); }
        [[nodiscard]] bool operator==(iterator const& other) const noexcept
        {
            return current_.data() == other.current_.data();
        }

    private:
        void advance() noexcept;  ///< current_.data() == nullptr at the end.
        byte_view rest_;
        byte_view current_;
    };

    explicit arguments(byte_view canonical_request) noexcept;
    [[nodiscard]] iterator begin() const noexcept { return iterator(behind_count_); }
    [[nodiscard]] iterator end() const noexcept { return {}; }

private:
    byte_view behind_count_;
};

}  // namespace respguard
