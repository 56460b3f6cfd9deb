#include "respguard/resp/request_parser.hpp"

#include <gtest/gtest.h>

#include <optional>

#include "support/every_split.hpp"
#include "support/exact_block.hpp"
#include "support/plain_request.hpp"
#include "support/request_feed.hpp"

namespace respguard {
namespace {

using namespace std::string_literals;

using code = resp::protocol_error::code;
using resp::request_parser;
using status = request_parser::status;

static_assert(sizeof(request_parser) <= 160, "one per session: keep it small");

/// What can be known of the beginning of a request.
struct sizes {
    std::uint32_t argument_count = 0;
    std::vector<std::uint64_t> announced;  ///< Of each argument whose header is there.
    std::vector<std::size_t> offsets;      ///< Of their bodies.
    std::size_t whole_count = 0;           ///< Arguments that are there with their line end.
    std::uint64_t header_bytes = 0;
    std::uint64_t least_bytes = 0;
};

/// The end of the header at `at`, or nothing if it is not whole.
std::optional<std::size_t> header_end(byte_view request, std::size_t at)
{
    auto const cr = request.find('\r', at);
    if (cr == byte_view::npos || cr + 2 > request.size()) return std::nullopt;
    return cr + 2;
}

/// What is known of a valid multibulk request, found the slow and obvious way.
sizes measure(byte_view request)
{
    sizes known;
    auto end = header_end(request, 0);
    if (!end) return known;
    known.argument_count = static_cast<std::uint32_t>(std::stoul(std::string(request.substr(1))));
    known.header_bytes = known.least_bytes = *end;
    for (auto at = *end; known.announced.size() < known.argument_count;) {
        if (at > request.size()) break;
        end = header_end(request, at);
        if (!end) break;
        auto const size = std::stoull(std::string(request.substr(at + 1)));
        known.announced.push_back(size);
        known.offsets.push_back(*end);
        known.header_bytes = *end;
        at = *end + size + 2;
        known.least_bytes = at;
        known.whole_count += at <= request.size() ? 1 : 0;
    }
    known.least_bytes += 6 * (known.argument_count - known.announced.size());
    return known;
}

/// Compares the parser with the model after each call.
class measured_feed : public test::request_feed {
public:
    using request_feed::request_feed;

private:
    void on_parsed(request_parser const& parser, status what, byte_view request) override
    {
        auto const known = measure(request);
        EXPECT_EQ(parser.argument_count(), known.argument_count);
        EXPECT_EQ(parser.least_size_bytes(), known.least_bytes);
        EXPECT_EQ(parser.header_bytes(), known.header_bytes);
        for (std::size_t i = 0; i < request_parser::leading_max; ++i) {
            auto const announced = i < known.announced.size() ? known.announced[i] : 0;
            EXPECT_EQ(parser.announced_bytes(i), announced);
        }
        for (std::size_t i = 0; i < parser.leading_count(); ++i) {
            EXPECT_EQ(parser.leading(i).offset, known.offsets[i]);
            EXPECT_EQ(parser.leading(i).size, known.announced[i]);
        }
        if (!was_dropped_) {
            EXPECT_EQ(parser.leading_count(), std::min<std::size_t>(known.whole_count, 4));
        }
        bool const is_known =
            known.argument_count > 0 && known.announced.size() == known.argument_count;
        bool const is_whole = is_known && known.whole_count == known.argument_count;
        EXPECT_EQ(what, is_whole   ? status::complete
                        : is_known ? status::decided
                                   : status::need_more);
        if (is_known) {
            EXPECT_EQ(parser.size_bytes(), known.least_bytes);
            EXPECT_EQ(parser.tail_bytes(), known.announced.back() + 2);
        }
        was_dropped_ = !is_whole && way() == test::feed_way::drop;
    }

    bool was_dropped_ = false;
};

/// A parser and the bytes that it has been given of the current request.
struct fixture {
    explicit fixture(resp::request_limits const& limits = {}) : parser(limits) {}

    /// Gives the parser what it had before and `more`, in a block of exactly that size.
    status parse(byte_view more)
    {
        bytes += more;
        test::exact_block block(bytes);
        auto const what = parser.parse(block.span());
        bytes = block.view();
        return what;
    }
    void drop_all_it_may()
    {
        auto const size = parser.droppable_bytes(bytes.size());
        dropped += bytes.substr(0, size);
        bytes.erase(0, size);
        parser.release(size);
    }

