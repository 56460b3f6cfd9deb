// Finds the ends of reply frames, RESP2 and RESP3, without keeping their bodies.
//
// One counter instead of a stack (PROTOCOL.md "one counter is enough"), so nesting costs nothing;
// only streamed aggregates (`*?`) use a small bounded stack. Strict where a client would have to
// guess: anything upstream should not send is malformed, and the session ends.
#pragma once

#include "respguard/base/bytes.hpp"
#include "respguard/resp/reply_marks.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

namespace respguard::resp {

class reply_framer {
public:
    enum class status : std::uint8_t { need_more, frame_end, malformed };
    struct [[nodiscard]] step {
        status what = status::need_more;
        std::size_t consumed = 0;  ///< Bytes of the input that belong to the current frame.
    };

    /// Goes on from where the last call stopped; never shown the same byte twice.
    ///
    /// @return need_more: all of the input belongs to a frame that goes on. frame_end: the frame
    ///         ends after `consumed` bytes; type() and the others describe it until the next call.
    ///         malformed: reason() says why; the stream can not be trusted from here on.
    step scan(byte_view input) noexcept;
    /// At a frame's start: reads one that is a short line, a number or a bulk and wholly in
    /// `input`, which must not be empty, as nearly all are.
    ///
    /// @return Its size; 0 for any other frame, or one that is wrong: nothing was read then.
    [[nodiscard]] std::size_t scan_simple(byte_view input) noexcept;

    /// True between two frames.
    [[nodiscard]] bool at_start() const noexcept { return phase_ == phase::start; }
    /// Type byte of the frame: that of the value an attribute belongs to, '\0' while only attribute
    /// bytes (`|`) have come.
    [[nodiscard]] char type() const noexcept { return marks_.type(); }
    /// True if the frame began with an attribute.
    [[nodiscard]] bool has_attribute() const noexcept { return marks_.has_attribute(); }
    /// First element of a `*` or `>` frame if it is a string of at most 16 bytes, else empty: the
    /// kind of a push or pub/sub message. kind_known() tells "not yet" from "none".
    [[nodiscard]] byte_view kind() const noexcept { return marks_.kind(); }
    /// True once kind() will not change any more for this frame (also when there is none).
    [[nodiscard]] bool kind_known() const noexcept { return marks_.kind_known(); }
    /// Third element of a `*` or `>` frame if it is an integer: the subscription count of a
    /// confirmation. Valid at frame_end.
    [[nodiscard]] std::optional<std::int64_t> third() const noexcept { return marks_.third(); }
    /// Text of a `+` or `-` frame, at most its first 63 bytes. Whole and valid at frame_end.
    [[nodiscard]] byte_view line() const noexcept
    {
        bool const is_line = type() == '+' || type() == '-';
        return {text_.data(), is_line ? text_size_ : std::size_t{0}};
    }
    /// Announced elements of the top-level aggregate as its header has them (so pairs of a map), -1
    /// for a null (`*-1`, `$-1`, `_`), else 0.
    [[nodiscard]] std::int64_t top_count() const noexcept { return marks_.top_count(); }
    /// Bytes so far of the frame.
    [[nodiscard]] std::uint64_t size_bytes() const noexcept { return size_; }

    /// Bytes of the current bulk body (its CR LF excluded) that can pass without being looked at; 0
    /// outside of bodies. skip() tells that so many of them went another way (splice).
    [[nodiscard]] std::uint64_t opaque_bytes() const noexcept
    {
        return phase_ == phase::body && !marks_.wants_text() ? left_ : 0;
    }
    void skip(std::uint64_t bytes) noexcept;

    /// Why the last scan() was malformed: a fixed text such as "unknown type byte".
    [[nodiscard]] char const* reason() const noexcept { return reason_; }

private:
    enum class phase : std::uint8_t {
        start,       ///< Between two frames.
        element,     ///< In front of an element's type byte.
        short_line,  ///< In a line that says a number or a constant.
        short_lf,    ///< Behind its CR.
        long_line,   ///< In a line of text of any length.
        long_lf,
        body,     ///< In a bulk; left_ bytes of it are to come.
        body_cr,  ///< Behind it.
        body_lf,
        chunk,   ///< In front of the `;` of a streamed string's next part.
        failed,  ///< Malformed.
    };

    /// Counts of the aggregates around open streamed ones. Nobody sends those, hence not a member.
    static constexpr std::size_t streams_max = 64;
    using stream_stack = std::array<std::uint64_t, streams_max>;

    [[nodiscard]] char const* read_simple_frame(char const* at, char const* end) noexcept;
    void begin_frame() noexcept;
    [[nodiscard]] char const* pass_plain_elements(char const* at, char const* end) noexcept;
    [[nodiscard]] char const* read_element(char const* at, char const* end) noexcept;
    [[nodiscard]] char const* read_short_line(char const* at, char const* end) noexcept;
    [[nodiscard]] char const* read_long_line(char const* at, char const* end) noexcept;
    [[nodiscard]] char const* read_body(char const* at, char const* end) noexcept;
    [[nodiscard]] char const* read_expected_byte(char const* at) noexcept;
    void announce(std::uint64_t number) noexcept;
    void announce_body(std::uint64_t size) noexcept;
    void announce_elements(std::uint64_t count) noexcept;
    void end_short_line(byte_view text) noexcept;
    void end_constant(byte_view text) noexcept;
    void end_integer(byte_view text) noexcept;
    void end_long_line() noexcept;
    void end_body() noexcept;
    void end_null() noexcept;
    void end_value() noexcept;
    void open_streamed_string() noexcept;
    void open_stream() noexcept;
    void close_stream() noexcept;
    void fail(char const* reason) noexcept;
    char const* fail_at(char const* at, char const* reason) noexcept;

    std::uint64_t size_ = 0;
    /// Values still missing, at the current level of streamed aggregates.
    std::uint64_t need_ = 0;
    std::uint64_t left_ = 0;
    char const* reason_ = "";
    std::unique_ptr<stream_stack> streams_;
    reply_marks marks_;
    /// Of the line under way; of a `+` or `-` frame until the next one.
    std::array<char, 63> text_{};
    std::uint8_t text_size_ = 0;
    std::uint8_t stream_depth_ = 0;
    phase phase_ = phase::start;
    char element_type_ = '\0';
};

}  // namespace respguard::resp
