#include "respguard/resp/request_parser.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "resp/decimal.hpp"

namespace respguard::resp {
namespace {

constexpr std::size_t line_end_bytes = 2;  // CR LF.

/// The two bytes behind an argument are never looked at, here as in Redis; upstream gets CR LF.
void write_line_end(char* at) noexcept
{
    at[0] = '\r';
    at[1] = '\n';
}

/// The number of a header whose line is wholly in the input and in the form that all real clients
/// send; end is nullptr for any other line, which is then read the long way. Once per argument: the
/// call itself would be a tenth of the work.
template <char Type>
[[gnu::always_inline]] inline decimal<char> read_plain_header(char* header, char* end) noexcept
{
    // One to three digits, the usual case, without a loop: all that is not a digit at once.
    std::uint64_t word = 0;
    if (end - header >= static_cast<std::ptrdiff_t>(sizeof word)) [[likely]] {
        static_assert(std::endian::native == std::endian::little);
        std::memcpy(&word, header, sizeof word);
        auto const is_line_of = [word](unsigned digits) {
            constexpr std::uint64_t line_end = '\r' | '\n' << 8U;
            unsigned const shift = 8U * (digits + 1);
            return (word & (0xFFULL | 0xFFFFULL << shift)) == (Type | line_end << shift);
        };
        auto const byte = [word](unsigned i) {
            return static_cast<unsigned>(word >> 8U * i) & 0xFF;
        };
        unsigned const first = byte(1) - '0';
        if (is_line_of(1) && first <= 9) return {first, header + 4};
        unsigned const second = byte(2) - '0';
        if (first - 1 <= 8 && second <= 9) {
            unsigned const value = first * 10 + second;
            if (is_line_of(2)) return {value, header + 5};
            unsigned const third = byte(3) - '0';
            if (is_line_of(3) && third <= 9) return {value * 10 + third, header + 6};
        }
    }
    if (header == end || *header != Type) return {};
    auto const number = read_decimal(header + 1, end);
    if (number.end == nullptr || end - number.end < 2 || *number.end != '\r') return {};
    number.end[1] = '\n';
    return {number.value, number.end + line_end_bytes};
}

/// Of an argument that is not wholly there, the size may be larger than fits into an extent.
constexpr std::uint32_t saturated(std::uint64_t size) noexcept
{
    return static_cast<std::uint32_t>(std::min<std::uint64_t>(size, ~std::uint32_t{0}));
}

/// Where a walk over arguments is.
struct plain_walk {
    char* at;
    std::uint32_t missing;  ///< Arguments from here on.
    std::uint64_t tail;     ///< Body and line end of the last one passed.
};

using extents = std::array<request_parser::extent, request_parser::leading_max>;

/// Passes arguments that are wholly in the input and plain.
[[gnu::always_inline]] inline void pass_plain(std::span<char> input, plain_walk& walk,
                                              std::uint32_t count, std::uint64_t bulk_bytes_max,
                                              extents& leading) noexcept
{
    char* const begin = input.data();
    char* const end = begin + input.size();
    auto [at, missing, tail] = walk;  // Copies: a store through char* could change the original.
    while (missing != 0) {
        auto const header = read_plain_header<'$'>(at, end);
        if (header.end == nullptr || header.value > bulk_bytes_max ||
            end - header.end < static_cast<std::ptrdiff_t>(header.value + line_end_bytes)) {
            break;
        }
        if (auto const index = count - missing; index < leading.size()) {
            leading[index] = {static_cast<std::uint32_t>(header.end - begin),
                              static_cast<std::uint32_t>(header.value)};
        }
        write_line_end(header.end + header.value);
        tail = header.value + line_end_bytes;
        at = header.end + tail;
        --missing;
    }
    walk = {at, missing, tail};
}

}  // namespace

request_parser::request_parser(request_limits const& limits) noexcept : limits_(limits) {}

request_parser::status request_parser::parse(std::span<char> input) noexcept
{
    switch (phase_) {
    case phase::start:
        if (input.empty()) return status::need_more;
        phase_ = input.front() == '*' ? phase::count : phase::text;
        return phase_ == phase::count ? read_count(input) : read_text(input);
    case phase::count: return read_count(input);
    case phase::header:
    case phase::body: return read_arguments(input);
    case phase::text: return read_text(input);
    case phase::finished: break;
    }
    return result_;
}

request_parser::status request_parser::read_count(std::span<char> input) noexcept
{
    assert(!input.empty() && "a request is given from its first byte on, on every call");
    std::int64_t count = 0;
    char* const begin = input.data();
    if (auto const plain = read_plain_header<'*'>(begin, begin + input.size());
        plain.end != nullptr) {
        count = static_cast<std::int64_t>(plain.value);
        position_ = static_cast<std::size_t>(plain.end - begin);
    } else {
        if (!find_header_end(input, protocol_error::code::too_big_multibulk_count)) return result_;
        auto const number = parse_integer({begin + 1, searched_ - 1});
        if (!number) {
            refuse(protocol_error::code::invalid_multibulk_length);
            return result_;
        }
        count = *number;
        position_ = searched_ + line_end_bytes;
    }
    searched_ = 0;
    if (count > limits_.arguments_max) {
        refuse(protocol_error::code::invalid_multibulk_length);
        return result_;
    }
    if (count <= 0) return finish(status::empty);
    argument_count_ = missing_ = static_cast<std::uint32_t>(count);
    phase_ = phase::header;
    return read_arguments(input);
}

request_parser::status request_parser::read_arguments(std::span<char> input) noexcept
{
    for (;;) {
        if (phase_ == phase::body && !pass_body(input)) {
            return missing_ == 0 ? status::decided : status::need_more;
        }
        pass_plain_arguments(input);
        if (missing_ == 0) return finish(status::complete);
        if (!read_header(input)) return result_;
    }
}

/// Passes the arguments that are wholly in the input, as nearly all are; stops in front of the
/// first that is not, or whose header is not plain.
void request_parser::pass_plain_arguments(std::span<char> input) noexcept
{
    assert(position_ <= input.size() && "bytes that were not released are given again");
    plain_walk walk{input.data() + position_, missing_, tail_};
    pass_plain(input, walk, argument_count_, limits_.bulk_bytes_max, leading_);
    if (walk.missing == missing_) return;
    position_ = static_cast<std::size_t>(walk.at - input.data());
    searched_ = 0;
    missing_ = walk.missing;
    tail_ = walk.tail;
}

bool request_parser::read_plain(std::span<char> input, plain_request& into) const noexcept
{
    assert(idle());
    char* const begin = input.data();
    auto const count = read_plain_header<'*'>(begin, begin + input.size());
    if (count.end == nullptr || count.value == 0 ||
        count.value > static_cast<std::uint64_t>(limits_.arguments_max)) {
        return false;
    }
    into.argument_count = static_cast<std::uint32_t>(count.value);
    plain_walk walk{count.end, into.argument_count, 0};
    pass_plain(input, walk, into.argument_count, limits_.bulk_bytes_max, into.leading);
    into.size_bytes = static_cast<std::size_t>(walk.at - begin);
    return walk.missing == 0;
}

/// @return false if the body or its line end goes on behind the input.
bool request_parser::pass_body(std::span<char> input) noexcept
{
    // After release() the line end, or its first byte, may lie in front of the input.
    if (position_ >= 2 && position_ - 2 < input.size()) input[position_ - 2] = '\r';
    if (position_ >= 1 && position_ - 1 < input.size()) input[position_ - 1] = '\n';
    if (position_ > input.size()) return false;
    phase_ = phase::header;
    return true;
}

/// Reads the argument header at position_ the long way, which knows every odd form and error.
///
/// @return false if result_ is what parse() has to return.
bool request_parser::read_header(std::span<char> input) noexcept
{
    if (!find_header_end(input, protocol_error::code::too_big_bulk_count)) return false;
    char const* const header = input.data() + position_;
    if (char const type = *header; type != '$') {
        bool const is_line_end = type == '\r' || type == '\n';
        return refuse(protocol_error::code::expected_dollar, is_line_end ? ' ' : type);
    }
    auto const number = parse_integer({header + 1, searched_ - 1});
    if (!number || *number < 0) return refuse(protocol_error::code::invalid_bulk_length);
    auto const body_bytes = static_cast<std::uint64_t>(*number);
    if (body_bytes > limits_.bulk_bytes_max) {
        return refuse(protocol_error::code::invalid_bulk_length);
    }
    auto const body = position_ + searched_ + line_end_bytes;
    if (auto const index = headers_read(); index < leading_max)
        leading_[index] = {static_cast<std::uint32_t>(body), saturated(body_bytes)};
    tail_ = body_bytes + line_end_bytes;
    position_ = body + tail_;
    searched_ = 0;
    --missing_;
    phase_ = phase::body;
    return true;
}

/// Finds the CR of the header at position_ and sees to the byte behind it.
///
/// @return false if result_ is what parse() has to return. Else searched_ is the header's size.
bool request_parser::find_header_end(std::span<char> input, protocol_error::code too_big) noexcept
{
    if (!find_line_end(input, '\r', too_big)) return false;
    auto const behind = position_ + searched_ + 1;
    if (behind >= input.size()) {
        result_ = status::need_more;
        return false;
    }
    input[behind] = '\n';
    return true;
}

/// Searches on for `line_end`. Redis searches with C string functions, so it never finds one behind
/// a NUL and goes on until the line is too long; waiting for that is of no use to anybody.
///
/// @return false if result_ is what parse() has to return. Else searched_ is the line's size.
bool request_parser::find_line_end(std::span<char> input, char line_end,
                                   protocol_error::code too_big) noexcept
{
    char const* const line = input.data() + position_;
    auto const size = std::min(input.size() - position_, std::size_t{limits_.line_bytes_max} + 1);
    if (searched_ < size) {
        auto const* const from = line + searched_;
        auto const* const found = std::memchr(from, line_end, size - searched_);
        auto const* const to = found != nullptr ? static_cast<char const*>(found) : line + size;
        if (std::memchr(from, '\0', static_cast<std::size_t>(to - from)) != nullptr) {
            return refuse(too_big);
        }
        searched_ = static_cast<std::uint32_t>(to - line);
        if (found != nullptr) return true;
    }
    if (searched_ > limits_.line_bytes_max) return refuse(too_big);
    result_ = status::need_more;
    return false;
}

request_parser::status request_parser::read_text(std::span<char> input) noexcept
{
    if (!find_line_end(input, '\n', protocol_error::code::too_big_inline)) return result_;
    auto size = searched_;
    if (size > 0 && input[size - 1] == '\r') --size;
    leading_[0] = {0, size};
    position_ = searched_ + 1;
    return finish(status::line);
}

request_parser::status request_parser::finish(status what) noexcept
{
    phase_ = phase::finished;
    return result_ = what;
}

bool request_parser::refuse(protocol_error::code what, char got) noexcept
{
    error_ = {what, got};
    finish(status::malformed);
    return false;
}

void request_parser::next() noexcept
{
    position_ = 0;
    searched_ = 0;
    released_ = 0;
    tail_ = 0;
    argument_count_ = 0;
    missing_ = 0;
    phase_ = phase::start;
}

void request_parser::release(std::size_t bytes) noexcept
{
    assert(bytes <= position_ && "release() takes at most droppable_bytes()");
    position_ -= bytes;
    released_ += bytes;
}

std::size_t request_parser::leading_count() const noexcept
{
    if (released_ != 0) return 0;
    auto const whole = headers_read() - (phase_ == phase::body ? 1U : 0U);
    return std::min<std::size_t>(whole, leading_max);
}

request_parser::extent request_parser::leading(std::size_t index) const noexcept
{
    assert(index < leading_count());
    return leading_[index];
}

std::uint64_t request_parser::announced_bytes(std::size_t index) const noexcept
{
    assert(index < leading_max);
    return index < headers_read() ? leading_[index].size : 0;
}

request_parser::extent request_parser::line() const noexcept
{
    assert(phase_ == phase::finished && result_ == status::line);
    return leading_[0];
}

}  // namespace respguard::resp