    request_parser parser;
    std::string bytes;
    std::string dropped;
};

code error_of(byte_view bytes, resp::request_limits const& limits = {})
{
    fixture f(limits);
    return f.parse(bytes) == status::malformed ? f.parser.error().what : code::none;
}

std::string reply_to(byte_view bytes)
{
    fixture f;
    return f.parse(bytes) == status::malformed ? to_reply(f.parser.error()) : "";
}

TEST(RequestParser, KnowsItsSizesAsSoonAsTheModelHoweverTheBytesAreCut)
{
    auto const large = "*3\r\n$3\r\nSET\r\n$300\r\n" + std::string(300, 'k') + "\r\n$0\r\n\r\n";
    auto const many = "*12\r\n$3\r\nDEL" + [] {
        std::string keys;
        for (int i = 0; i < 11; ++i)
            keys += "\r\n$10\r\n0123456789";
        return keys;
    }() + "\r\n";
    for (auto const& bytes :
         {std::string("*1\r\n$4\r\nPING\r\n"), std::string("*1\r\n$0\r\n\r\n"),
          std::string("*2\r\n$3\r\nGET\r\n$1\r\nk\r\n*2\r\n$0\r\n\r\n$1\r\n\r\r\n"),
          std::string("*2\rX$3\rYGETZZ$1\r\nkAB*1\r\n$1\r\na\r\n"), large, many}) {
        for (auto const way : test::feed_ways) {
            test::for_every_split(bytes, [&](test::pieces const& cut) {
                SCOPED_TRACE(bytes.substr(0, 40) + " cut " + test::to_string(cut));
                measured_feed feed({}, way);
                for (auto const piece : cut)
                    feed.feed(piece);
                EXPECT_FALSE(feed.result().is_pending);
            });
        }
    }
}

TEST(RequestParser, WorksInTheCallersBufferAndLooksAtNothingBehindTheRequest)
{
    fixture f;
    ASSERT_EQ(f.parse("*2\r\n$3\r\nGET\r\n$1\r\nk\r\n*0\rX"), status::complete);
    EXPECT_EQ(f.parser.size_bytes(), 20U);
    EXPECT_EQ(f.bytes.substr(20), "*0\rX");  // Not patched yet: it belongs to the next request.
}

TEST(RequestParser, PatchesTheBytesThatRedisIgnores)
{
    fixture f;
    ASSERT_EQ(f.parse("*2\rX$3\rYGETab$1\r\nk\n\r"), status::complete);
    EXPECT_EQ(f.bytes, "*2\r\n$3\r\nGET\r\n$1\r\nk\r\n");
}

TEST(RequestParser, PatchesAlsoBehindLengthsOf19Digits)
{
    resp::request_limits limits;
    limits.bulk_bytes_max = INT64_MAX;
    fixture f(limits);
    EXPECT_EQ(f.parse("*1\r\n$9223372036854775807\rX"), status::decided);
    EXPECT_EQ(f.bytes.substr(24), "\r\n");
    EXPECT_EQ(f.parser.tail_bytes(), 9'223'372'036'854'775'809U);
}

TEST(RequestParser, ReportsDecidedAtTheLastHeader)
{
    fixture f;
    EXPECT_EQ(f.parse("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$9\r"), status::need_more);
    EXPECT_EQ(f.parse("\n"), status::decided);
    EXPECT_EQ(f.parser.header_bytes(), 24U);
    EXPECT_EQ(f.parser.tail_bytes(), 11U);
    EXPECT_EQ(f.parser.size_bytes(), 35U);
    EXPECT_EQ(f.parse("123456789"), status::decided);
    EXPECT_EQ(f.parse("\r"), status::decided);
    EXPECT_EQ(f.parse("\n"), status::complete);
}

TEST(RequestParser, ReportsDecidedForTheNameOfASingleArgument)
{
    fixture f;
    EXPECT_EQ(f.parse("*1\r\n$4\r\n"), status::decided);
    EXPECT_EQ(f.parser.leading_count(), 0U);
    EXPECT_EQ(f.parser.announced_bytes(0), 4U);
}

TEST(RequestParser, ReportsDecidedForAnEmptyLastArgumentWithoutItsLineEnd)
{
    fixture f;
    EXPECT_EQ(f.parse("*2\r\n$4\r\nECHO\r\n$0\r\n"), status::decided);
    EXPECT_EQ(f.parser.tail_bytes(), 2U);
    EXPECT_EQ(f.parse("\r\n"), status::complete);
}

TEST(RequestParser, RemembersTheLeadingArguments)
{
    fixture f;
    ASSERT_EQ(f.parse("*5\r\n$1\r\na\r\n$0\r\n\r\n$3\r\nccc\r\n$1\r\nd\r\n$1\r\ne\r\n"),
              status::complete);
    ASSERT_EQ(f.parser.leading_count(), 4U);
    auto const text = [&](std::size_t index) {
        auto const [offset, size] = f.parser.leading(index);
        return f.bytes.substr(offset, size);
    };
    EXPECT_EQ(text(0), "a");
    EXPECT_EQ(text(1), "");
    EXPECT_EQ(text(2), "ccc");
    EXPECT_EQ(text(3), "d");
}

TEST(RequestParser, IsIdleOnlyBetweenRequests)
{
    fixture f;
    EXPECT_TRUE(f.parser.idle());
    EXPECT_EQ(f.parse(""), status::need_more);
    EXPECT_TRUE(f.parser.idle());
    EXPECT_EQ(f.parse("*"), status::need_more);
    EXPECT_FALSE(f.parser.idle());
    EXPECT_EQ(f.parse("0\r\n"), status::empty);
    EXPECT_FALSE(f.parser.idle());
    f.parser.next();
    EXPECT_TRUE(f.parser.idle());
    EXPECT_EQ(f.parser.argument_count(), 0U);
    EXPECT_EQ(f.parser.size_bytes(), 0U);
}

TEST(RequestParser, SaysTheSameAgainUntilNextIsCalled)
{
    fixture f;
    EXPECT_EQ(f.parse("*1\r\n$4\r\nPING\r\n"), status::complete);
    EXPECT_EQ(f.parse("*1\r\n$0"), status::complete);
    EXPECT_EQ(f.parser.size_bytes(), 14U);
}

TEST(RequestParser, TakesCountsBelowOneAsEmptyRequests)
{
    for (char const* bytes : {"*0\r\n", "*-1\r\n", "*-42\rX", "*-9223372036854775808\r\n"}) {
        fixture f;
        EXPECT_EQ(f.parse(bytes), status::empty) << bytes;
        EXPECT_EQ(f.parser.size_bytes(), byte_view(bytes).size());
    }
}

TEST(RequestParser, RefusesCountsThatAreNoIntegersOrTooLarge)
{
    for (char const* bytes :
         {"*\r\n", "*01\r\n", "*+1\r\n", "* 1\r\n", "*1 \r\n", "*-0\r\n", "*1x\r\n",
          "*2147483648\r\n", "*9223372036854775808\r\n", "*1\n\r\n"}) {
        EXPECT_EQ(error_of(bytes), code::invalid_multibulk_length) << bytes;
    }
    EXPECT_EQ(error_of("*2147483647\r\n"), code::none);
    resp::request_limits old_redis;
    old_redis.arguments_max = 1'048'576;
    EXPECT_EQ(error_of("*1048576\r\n", old_redis), code::none);
    EXPECT_EQ(error_of("*1048577\r\n", old_redis), code::invalid_multibulk_length);
}

TEST(RequestParser, RefusesLengthsThatAreNoIntegersOrOutOfRange)
{
    for (char const* length : {"", "-1", "-0", "04", "+4", " 4", "4 ", "0x4", "1e1", "4294967300",
                               "536870913", "18446744073709551620", "?"}) {
        EXPECT_EQ(error_of("*1\r\n$" + std::string(length) + "\r\n"), code::invalid_bulk_length)
            << length;
    }
    EXPECT_EQ(error_of("*1\r\n$536870912\r\n"), code::none);
    resp::request_limits limits;
    limits.bulk_bytes_max = 3;
    EXPECT_EQ(error_of("*1\r\n$3\r\nabc\r\n", limits), code::none);
    EXPECT_EQ(error_of("*1\r\n$4\r\nabcd\r\n", limits), code::invalid_bulk_length);
}

TEST(RequestParser, NamesTheByteInTheDollarsPlaceAsRedisPrintsIt)
{
    EXPECT_EQ(reply_to("*1\r\n:1\r\n"), "-ERR Protocol error: expected '$', got ':'\r\n");
    EXPECT_EQ(reply_to("*1\r\n\r\n"), "-ERR Protocol error: expected '$', got ' '\r\n");
    EXPECT_EQ(reply_to("*1\r\n\nx\r\n"), "-ERR Protocol error: expected '$', got ' '\r\n");
    EXPECT_EQ(reply_to("*1\r\n\xff\r\n"), "-ERR Protocol error: expected '$', got '\xff'\r\n");
}

TEST(RequestParser, ChecksTheDollarOnlyWhenTheHeaderIsWhole)
{
    fixture f;
    EXPECT_EQ(f.parse("*1\r\nPING\r"), status::need_more);
    EXPECT_EQ(f.parse("*"), status::malformed);
    EXPECT_EQ(f.parser.error().what, code::expected_dollar);
    EXPECT_EQ(f.parser.error().got, 'P');
    EXPECT_EQ(f.parse("*1\r\n"), status::malformed) << "nothing is read behind an error";
}

TEST(RequestParser, RefusesANulInAHeaderAtOnce)
{
    using namespace std::string_literals;
    EXPECT_EQ(error_of("*\0"s), code::too_big_multibulk_count);
    EXPECT_EQ(error_of("*1\0\r\n"s), code::too_big_multibulk_count);
    EXPECT_EQ(error_of("*1\r\0"s), code::none) << "the byte behind CR is not looked at";
    EXPECT_EQ(error_of("*1\r\n\0"s), code::too_big_bulk_count);
    EXPECT_EQ(error_of("*1\r\n$1\0"s), code::too_big_bulk_count);
    EXPECT_EQ(error_of("*1\r\nP\0"s), code::too_big_bulk_count) << "before the dollar is missed";
    EXPECT_EQ(error_of("*1\r\n$1\r\n\0\0\0"s), code::none) << "arguments may hold anything";
    EXPECT_EQ(error_of("\0"s), code::too_big_inline);
    EXPECT_EQ(error_of("PING\0\r\n"s), code::too_big_inline);
    EXPECT_EQ(error_of("PING\r\n\0"s), code::none) << "it belongs to the next request";
}

TEST(RequestParser, WaitsForALineEndFor65536BytesAndNoLonger)
{
    struct line {
        char const* before;
        char type;
        code error;
        code error_of_long_line;  ///< Of a line that ends where it still may.
    };
    for (auto const& [before, type, error, error_of_long_line] :
         {line{"", '*', code::too_big_multibulk_count, code::invalid_multibulk_length},
          line{"*1\r\n", '$', code::too_big_bulk_count, code::invalid_bulk_length},
          line{"", 'P', code::too_big_inline, code::none}}) {
        auto const text = before + std::string(1, type) + std::string(65'535, '1');
        EXPECT_EQ(error_of(text), code::none);
        EXPECT_EQ(error_of(text + "1"), error);
        EXPECT_EQ(error_of(text + "1\r\n"), error) << "the same when the line end is there";
        EXPECT_EQ(error_of(text + (type == 'P' ? "\n" : "\r\n")), error_of_long_line);
    }
}

TEST(RequestParser, FindsTheTextOfAnInlineLine)
{
    struct example {
        char const* bytes;
        std::size_t text_bytes;
        std::size_t size_bytes;
    };
    for (auto const& [bytes, text_bytes, size_bytes] :
         {example{"PING\r\n", 4, 6}, example{"PING\n*1", 4, 5}, example{"\r\n", 0, 2},
          example{"\n", 0, 1}, example{"a\r\r\n", 2, 4}, example{"\ra\n", 2, 3}}) {
        fixture f;
        ASSERT_EQ(f.parse(bytes), status::line) << bytes;
        EXPECT_EQ(f.parser.line().offset, 0U);
        EXPECT_EQ(f.parser.line().size, text_bytes);
        EXPECT_EQ(f.parser.size_bytes(), size_bytes);
        EXPECT_EQ(f.parser.leading_count(), 0U);
        EXPECT_EQ(f.parser.droppable_bytes(0), 0U);
    }
}

TEST(RequestParser, DropsNothingOfALineOrHeaderThatIsNotWhole)
{
    fixture f;
    EXPECT_EQ(f.parse("PING"), status::need_more);
    EXPECT_EQ(f.parser.droppable_bytes(4), 0U);
    f = fixture();
    EXPECT_EQ(f.parse("*2\r\n$1\r\na\r\n$1"), status::need_more);
    EXPECT_EQ(f.parser.droppable_bytes(f.bytes.size()), 11U);
}

TEST(RequestParser, SkipsAnArgumentLargerThanAnyInput)
{
    fixture f;
    ASSERT_EQ(f.parse("*3\r\n$3\r\nSET\r\n$100000\r\nkk"), status::need_more);
    EXPECT_EQ(f.parser.leading_count(), 1U);
    f.drop_all_it_may();
    EXPECT_EQ(f.bytes, "");
    EXPECT_EQ(f.parser.leading_count(), 0U) << "leading() is void";
    EXPECT_EQ(f.parser.announced_bytes(1), 100'000U);
    for (int i = 0; i < 99; ++i) {
        ASSERT_EQ(f.parse(std::string(1'000, 'k')), status::need_more);
        f.drop_all_it_may();
        ASSERT_EQ(f.bytes, "");
    }
    // 998 bytes and the line end are missing; the line end comes in two halves.
    ASSERT_EQ(f.parse(std::string(998, 'k') + "X"), status::need_more);
    f.drop_all_it_may();
    ASSERT_EQ(f.parse("Y$5\r\n"), status::decided);
    EXPECT_EQ(f.parser.header_bytes(), 13U + 9U + 100'002U + 4U);
    EXPECT_EQ(f.parser.size_bytes(), 13U + 9U + 100'002U + 4U + 7U);
    EXPECT_EQ(f.parser.least_size_bytes(), f.parser.size_bytes());
    f.drop_all_it_may();
    EXPECT_EQ(f.parse("value\r\n*"), status::complete);
    EXPECT_EQ(f.dropped.substr(13 + 9 + 100'000), "\r\n$5\r\n");
}

TEST(RequestParser, SearchesEachHeaderFromItsStart)
{
    // A header cut in its number, then a shorter one that is the last in its input.
    fixture count;
    EXPECT_EQ(count.parse("*100"), status::need_more);
    EXPECT_EQ(count.parse("\r\n$3\r\nab"), status::need_more);
    EXPECT_EQ(count.parser.announced_bytes(0), 3U);

    fixture length;
    EXPECT_EQ(length.parse("*3\r\n$10"), status::need_more);
    EXPECT_EQ(length.parse("\r\n0123456789\r\n$3\r\nab"), status::need_more);
    EXPECT_EQ(length.parser.announced_bytes(1), 3U);
}

TEST(RequestParser, DoesNotReadAgainWhatItHasSeen)
{
    // Each call has one byte more. If a call cost as much as its input, this would take very long.
    resp::request_limits limits;
    limits.line_bytes_max = 2 << 20;
    auto const endless = std::string((2 << 20) + 1, '1');
    std::string many = "*100000\r\n";
    for (int i = 0; i < 100'000; ++i)
        many += "$20\r\n01234567890123456789\r\n";
    for (std::string bytes : {"*" + endless, "*1\r\n$" + endless, endless, many}) {
        request_parser parser(limits);
        auto what = status::need_more;
        for (std::size_t size = 1; size <= bytes.size(); ++size)
            what = parser.parse({bytes.data(), size});
        EXPECT_EQ(what, bytes.size() == many.size() ? status::complete : status::malformed);
    }
}

std::string bulk(std::size_t size)
{
    return "$" + std::to_string(size) + "\r\n" + std::string(size, 'x') + "\r\n";
}

TEST(RequestParser, AQuickLookFindsPlainRequestsAndLeavesAllOthers)
{
    std::string many = "*23\r\n";
    for (int i = 0; i < 23; ++i)
        many += bulk(static_cast<std::size_t>(i));
    for (std::string const& plain :
         {"*1\r\n$4\r\nPING\r\n" + bulk(3), "*3\r\n" + bulk(3) + bulk(16) + bulk(64),
          "*2\r\n" + bulk(0) + bulk(999), "*2\r\n" + bulk(1000) + bulk(123'456), many}) {
        EXPECT_EQ(test::look_quickly(plain, {}), test::quick_look::right) << plain.substr(0, 40);
    }
    for (std::string const& other :
         {"*0\r\n"s, "*-1\r\n"s, "PING\r\n"s, "*1\r\n$-1\r\n"s, "*1\r\n:4\r\nPING\r\n"s, "*"s, ""s,
          "*1\r\n$4\r\nPING"s, "*1\r\n$4\r\nPING\r"s, "*01\r\n$4\r\nPING\r\n"s,
          "*2\r\n$4\r\nPING\r\n"s, "*1\r\n$4x\nPING\r\n"s, "*+1\r\n$4\r\nPING\r\n"s}) {
        EXPECT_EQ(test::look_quickly(other, {}), test::quick_look::left_to_parser) << other;
    }
    resp::request_limits small;
    small.bulk_bytes_max = 3;
    small.arguments_max = 2;
    EXPECT_EQ(test::look_quickly("*1\r\n" + bulk(4), small), test::quick_look::left_to_parser);
    EXPECT_EQ(test::look_quickly("*3\r\n" + bulk(1) + bulk(1) + bulk(1), small),
              test::quick_look::left_to_parser);
}

// Only bytes of arguments behind the first one may be others.
TEST(RequestParser, AQuickLookKnowsARequestThatIsRepeated)
{
    for (std::string const& request :
         {std::string("*1\r\n$4\r\nPING\r\n"), "*2\r\n" + bulk(3) + bulk(17),
          "*3\r\n" + bulk(3) + bulk(0) + bulk(70),
          "*4\r\n" + bulk(11) + bulk(1) + bulk(2) + bulk(120)}) {
        request_parser const parser;
        request_parser::plain_request plain;
        std::string whole = request + request;
        ASSERT_TRUE(parser.read_plain(whole, plain));
        for (std::size_t at = 0; at < request.size(); ++at) {
            test::exact_block both(whole);
            auto const next = both.span().subspan(request.size());
            EXPECT_TRUE(plain.is_repeated_in(next, both.span().data()));
            EXPECT_FALSE(plain.is_repeated_in(next.first(at), both.span().data())) << at;
            ++next[at];
            bool is_argument = false;
            for (std::size_t i = 1; i < plain.argument_count; ++i) {
                auto const [offset, size] = plain.leading[i];
                is_argument = is_argument || (at >= offset && at < offset + size);
            }
            EXPECT_EQ(plain.is_repeated_in(next, both.span().data()), is_argument) << at;
        }
    }
    request_parser const parser;
    request_parser::plain_request plain;
    std::string many = "*5\r\n" + bulk(3) + bulk(1) + bulk(1) + bulk(1) + bulk(1);
    many += many;
    ASSERT_TRUE(parser.read_plain(many, plain));
    EXPECT_FALSE(plain.is_repeated_in(std::span(many).subspan(many.size() / 2), many.data()))
        << "not all of its arguments are known";
}

TEST(RequestParser, AQuickLookIsRightAtEverySplitAndWhateverByteIsOther)
{
    std::string const whole = "*3\r\n$3\r\nSET\r\n$12\r\nkey:00000001\r\n$0\r\n\r\n*1\r\n$4\r\n";
    for (std::size_t size = 0; size <= whole.size(); ++size)
        EXPECT_NE(test::look_quickly(whole.substr(0, size), {}), test::quick_look::wrong) << size;
    for (std::size_t at = 0; at < whole.size(); ++at) {
        for (char const byte : {'\0', '\r', '\n', '0', '9', '$', '*', 'x', '-'}) {
            std::string other = whole;
            other[at] = byte;
            EXPECT_NE(test::look_quickly(other, {}), test::quick_look::wrong) << at << byte;
        }
    }
}

}  // namespace
}  // namespace respguard
