// Finds requests in the bytes of a client, exactly as redis-server 7.0.15 reads them.
//
// Works in place on the caller's buffer: nothing is copied, and memory does not depend on what a
// peer announces. A multibulk request that is not canonical differs from the canonical form only in
// bytes that Redis never looks at (the byte behind the CR of a header, the two bytes behind an
// argument): the parser overwrites those with CR LF, so whatever is forwarded has one possible
// reading. Inline requests are rewritten by inline_request.hpp.
#pragma once

#include "respguard/base/bytes.hpp"
#include "respguard/resp/protocol_error.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace respguard::resp {

struct request_limits {
    /// Longest argument. redis.conf proto-max-bulk-len, default 512 MiB.
    std::uint64_t bulk_bytes_max = 512ULL << 20;
    /// Most arguments of one request. redis 7.0.15 networking.c: INT_MAX; 6.x: 1048576.
    std::uint32_t arguments_max = 2'147'483'647;
    /// Longest header line or inline request. redis 7.0.15 networking.c PROTO_INLINE_MAX_SIZE.
    std::uint32_t line_bytes_max = 64 * 1024;
};

class request_parser {
public:
    enum class status : std::uint8_t {
        need_more,  ///< The request goes on behind the input.
        decided,  ///< The last argument's header is there, so every size is known; its body is not.
        complete,   ///< The whole request is in the input.
        line,       ///< A whole inline line is in the input; see line().
        empty,      ///< `*0`, `*-1`: a request that asks nothing and gets no reply.
        malformed,  ///< See error(). The next request's start is unknown: the connection must end.
    };
    /// Of something that is wholly in the input, which is smaller than 4 GiB.
    struct extent {
        std::uint32_t offset = 0;
        std::uint32_t size = 0;
    };
    /// So many leading arguments are remembered; others are walked to (base/arguments.hpp).
    static constexpr std::size_t leading_max = 4;
    static constexpr std::uint64_t least_argument_bytes = 6;  ///< "$0\r\n\r\n".

    /// A request as nearly all are: wholly there, in the form that all clients send.
    struct plain_request {
        std::array<extent, leading_max> leading;  ///< As many as it has, at most.
        std::uint32_t argument_count = 0;
        std::size_t size_bytes = 0;

        [[nodiscard]] std::size_t leading_count() const noexcept
        {
            return std::min<std::size_t>(argument_count, leading_max);
        }
        /// `next` begins with a request that differs from this one, whose bytes begin at `mine`, in
        /// nothing but the bytes of its arguments behind the first: then it is plain, too, and all
        /// that is said here is true of it.
        [[nodiscard]] bool is_repeated_in(std::span<char const> next,
                                          char const* mine) const noexcept
        {
            if (argument_count > leading_max || next.size() < size_bytes) return false;
            std::size_t from = 0;
            for (std::size_t i = 1; i < argument_count; ++i) {
                std::size_t const to = leading[i].offset;
                if (!are_same(mine + from, next.data() + from, to - from)) return false;
                from = to + leading[i].size;
            }
            return are_same(mine + from, next.data() + from, size_bytes - from);
        }
    };

    explicit request_parser(request_limits const& limits = {}) noexcept;

    /// Looks at the next request without becoming busy with it; only if idle().
    ///
    /// @return False if it is any other than a plain one: ask parse(). Bytes that Redis ignores may
    ///         have been overwritten all the same.
    [[nodiscard]] bool read_plain(std::span<char> input, plain_request& into) const noexcept;

    /// Continues where the last call stopped.
    ///
    /// @param input All bytes of the current request that the caller still holds, from the same
    ///              first byte on every call (but see release()), and what came behind them. Bytes
    ///              that Redis ignores are overwritten with CR LF.
    /// @return After complete, line or empty: size_bytes() bytes of the input are this request;
    ///         call next() before the following one. After decided: header_bytes() bytes are
    ///         everything but the last argument's body; the caller either waits for complete or
    ///         takes over the remaining tail_bytes() itself and calls next().
    [[nodiscard]] status parse(std::span<char> input) noexcept;

    /// Forgets the current request; the next input starts at the first byte behind it.
    void next() noexcept;

