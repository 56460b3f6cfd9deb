// The same client bytes whole and cut give the same requests, sizes and errors.
//
// Input: a byte that chooses the limits, one that chooses the cuts, and the client's bytes.
#include "respguard/base/arguments.hpp"
#include "respguard/resp/inline_request.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

#include "support/plain_request.hpp"
#include "support/request_feed.hpp"

namespace {

using namespace respguard;
using status = resp::request_parser::status;

void require(bool holds)
{
    if (!holds) __builtin_trap();
}

/// Small limits as well, so that short inputs reach them.
resp::request_limits limits_of(std::uint8_t choice)
{
    resp::request_limits limits;
    if ((choice & 1) != 0) limits.line_bytes_max = 24;
    if ((choice & 2) != 0) limits.bulk_bytes_max = 40;
    if ((choice & 4) != 0) limits.arguments_max = 3;
    return limits;
}

std::string canonical(byte_view request)
{
    std::string body;
    std::size_t count = 0;
    for (auto const argument : arguments(request)) {
        body += "$" + std::to_string(argument.size()) + "\r\n";
        body += argument;
        body += "\r\n";
        ++count;
    }
    return "*" + std::to_string(count) + "\r\n" + body;
}

/// What must hold after every single call, whatever the bytes.
class checked_feed : public test::request_feed {
public:
    using request_feed::request_feed;

private:
    void on_parsed(resp::request_parser const& parser, status what, byte_view request) override
    {
        require(parser.least_size_bytes() >= least_bytes_);
        least_bytes_ =
            what == status::need_more || what == status::decided ? parser.least_size_bytes() : 0;
        require(parser.header_bytes() + parser.tail_bytes() == parser.size_bytes());
        for (std::size_t i = 0; i < parser.leading_count(); ++i) {
            auto const [offset, size] = parser.leading(i);
            require(offset + size + 2 <= request.size());
            require(size == parser.announced_bytes(i));
            require(request.substr(offset + size, 2) == "\r\n");
        }
        if (what == status::decided) {
            require(parser.least_size_bytes() == parser.size_bytes());
            require(request.size() < parser.size_bytes());
            require(parser.header_bytes() <= request.size());
            decided_bytes_ = parser.size_bytes();
        }
        if (what == status::complete) {
            require(decided_bytes_ == 0 || decided_bytes_ == parser.size_bytes());
            decided_bytes_ = 0;
        }
        if (way() == test::feed_way::forward) decided_bytes_ = least_bytes_ = 0;
    }

    std::uint64_t least_bytes_ = 0;
    std::uint64_t decided_bytes_ = 0;
};

test::feed_result feed_whole(byte_view bytes, resp::request_limits const& limits)
{
    checked_feed feed(limits, test::feed_way::hold);
    feed.feed(bytes);
    return feed.result();
}

test::feed_result feed_cut(byte_view bytes, resp::request_limits const& limits, test::feed_way way,
                           std::uint32_t random)
{
    checked_feed feed(limits, way);
    while (!bytes.empty()) {
        random = random * 1'664'525 + 1'013'904'223;
        auto const piece = bytes.substr(0, 1 + (random >> 24) % ((random >> 20) % 2 != 0 ? 4 : 40));
        feed.feed(piece);
        bytes.remove_prefix(piece.size());
    }
    return feed.result();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    if (size < 2) return 0;
    auto const limits = limits_of(data[0]);
    byte_view const bytes(reinterpret_cast<char const*>(data + 2), size - 2);
    require(test::look_quickly(bytes, limits) != test::quick_look::wrong);
    auto const whole = feed_whole(bytes, limits);
    for (auto const way : test::feed_ways)
        require(feed_cut(bytes, limits, way, data[1]) == whole);

    for (auto const& request : whole.requests) {
        if (request.what == status::complete) require(canonical(request.wire) == request.wire);
        if (request.what != status::line) continue;
        std::string inline_wire;
        if (resp::append_canonical(request.line, inline_wire) == resp::inline_status::request) {
            auto const again = feed_whole(inline_wire, {});
            require(again.requests.size() == 1 && again.requests[0].wire == inline_wire);
        } else {
            require(inline_wire.empty());
        }
    }
    return 0;
}
