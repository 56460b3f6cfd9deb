#include "respguard/resp/reply_framer.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <new>

#include "resp/decimal.hpp"
#include "resp/reply_form.hpp"

namespace respguard::resp {
namespace {

/// Largest number of elements or bytes that can be announced (PROTOCOL.md 3.2). Keeps every sum of
/// counts below need_max + 2^41, so none overflows.
constexpr std::uint64_t announced_max = 1ULL << 40;
/// need_ stays here once it got so far: no such frame ever ends.
constexpr std::uint64_t need_max = 1ULL << 62;

/// The number of an element whose line is wholly there and says nothing but a number; end is
/// nullptr for any other line, which is then read the long way.
decimal<char const> read_plain_number(char const* element, char const* end) noexcept
{
    auto const number = read_decimal(element + 1, end);
    if (number.end == nullptr || end - number.end < 2) return {};
    if (number.end[0] != '\r' || number.end[1] != '\n') return {};
    return {number.value, number.end + 2};
}

}  // namespace

reply_framer::step reply_framer::scan(byte_view input) noexcept
{
    if (phase_ == phase::failed) return {status::malformed, 0};
    if (input.empty()) return {status::need_more, 0};
    char const* const begin = input.data();
    char const* const end = begin + input.size();
    if (phase_ == phase::start) {
        if (auto const size = scan_simple(input); size > 0) return {status::frame_end, size};
        begin_frame();
    }
    char const* at = begin;
    while (at != end && phase_ != phase::start && phase_ != phase::failed) {
        switch (phase_) {
        case phase::element:
            at = pass_plain_elements(at, end);
            if (at != end) at = read_element(at, end);
            break;
        case phase::short_line: at = read_short_line(at, end); break;
        case phase::long_line: at = read_long_line(at, end); break;
        case phase::body: at = read_body(at, end); break;
        case phase::short_lf:
        case phase::long_lf:
        case phase::body_cr:
        case phase::body_lf:
        case phase::chunk: at = read_expected_byte(at); break;
        case phase::start:
        case phase::failed: break;
        }
    }
    auto const consumed = static_cast<std::size_t>(at - begin);
    size_ += consumed;
    if (phase_ == phase::failed) return {status::malformed, consumed};
    return {phase_ == phase::start ? status::frame_end : status::need_more, consumed};
}

std::size_t reply_framer::scan_simple(byte_view input) noexcept
{
    auto const* const behind = read_simple_frame(input.data(), input.data() + input.size());
    return behind == nullptr ? 0 : size_ = static_cast<std::size_t>(behind - input.data());
}

char const* reply_framer::read_simple_frame(char const* at, char const* end) noexcept
{
    char const type = *at;
    char const* behind = nullptr;
    if (end - at >= 5 && std::memcmp(at, "+OK\r\n", 5) == 0) {
        std::memcpy(text_.data(), "OK", text_size_ = 2);
        behind = at + 5;
    } else if (type == '+' || type == '-') {
        std::size_t kept = 0;
        for (++at; at != end && kept != text_.size() && *at != '\r' && *at != '\n'; ++at)
            text_[kept++] = *at;
        if (end - at < 2 || at[0] != '\r' || at[1] != '\n') return nullptr;
        text_size_ = static_cast<std::uint8_t>(kept);
        behind = at + 2;
    } else if (type == '$' || type == ':') {
        auto const number = read_plain_number(at, end);
        if (number.end == nullptr) return nullptr;
        behind = number.end;
        if (type == '$') {
            auto const left = static_cast<std::uint64_t>(end - behind);
            if (left < 2 || left - 2 < number.value) return nullptr;
            behind += number.value;
            if (behind[0] != '\r' || behind[1] != '\n') return nullptr;
            behind += 2;
        }
    } else {
        return nullptr;
    }
    marks_.simple_frame(type);
    return behind;
}

void reply_framer::begin_frame() noexcept
{
    marks_.begin_frame();
    size_ = 0;
    need_ = 1;
    phase_ = phase::element;
}

/// Passes the elements inside an aggregate that are wholly there, have no part in type(), kind() or
/// third() and are not the frame's last: most of any long reply, so this loop touches no member.
char const* reply_framer::pass_plain_elements(char const* at, char const* end) noexcept
{
    auto need = need_;
    auto const awaited = marks_.awaited();
    while (at != end && need > 1 && need != awaited) {
        char const type = *at;
        if (type != '$' && type != ':') break;
        auto const number = read_plain_number(at, end);
        if (number.end == nullptr) break;
        auto const* next = number.end;
        if (type == '$') {
            auto const left = static_cast<std::uint64_t>(end - next);
            if (left < 2 || left - 2 < number.value) break;
            next += number.value;
            if (next[0] != '\r' || next[1] != '\n') break;
            next += 2;
        }
        at = next;
        --need;
    }
    need_ = need;
    return at;
}

char const* reply_framer::read_element(char const* at, char const* end) noexcept
{
    auto const type_form = reply_form_of(*at);
    if (type_form == reply_form::unknown) return fail_at(at, "unknown type byte");
    if (need_ == 0) {
        // Between the elements of a streamed aggregate. A push is not one of them.
        if (*at != '>' && *at != '.') need_ = 1;
    } else if (*at == '.') {
        return fail_at(at, "end of a streamed aggregate that is not open");
    }
    element_type_ = *at;
    text_size_ = 0;
    marks_.begin_element(*at, stream_depth_ == 0 ? need_ : 0);
    if (type_form == reply_form::text) {
        phase_ = phase::long_line;
        return read_long_line(at + 1, end);
    }
    // Nearly every line is a plain number and wholly there; all else is read the long way.
    if (type_form != reply_form::constant) {
        if (auto const number = read_plain_number(at, end); number.end != nullptr) {
            announce(number.value);
            return phase_ == phase::body ? read_body(number.end, end) : number.end;
        }
    }
    phase_ = phase::short_line;
    return at + 1;
}

/// The number of a `:`, a length or a count is known.
void reply_framer::announce(std::uint64_t number) noexcept
{
    switch (element_type_) {
    case ':':
        marks_.on_plain_integer(number);
        end_value();
        break;
    case '$':
    case '=':
    case '!':
    case ';': announce_body(number); break;
    default: announce_elements(number); break;
    }
}

void reply_framer::announce_body(std::uint64_t size) noexcept
{
    if (size > announced_max) return fail("length over the limit");
    if (element_type_ == ';' && size == 0) return end_value();  // The last chunk is `;0`, no body.
    marks_.on_bulk_size(size);
    left_ = size;
    phase_ = phase::body;
}

void reply_framer::announce_elements(std::uint64_t count) noexcept
{
    if (count > announced_max) return fail("count over the limit");
    bool const is_map = element_type_ == '%' || element_type_ == '|';
    // An attribute precedes the value that it belongs to, and a push may stand anywhere between the
    // elements of a reply (PROTOCOL.md 3.3): neither is an element of what is around it.
    bool const is_element = element_type_ != '|' && (element_type_ != '>' || marks_.in_top());
    marks_.on_count(count);
    need_ = std::min(need_ + (is_map ? 2 * count : count), need_max);
    if (is_element) return end_value();
    phase_ = phase::element;
}

void reply_framer::end_null() noexcept
{
    marks_.on_null();
    end_value();
}

void reply_framer::end_value() noexcept
{
    --need_;
    phase_ = need_ == 0 && stream_depth_ == 0 ? phase::start : phase::element;
}

char const* reply_framer::read_short_line(char const* at, char const* end) noexcept
{
    for (; at != end && *at != '\r'; ++at) {
        if (*at == '\n') return fail_at(at, "LF without CR");
        if (text_size_ == text_.size()) return fail_at(at, "line of a number too long");
        text_[text_size_++] = *at;
    }
    if (at == end) return at;
    phase_ = phase::short_lf;
    return at + 1;
}

char const* reply_framer::read_long_line(char const* at, char const* end) noexcept
{
    // What line() and kind() need, then the rest, if it is an unusually long line, faster.
    std::size_t kept = text_size_;
    while (at != end && kept != text_.size() && *at != '\r' && *at != '\n')
        text_[kept++] = *at++;
    text_size_ = static_cast<std::uint8_t>(kept);
    if (kept == text_.size() && at != end) {
        marks_.keep_text({text_.data(), text_.size()});
        auto const* const cr = std::memchr(at, '\r', static_cast<std::size_t>(end - at));
        auto const* const stop = cr != nullptr ? static_cast<char const*>(cr) : end;
        auto const* const lf = std::memchr(at, '\n', static_cast<std::size_t>(stop - at));
        at = lf != nullptr ? static_cast<char const*>(lf) : stop;
    }
    if (at == end) return at;
    if (*at == '\n') return fail_at(at, "LF without CR");
    phase_ = phase::long_lf;
    ++at;
    return at != end ? read_expected_byte(at) : at;
}

/// LF behind CR, CR LF behind a body, `;` in front of a chunk.
char const* reply_framer::read_expected_byte(char const* at) noexcept
{
    switch (phase_) {
    case phase::short_lf:
        if (*at != '\n') return fail_at(at, "CR without LF");
        end_short_line({text_.data(), text_size_});
        break;
    case phase::long_lf:
        if (*at != '\n') return fail_at(at, "CR without LF");
        end_long_line();
        break;
    case phase::body_cr:
        if (*at != '\r') return fail_at(at, "bulk without CR LF behind it");
        phase_ = phase::body_lf;
        break;
    case phase::body_lf:
        if (*at != '\n') return fail_at(at, "bulk without CR LF behind it");
        end_body();
        break;
    default:
        if (*at != ';') return fail_at(at, "chunk expected in a streamed string");
        text_size_ = 0;
        phase_ = phase::short_line;
        break;
    }
    return at + 1;
}

void reply_framer::end_short_line(byte_view text) noexcept
{
    switch (reply_form_of(element_type_)) {
    case reply_form::constant: return end_constant(text);
    case reply_form::integer: return end_integer(text);
    case reply_form::bulk:
        if (element_type_ == '$' && text == "-1") return end_null();
        if (element_type_ == '$' && text == "?") return open_streamed_string();
        break;
    case reply_form::aggregate:
        if (element_type_ == '*' && text == "-1") return end_null();
        if (element_type_ != '>' && element_type_ != '|' && text == "?") return open_stream();
        break;
    case reply_form::text:
    case reply_form::unknown: break;
    }
    auto const number = read_decimal(text.data(), text.data() + text.size());
    if (number.end != text.data() + text.size()) return fail("length is not a plain number");
    announce(number.value);
}

void reply_framer::end_constant(byte_view text) noexcept
{
    switch (element_type_) {
    case '_':
        if (!text.empty()) return fail("null with text");
        return end_null();
    case '#':
        if (text != "t" && text != "f") return fail("boolean other than t and f");
        return end_value();
    default:
        if (!text.empty()) return fail("end of a streamed aggregate with text");
        return close_stream();
    }
}

void reply_framer::end_integer(byte_view text) noexcept
{
    if (!is_reply_integer(text)) return fail("integer is not a number");
    marks_.on_integer(text);
    end_value();
}

void reply_framer::end_long_line() noexcept
{
    if (text_size_ == 0 && (element_type_ == ',' || element_type_ == '(')) {
        return fail("number without digits");
    }
    marks_.keep_text({text_.data(), text_size_});
    marks_.end_text();
    end_value();
}

char const* reply_framer::read_body(char const* at, char const* end) noexcept
{
    auto const size = std::min(left_, static_cast<std::uint64_t>(end - at));
    marks_.keep_text({at, static_cast<std::size_t>(size)});
    left_ -= size;
    at += size;
    if (left_ != 0) return at;
    if (end - at >= 2 && at[0] == '\r' && at[1] == '\n') {
        end_body();
        return at + 2;
    }
    phase_ = phase::body_cr;
    return at;
}

void reply_framer::end_body() noexcept
{
    if (element_type_ == ';') {
        phase_ = phase::chunk;
        return;
    }
    marks_.end_text();
    end_value();
}

void reply_framer::open_streamed_string() noexcept
{
    marks_.on_stream();
    element_type_ = ';';
    phase_ = phase::chunk;
}

void reply_framer::open_stream() noexcept
{
    if (streams_ == nullptr) streams_.reset(new (std::nothrow) stream_stack);
    if (streams_ == nullptr) return fail("out of memory");
    if (stream_depth_ == streams_max) return fail("streamed aggregates nested too deep");
    marks_.on_stream();
    (*streams_)[stream_depth_++] = need_ - 1;
    need_ = 0;
    phase_ = phase::element;
}

void reply_framer::close_stream() noexcept
{
    need_ = (*streams_)[--stream_depth_] + 1;
    end_value();
}

void reply_framer::fail(char const* reason) noexcept
{
    reason_ = reason;
    phase_ = phase::failed;
}

char const* reply_framer::fail_at(char const* at, char const* reason) noexcept
{
    fail(reason);
    return at;
}

void reply_framer::skip(std::uint64_t bytes) noexcept
{
    assert(bytes <= opaque_bytes() && "only bytes of a body may go another way");
    left_ -= bytes;
    size_ += bytes;
}

}  // namespace respguard::resp