    /// The caller dropped the first `bytes` bytes of the current request (forwarded or refused), so
    /// the next input starts behind them. At most droppable_bytes(input). Voids leading().
    void release(std::size_t bytes) noexcept;
    [[nodiscard]] std::size_t droppable_bytes(std::size_t input_size) const noexcept
    {
        return std::min(position_, input_size);
    }

    /// True between requests: no byte of a request has been seen.
    [[nodiscard]] bool idle() const noexcept { return phase_ == phase::start; }
    /// Arguments announced by the header; 0 until it is there.
    [[nodiscard]] std::uint32_t argument_count() const noexcept { return argument_count_; }
    /// How many of the first arguments are wholly in the input; at most leading_max.
    [[nodiscard]] std::size_t leading_count() const noexcept;
    /// Argument `index` < leading_count(), within the input last given.
    [[nodiscard]] extent leading(std::size_t index) const noexcept;
    /// The same, all of them.
    [[nodiscard]] std::span<extent const> all_leading() const noexcept
    {
        return std::span(leading_).first(leading_count());
    }
    /// Announced size of argument `index` < leading_max whose header has been read, else 0; at most
    /// 4 GiB - 1. May be known before leading_count() includes it.
    [[nodiscard]] std::uint64_t announced_bytes(std::size_t index) const noexcept;

    /// Canonical wire size: headers, bodies and line ends. Exact once decided or complete.
    [[nodiscard]] std::uint64_t size_bytes() const noexcept { return released_ + position_; }
    /// The least size the request can still have: what is known plus 6 bytes (`$0\r\n\r\n`) for
    /// each missing argument. Equals size_bytes() once decided.
    [[nodiscard]] std::uint64_t least_size_bytes() const noexcept
    {
        return size_bytes() + least_argument_bytes * missing_;
    }
    /// Bytes from the request's start to the end of the last header read.
    [[nodiscard]] std::uint64_t header_bytes() const noexcept { return size_bytes() - tail_; }
    /// The last argument's body and its CR LF. Valid after decided and complete.
    [[nodiscard]] std::uint64_t tail_bytes() const noexcept { return tail_; }

    /// After line: the text without its line end. size_bytes() counts the line as sent, with it.
    [[nodiscard]] extent line() const noexcept;
    /// After malformed.
    [[nodiscard]] protocol_error const& error() const noexcept { return error_; }

private:
    enum class phase : std::uint8_t { start, count, header, body, text, finished };

    [[nodiscard]] status read_count(std::span<char> input) noexcept;
    [[nodiscard]] status read_arguments(std::span<char> input) noexcept;
    [[nodiscard]] status read_text(std::span<char> input) noexcept;
    void pass_plain_arguments(std::span<char> input) noexcept;
    [[nodiscard]] bool pass_body(std::span<char> input) noexcept;
    [[nodiscard]] bool read_header(std::span<char> input) noexcept;
    [[nodiscard]] bool find_header_end(std::span<char> input,
                                       protocol_error::code too_big) noexcept;
    [[nodiscard]] bool find_line_end(std::span<char> input, char line_end,
                                     protocol_error::code too_big) noexcept;
    status finish(status what) noexcept;
    bool refuse(protocol_error::code what, char got = 0) noexcept;
    [[nodiscard]] std::uint32_t headers_read() const noexcept { return argument_count_ - missing_; }

    phase phase_ = phase::start;
    status result_ = status::need_more;  ///< What parse() returns once finished, or cannot go on.
    protocol_error error_;
    std::uint32_t argument_count_ = 0;
    std::uint32_t missing_ = 0;   ///< Arguments whose header has not been read.
    std::uint32_t searched_ = 0;  ///< Bytes from position_ on that hold neither line end nor NUL.
    /// Where the item being read begins, or the one behind the body being passed: then it may lie
    /// beyond the input. Counts from the input's first byte.
    std::size_t position_ = 0;
    std::uint64_t released_ = 0;  ///< Bytes of the request in front of the input.
    std::uint64_t tail_ = 0;      ///< Body and CR LF of the last header read.
    request_limits limits_;
    std::array<extent, leading_max> leading_{};  ///< After line: the first one is the text.
};

}  // namespace respguard::resp
