#include "reply.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdio>

#include "endpoint.hpp"

namespace respguard::bench {
namespace {

/// Pieces up to this size are always compared whole: less than a microsecond.
constexpr std::size_t compared_whole_bytes = 4096;
constexpr std::size_t compared_end_bytes = 256;

constexpr std::string_view line_end = "\r\n";

/// Number of frames that follow the header `line` (without its type byte).
std::int64_t children_of(char type, std::string_view line)
{
    std::int64_t count = 0;
    std::from_chars(line.data(), line.data() + line.size(), count);
    count = std::max<std::int64_t>(count, 0);  // A RESP2 null is *-1.
    return type == '%' || type == '|' ? count * 2 : count;
}

/// Size of the frame's own header and body, children excluded; 0 while incomplete.
std::size_t shallow_size(std::string_view bytes, std::int64_t& children)
{
    auto const end = bytes.find(line_end);
    if (end == std::string_view::npos) return 0;
    std::string_view const line = bytes.substr(1, end - 1);
    std::size_t const header_bytes = end + line_end.size();
    children = 0;
    switch (bytes.front()) {
    case '+':
    case '-':
    case ':':
    case '_':
    case '#':
    case ',':
    case '(': return header_bytes;
    case '$':
    case '=':
    case '!': {
        std::int64_t body = 0;
        std::from_chars(line.data(), line.data() + line.size(), body);
        if (body < 0) return header_bytes;
        std::size_t const size = header_bytes + static_cast<std::size_t>(body) + line_end.size();
        return bytes.size() < size ? 0 : size;
    }
    case '|':  // Attributes stand before the frame they belong to, which counts as one more child.
        children = children_of('|', line) + 1;
        return header_bytes;
    case '*':
    case '~':
    case '>':
    case '%': children = children_of(bytes.front(), line); return header_bytes;
    }
    throw bench_failure("no RESP frame: " + printable(bytes));
}

/// Whether an error stands anywhere in a complete frame: EXEC answers with errors inside its array.
bool holds_error(std::string_view frame)
{
    while (!frame.empty()) {
        if (frame.front() == '-' || frame.front() == '!') return true;
        std::int64_t children = 0;
        frame.remove_prefix(shallow_size(frame, children));
    }
    return false;
}

bool equal_ends(std::string_view a, std::string_view b)
{
    return a.substr(0, compared_end_bytes) == b.substr(0, compared_end_bytes) &&
           a.substr(a.size() - compared_end_bytes) == b.substr(b.size() - compared_end_bytes);
}

}  // namespace

std::string encode_request(std::vector<std::string_view> const& args)
{
    std::string request = "*" + std::to_string(args.size()) + "\r\n";
    for (std::string_view const arg : args) {
        request.append("$").append(std::to_string(arg.size())).append(line_end);
        request.append(arg).append(line_end);
    }
    return request;
}

std::size_t frame_size(std::string_view bytes)
{
    std::size_t size = 0;
    for (std::int64_t owed = 1; owed > 0; --owed) {
        if (size >= bytes.size()) return 0;
        std::int64_t children = 0;
        std::size_t const step = shallow_size(bytes.substr(size), children);
        if (step == 0) return 0;
        size += step;
        owed += children;
    }
    return size;
}

void reply_reader::start(expected_reply const& expected)
{
    expected_ = &expected;
    matched_bytes_ = 0;
    matched_frames_ = 0;
    unread_.clear();
}

reply_reader::status reply_reader::consume(std::string_view piece, bool ends_only)
{
    return expected_->exact.empty() ? consume_frames(piece) : consume_exact(piece, ends_only);
}

reply_reader::status reply_reader::consume_exact(std::string_view piece, bool ends_only)
{
    std::string_view const wanted =
        std::string_view(expected_->exact).substr(matched_bytes_, piece.size());
    bool const only_ends = ends_only && piece.size() > compared_whole_bytes;
    bool const matches =
        wanted.size() == piece.size() && (only_ends ? equal_ends(piece, wanted) : piece == wanted);
    if (!matches) {
        unread_ = piece.substr(0, compared_whole_bytes);
        return status::wrong;
    }
    matched_bytes_ += piece.size();
    return matched_bytes_ == expected_->exact.size() ? status::complete : status::partial;
}

reply_reader::status reply_reader::consume_frames(std::string_view piece)
{
    unread_.append(piece);
    std::string_view rest = unread_;
    while (matched_frames_ < expected_->frames.size()) {
        std::size_t const size = frame_size(rest);
        if (size == 0) break;
        std::string_view const frame = rest.substr(0, size);
        bool const type_fits =
            expected_->frames[matched_frames_].find(frame.front()) != std::string::npos;
        if (!type_fits || holds_error(frame)) return status::wrong;
        ++matched_frames_;
        rest.remove_prefix(size);
    }
    unread_.erase(0, unread_.size() - rest.size());
    if (matched_frames_ < expected_->frames.size()) return status::partial;
    return unread_.empty() ? status::complete : status::wrong;
}

std::string reply_reader::received() const { return printable(unread_); }

std::size_t push_reader::consume(std::string_view piece)
{
    unread_.append(piece);
    std::string_view rest = unread_;
    for (std::size_t size = frame_size(rest); size != 0; size = frame_size(rest)) {
        if (rest.front() != '>') throw bench_failure("no push: " + printable(rest));
        ++count_;
        rest.remove_prefix(size);
    }
    unread_.erase(0, unread_.size() - rest.size());
    return count_;
}

std::string printable(std::string_view bytes)
{
    constexpr std::size_t shown_bytes = 100;
    std::string text;
    for (char const c : bytes.substr(0, shown_bytes)) {
        if (c >= ' ' && c <= '~') {
            text += c;
        } else {
            char escaped[8];
            std::snprintf(escaped, sizeof escaped, "\\x%02x", static_cast<unsigned char>(c));
            text += escaped;
        }
    }
    return bytes.size() > shown_bytes ? text + "..." : text;
}

}  // namespace respguard::bench
