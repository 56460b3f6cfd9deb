#include "respguard/resp/reply_framer.hpp"

#include <gtest/gtest.h>

#include "support/every_split.hpp"
#include "support/exact_block.hpp"
#include "support/reply_feed.hpp"

namespace respguard {
namespace {

using resp::reply_framer;
using status = reply_framer::status;
using namespace std::string_literals;

static_assert(sizeof(reply_framer) <= 256, "one per session: keep it small");

std::string repeat(byte_view unit, std::size_t count)
{
    std::string bytes;
    for (; count > 0; --count)
        bytes += unit;
    return bytes;
}

/// What the framer makes of the bytes; that it is the same at every split is asserted.
test::reply_feed_result frame(byte_view bytes)
{
    test::reply_feed whole;
    whole.feed(bytes);
    for (bool const skips : {false, true}) {
        test::for_every_split(bytes, [&](test::pieces const& cut) {
            test::reply_feed feed(skips);
            for (auto const piece : cut)
                feed.feed(piece);
            ASSERT_EQ(feed.result(), whole.result()) << "cut " << test::to_string(cut);
        });
    }
    return whole.result();
}

/// Of the only frame, which all of the bytes are.
test::fed_frame frame_of(byte_view bytes)
{
    auto const result = frame(bytes);
    EXPECT_EQ(result.error, "") << bytes;
    EXPECT_EQ(result.frames.size(), 1U) << bytes;
    if (result.frames.size() != 1) return {};
    EXPECT_EQ(result.frames[0].size_bytes, bytes.size()) << bytes;
    return result.frames[0];
}

struct failure {
    std::string reason;
    std::uint64_t offset;
    bool operator==(failure const&) const = default;
};

std::ostream& operator<<(std::ostream& out, failure const& why)
{
    return out << why.reason << " at " << why.offset;
}

failure failure_of(byte_view bytes)
{
    auto const result = frame(bytes);
    return {result.error, result.error_offset};
}

bool is_pending(byte_view bytes)
{
    auto const result = frame(bytes);
    return result.error.empty() && result.frames.empty() && result.pending_bytes == bytes.size();
}

TEST(ReplyFramer, FramesEveryType)
{
    for (char const* bytes : {"+OK\r\n",
                              "+\r\n",
                              "-ERR x\r\n",
                              ":1\r\n",
                              ":-5\r\n",
                              ":+5\r\n",
                              ":007\r\n",
                              "$2\r\nhi\r\n",
                              "$0\r\n\r\n",
                              "$-1\r\n",
                              "*0\r\n",
                              "*-1\r\n",
                              "*2\r\n:1\r\n$1\r\na\r\n",
                              "_\r\n",
                              "#t\r\n",
                              "#f\r\n",
                              ",3.1\r\n",
                              ",-nan\r\n",
                              "(123\r\n",
                              "=5\r\ntxt:a\r\n",
                              "!3\r\nERR\r\n",
                              "%1\r\n+a\r\n:1\r\n",
                              "%0\r\n",
                              "~2\r\n:1\r\n:2\r\n",
                              "~0\r\n",
                              ">2\r\n+a\r\n:1\r\n",
                              ">0\r\n",
                              "$?\r\n;2\r\nab\r\n;0\r\n",
                              "$?\r\n;0\r\n",
                              "*?\r\n.\r\n",
                              "*?\r\n:1\r\n.\r\n",
                              "~?\r\n:1\r\n.\r\n",
                              "%?\r\n+a\r\n:1\r\n.\r\n"}) {
        EXPECT_EQ(frame_of(bytes).type, bytes[0]) << bytes;
    }
}

TEST(ReplyFramer, ReadsASimpleFrameAtOnceOrNotAtAll)
{
    for (byte_view const frame :
         {"+OK\r\n", "+PONG\r\n", "-ERR no\r\n", ":-1\r\n", ":7\r\n", "$0\r\n\r\n", "$3\r\na\r\r\n",
          "$-1\r\n", "*1\r\n:1\r\n", "%0\r\n", "_\r\n", "#t\r\n", ">1\r\n+x\r\n",
          "|1\r\n+a\r\n+b\r\n+OK\r\n", "?\r\n", "+O\nK\r\n", "$x\r\n"}) {
        for (std::size_t size = 1; size <= frame.size(); ++size) {
            test::exact_block const input(frame.substr(0, size));
            reply_framer simple;
            reply_framer whole;
            std::size_t const got = simple.scan_simple(input.view());
            auto const step = whole.scan(input.view());
            if (got == 0) {
                EXPECT_TRUE(simple.at_start());
                auto const again = simple.scan(input.view());
                EXPECT_EQ(again.what, step.what) << frame << ' ' << size;
                EXPECT_EQ(again.consumed, step.consumed) << frame << ' ' << size;
                continue;
            }
            EXPECT_EQ(step.what, status::frame_end) << frame << ' ' << size;
            EXPECT_EQ(step.consumed, got);
            EXPECT_EQ(simple.size_bytes(), whole.size_bytes());
            EXPECT_EQ(simple.type(), whole.type());
            EXPECT_EQ(simple.line(), whole.line());
        }
    }
}

TEST(ReplyFramer, StopsAtTheEndOfEachFrame)
{
    auto const result = frame("+OK\r\n*1\r\n*1\r\n$-1\r\n:1\r\n>1\r\n+x\r\n-E\r\n$3\r\nab");
    ASSERT_EQ(result.frames.size(), 5U);
    EXPECT_EQ(result.frames[1].size_bytes, 13U);
    EXPECT_EQ(result.frames[3].type, '>');
    EXPECT_EQ(result.frames[4].line, "E");
    EXPECT_EQ(result.pending_bytes, 6U);
}

TEST(ReplyFramer, NeedsNoMemoryForNesting)
{
    auto const deep = repeat("*1\r\n", 100'000) + ":1\r\n";
    EXPECT_EQ(frame_of(deep).top_count, 1);
    EXPECT_EQ(frame_of("*2\r\n*2\r\n%1\r\n~0\r\n*-1\r\n_\r\n*1\r\n*1\r\n:1\r\n").top_count, 2);
}

TEST(ReplyFramer, CountsAPushInsideAReplyForNothing)
{
    auto const reply =
        frame_of("*4\r\n$1\r\n1\r\n>2\r\n$1\r\na\r\n*1\r\n:9\r\n_\r\n_\r\n>0\r\n:4\r\n");
    EXPECT_EQ(reply.kind, "1");
    EXPECT_EQ(reply.third, std::nullopt) << "the third element is a null";
    EXPECT_TRUE(is_pending("*1\r\n>1\r\n:1\r\n")) << "the array still lacks its element";
    EXPECT_EQ(frame_of(">2\r\n>1\r\n+a\r\n+b\r\n:1\r\n").kind, "b") << "also inside of a push";
}

TEST(ReplyFramer, CountsAnAttributeToTheValueBehindIt)
{
    auto const reply = frame_of("|1\r\n+ttl\r\n:5\r\n$1\r\nx\r\n");
    EXPECT_EQ(reply.type, '$');
    EXPECT_TRUE(reply.has_attribute);
    EXPECT_TRUE(is_pending("|1\r\n+ttl\r\n:5\r\n"));
    EXPECT_TRUE(is_pending("|0\r\n"));

    auto const inner = frame_of("*3\r\n|1\r\n+k\r\n*1\r\n:1\r\n$1\r\na\r\n:1\r\n|0\r\n:7\r\n");
    EXPECT_FALSE(inner.has_attribute);
    EXPECT_EQ(inner.kind, "a");
    EXPECT_EQ(inner.third, 7);

    auto const push = frame_of("|1\r\n+k\r\n+v\r\n>3\r\n+subscribe\r\n+c\r\n:2\r\n");
    EXPECT_EQ(push.type, '>');
    EXPECT_TRUE(push.has_attribute);
    EXPECT_EQ(push.kind, "subscribe");
    EXPECT_EQ(push.third, 2);
    EXPECT_FALSE(frame_of("|2\r\n|1\r\n+a\r\n+b\r\n:1\r\n:2\r\n:3\r\n:4\r\n:5\r\n").line == "a");
}

TEST(ReplyFramer, HasNoTypeWhileOnlyAnAttributeHasCome)
{
    reply_framer framer;
    ASSERT_EQ(framer.scan("|1\r\n+ttl\r\n:5\r\n").what, status::need_more);
    EXPECT_EQ(framer.type(), '\0');
    EXPECT_TRUE(framer.has_attribute());
    EXPECT_FALSE(framer.kind_known());
    EXPECT_EQ(framer.line(), "");
    ASSERT_EQ(framer.scan("+OK").what, status::need_more);
    EXPECT_EQ(framer.type(), '+');
    ASSERT_EQ(framer.scan("\r\n+").what, status::frame_end);
    EXPECT_EQ(framer.line(), "OK");
}

TEST(ReplyFramer, KeepsTheFirst63BytesOfALine)
{
    auto const text = repeat("0123456789", 7);
    EXPECT_EQ(frame_of("-" + text.substr(0, 62) + "\r\n").line, text.substr(0, 62));
    EXPECT_EQ(frame_of("+" + text.substr(0, 63) + "\r\n").line, text.substr(0, 63));
    EXPECT_EQ(frame_of("+" + text.substr(0, 64) + "\r\n").line, text.substr(0, 63));
    EXPECT_EQ(frame_of("-" + repeat("x", 100'000) + "\r\n").line, repeat("x", 63));
    EXPECT_EQ(frame_of("*1\r\n+OK\r\n").line, "") << "only of the frame itself";
    EXPECT_EQ(frame_of(",1.5\r\n").line, "");
    EXPECT_EQ(frame_of("+a\0b\r\n"s).line, "a\0b"s);
}

TEST(ReplyFramer, TakesTheFirstElementOfAnArrayOrPushAsItsKind)
{
    EXPECT_EQ(frame_of("*3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n").kind, "subscribe");
    EXPECT_EQ(frame_of(">2\r\n+message\r\n+x\r\n").kind, "message");
    EXPECT_EQ(frame_of("*1\r\n$16\r\n0123456789abcdef\r\n").kind, "0123456789abcdef");
    EXPECT_EQ(frame_of("*1\r\n+0123456789abcdef\r\n").kind, "0123456789abcdef");
    for (auto const& bytes : {"*1\r\n$17\r\n0123456789abcdefg\r\n"s,
                              "*1\r\n+0123456789abcdefg\r\n"s,
                              "*1\r\n$0\r\n\r\n"s,
                              "*1\r\n-ERR\r\n"s,
                              "*1\r\n:1\r\n"s,
                              "*1\r\n$-1\r\n"s,
                              "*1\r\n_\r\n"s,
                              "*1\r\n=5\r\ntxt:a\r\n"s,
                              "*1\r\n!1\r\nE\r\n"s,
                              "*2\r\n*1\r\n$1\r\na\r\n$1\r\nb\r\n"s,
                              "*2\r\n*0\r\n+b\r\n"s,
                              "*0\r\n"s,
                              "*-1\r\n"s,
                              "*1\r\n$?\r\n;1\r\na\r\n;0\r\n"s,
                              "*?\r\n+a\r\n.\r\n"s,
                              "%1\r\n+a\r\n+b\r\n"s,
                              "~1\r\n+a\r\n"s,
                              "$1\r\na\r\n"s,
                              "+a\r\n"s,
                              "*1\r\n+" + repeat("x", 200) + "\r\n"}) {
        EXPECT_EQ(frame_of(bytes).kind, "") << bytes;
    }
}

TEST(ReplyFramer, KnowsTheKindAsSoonAsItCannotChange)
{
    struct example {
        char const* before;  ///< Not yet known.
        char const* then;
    };
    for (auto const& [before, then] :
         {example{"", "+"}, example{"", "$"}, example{"*", "0\r\n"}, example{"*", "-1\r\n"},
          example{"*1\r\n", ":"}, example{"*1\r\n", "*"}, example{"*1\r\n$", "17\r\n"},
          example{"*1\r\n$", "-1\r\n"}, example{"*1\r\n$", "?\r\n"},
          example{"*2\r\n$1\r\na\r", "\n"}, example{"*2\r\n+a\r", "\n"},
          example{">1\r\n+0123456789abcdefg", "\r\n"}, example{"*?\r", "\n"},
          example{"|0\r\n", "+"}, example{"*1\r\n|1\r\n+a\r\n+b\r\n>1\r\n+c\r\n", "_"}}) {
        reply_framer framer;
        EXPECT_EQ(framer.scan(before).what, status::need_more);
        EXPECT_FALSE(framer.kind_known()) << before;
        EXPECT_NE(framer.scan(then).what, status::malformed);
        EXPECT_TRUE(framer.kind_known()) << before << then;
    }
    reply_framer framer;
    EXPECT_EQ(framer.scan("*1\r\n+" + repeat("x", 100)).what, status::need_more);
    EXPECT_TRUE(framer.kind_known()) << "a line need not end";
}

TEST(ReplyFramer, TakesTheThirdElementIfItIsAnInteger)
{
    EXPECT_EQ(frame_of("*3\r\n+a\r\n+b\r\n:12\r\n").third, 12);
    EXPECT_EQ(frame_of(">4\r\n+a\r\n_\r\n:-3\r\n:4\r\n").third, -3);
    EXPECT_EQ(frame_of("*3\r\n+a\r\n+b\r\n:+7\r\n").third, 7);
    EXPECT_EQ(frame_of("*3\r\n*2\r\n:1\r\n:2\r\n$1\r\nx\r\n:5\r\n").third, 5)
        << "elements, not values";
    EXPECT_EQ(frame_of("*3\r\n*1\r\n*1\r\n:8\r\n*?\r\n:6\r\n.\r\n:5\r\n").third, 5);
    EXPECT_EQ(frame_of("*3\r\n:1\r\n:2\r\n:9223372036854775807\r\n").third, INT64_MAX);
    EXPECT_EQ(frame_of("*3\r\n:1\r\n:2\r\n:99999999999999999999\r\n").third, std::nullopt);
    EXPECT_EQ(frame_of("*3\r\n:1\r\n:2\r\n*1\r\n:3\r\n").third, std::nullopt);
    EXPECT_EQ(frame_of("*3\r\n:1\r\n:2\r\n$1\r\n3\r\n").third, std::nullopt);
    EXPECT_EQ(frame_of("*2\r\n:1\r\n*2\r\n:2\r\n:3\r\n").third, std::nullopt);
    EXPECT_EQ(frame_of("~3\r\n:1\r\n:2\r\n:3\r\n").third, std::nullopt);
}

TEST(ReplyFramer, TellsTheAnnouncedCountOfTheTopLevel)
{
    EXPECT_EQ(frame_of("*2\r\n*3\r\n:1\r\n:2\r\n:3\r\n:4\r\n").top_count, 2);
    EXPECT_EQ(frame_of("%1\r\n+a\r\n+b\r\n").top_count, 1);
    EXPECT_EQ(frame_of("~1\r\n+a\r\n").top_count, 1);
    EXPECT_EQ(frame_of(">1\r\n+a\r\n").top_count, 1);
    EXPECT_EQ(frame_of("*0\r\n").top_count, 0);
    EXPECT_EQ(frame_of("*?\r\n.\r\n").top_count, 0);
    EXPECT_EQ(frame_of("$1\r\na\r\n").top_count, 0);
    EXPECT_EQ(frame_of("*1\r\n$-1\r\n").top_count, 1);
    EXPECT_EQ(frame_of("*-1\r\n").top_count, -1);
    EXPECT_EQ(frame_of("$-1\r\n").top_count, -1);
    EXPECT_EQ(frame_of("_\r\n").top_count, -1);
}

TEST(ReplyFramer, BeginsEachFrameAnew)
{
    auto const result =
        frame("|1\r\n+a\r\n+b\r\n*3\r\n+kind\r\n+x\r\n:3\r\n*3\r\n:1\r\n:2\r\n+x\r\n-E\r\n");
    ASSERT_EQ(result.frames.size(), 3U);
    EXPECT_EQ(result.frames[1], (test::fed_frame{'*', false, 16, 3, "", "", std::nullopt}));
    EXPECT_EQ(result.frames[2], (test::fed_frame{'-', false, 4, 0, "", "E", std::nullopt}));
}

TEST(ReplyFramer, NestsStreamedAggregatesUpTo64Deep)
{
    EXPECT_EQ(
        frame_of("*2\r\n*?\r\n%?\r\n+k\r\n*2\r\n:1\r\n:2\r\n.\r\n~?\r\n.\r\n.\r\n:3\r\n").top_count,
        2);
    EXPECT_EQ(frame_of(repeat("*?\r\n", 64) + repeat(".\r\n", 64)).type, '*');
    EXPECT_EQ(failure_of(repeat("*?\r\n", 65)).reason, "streamed aggregates nested too deep");
    EXPECT_EQ(frame_of("*?\r\n>1\r\n:1\r\n.\r\n").type, '*') << "a push is no element";
    EXPECT_EQ(frame_of("*?\r\n>1\r\n:1\r\n|1\r\n:1\r\n:2\r\n:3\r\n.\r\n").type, '*');
}

TEST(ReplyFramer, RefusesAnEndWhereNoStreamedAggregateCanEnd)
{
    std::string const reason = "end of a streamed aggregate that is not open";
    EXPECT_EQ(failure_of(".\r\n"), (failure{reason, 0}));
    EXPECT_EQ(failure_of("*1\r\n.\r\n"), (failure{reason, 4}));
    EXPECT_EQ(failure_of("*?\r\n*1\r\n.\r\n"), (failure{reason, 8}));
    EXPECT_EQ(failure_of("*?\r\n|0\r\n.\r\n"), (failure{reason, 8})) << "an attribute of nothing";
    EXPECT_EQ(failure_of("*?\r\n.1\r\n"), (failure{"end of a streamed aggregate with text", 8}));
}

TEST(ReplyFramer, RefusesUnknownTypeBytes)
{
    for (int byte = 0; byte < 256; ++byte) {
        auto const type = static_cast<char>(byte);
        if (byte_view("+-:$*_#,(!=%~|>.").find(type) != byte_view::npos) continue;
        EXPECT_EQ(failure_of("*1\r\n" + std::string(1, type)), (failure{"unknown type byte", 4}))
            << byte;
    }
}

TEST(ReplyFramer, RefusesLinesThatDoNotEndInCrLf)
{
    EXPECT_EQ(failure_of("+OK\n"), (failure{"LF without CR", 3}));
    EXPECT_EQ(failure_of(":1\n"), (failure{"LF without CR", 2}));
    EXPECT_EQ(failure_of("+OK\rx"), (failure{"CR without LF", 4}));
    EXPECT_EQ(failure_of("$1\rx"), (failure{"CR without LF", 3}));
    EXPECT_EQ(failure_of("+" + repeat("x", 100) + "\n\r\n"), (failure{"LF without CR", 101}));
    EXPECT_EQ(failure_of("+" + repeat("x", 100) + "\r\r\n"), (failure{"CR without LF", 102}));
}

TEST(ReplyFramer, RefusesLengthsAndCountsThatAreNoPlainNumbers)
{
    for (char const type : byte_view("$=!*~%>|")) {
        for (char const* number :
             {"", "x", "+1", "-2", "-0", "01", "00", " 1", "1 ", "1x", "0x1"}) {
            auto const line = type + std::string(number) + "\r\n";
            EXPECT_EQ(failure_of(line), (failure{"length is not a plain number", line.size()}))
                << line;
        }
    }
    for (char const* line :
         {"=-1\r\n", "!-1\r\n", "~-1\r\n", "%-1\r\n", ">-1\r\n", "|-1\r\n", "=?\r\n", "!?\r\n",
          ">?\r\n", "|?\r\n", "$?\r\n;-1\r\n", "$?\r\n;?\r\n", "$?\r\n;\r\n"}) {
        EXPECT_EQ(failure_of(line).reason, "length is not a plain number") << line;
    }
}

TEST(ReplyFramer, RefusesCountsOver2To40AndSurvivesAnySumOfThem)
{
    EXPECT_TRUE(is_pending("*1099511627776\r\n"));
    EXPECT_TRUE(is_pending("$1099511627776\r\n"));
    EXPECT_EQ(failure_of("*1099511627777\r\n").reason, "count over the limit");
    EXPECT_EQ(failure_of("%1099511627777\r\n").reason, "count over the limit");
    EXPECT_EQ(failure_of("$1099511627777\r\n").reason, "length over the limit");
    EXPECT_EQ(failure_of("*99999999999999999999\r\n").reason, "length is not a plain number");

    // 2^23 maps of 2^40 pairs lack 2^64 - 2^23 + 1 values; with the array 64 bits would wrap to 1.
    reply_framer framer;
    auto const maps = repeat("%1099511627776\r\n", 4'096);
    for (int i = 0; i < 2'048; ++i)
        ASSERT_EQ(framer.scan(maps).what, status::need_more);
    EXPECT_EQ(framer.scan("*8388609\r\n:1\r\n").what, status::need_more);
}

TEST(ReplyFramer, LimitsLinesOfNumbersTo64Bytes)
{
    EXPECT_TRUE(is_pending(":" + repeat("1", 63)));
    EXPECT_EQ(failure_of(":" + repeat("1", 64)), (failure{"line of a number too long", 64}));
    EXPECT_EQ(failure_of("$" + repeat("0", 64)), (failure{"line of a number too long", 64}));
    EXPECT_EQ(frame_of("(" + repeat("9", 5'000) + "\r\n").type, '(');
    EXPECT_EQ(frame_of("," + repeat("9", 5'000) + "\r\n").type, ',') << "long doubles of modules";
}

TEST(ReplyFramer, RefusesOddConstantsAndNumbers)
{
    EXPECT_EQ(failure_of("_x\r\n"), (failure{"null with text", 4}));
    EXPECT_EQ(failure_of("_1\r\n").reason, "null with text");
    EXPECT_EQ(failure_of("#x\r\n"), (failure{"boolean other than t and f", 4}));
    EXPECT_EQ(failure_of("#1\r\n").reason, "boolean other than t and f");
    EXPECT_EQ(failure_of("#\r\n").reason, "boolean other than t and f");
    EXPECT_EQ(failure_of(":\r\n"), (failure{"integer is not a number", 3}));
    EXPECT_EQ(failure_of(":1x\r\n").reason, "integer is not a number");
    EXPECT_EQ(failure_of(":100000000000000000000\r\n").reason, "integer is not a number");
    EXPECT_EQ(failure_of(",\r\n"), (failure{"number without digits", 3}));
    EXPECT_EQ(failure_of("(\r\n").reason, "number without digits");
}

TEST(ReplyFramer, RefusesBulksWithoutALineEndBehindThem)
{
    EXPECT_EQ(failure_of("$3\r\nabcde"), (failure{"bulk without CR LF behind it", 7}));
    EXPECT_EQ(failure_of("*9\r\n$3\r\nabc\rx"), (failure{"bulk without CR LF behind it", 12}));
    EXPECT_EQ(failure_of("*9\r\n:1\r\n:2\r\n:3\r\n:4\r\n$3\r\nabc\rx"),
              (failure{"bulk without CR LF behind it", 28}));
    EXPECT_EQ(failure_of("$?\r\n;1\r\nab").reason, "bulk without CR LF behind it");
    EXPECT_EQ(failure_of("$?\r\n:1\r\n"), (failure{"chunk expected in a streamed string", 4}));
}

TEST(ReplyFramer, StaysMalformed)
{
    reply_framer framer;
    auto const first = framer.scan("+OK\r\n?");
    EXPECT_EQ(first.what, status::frame_end);
    EXPECT_EQ(framer.scan("?").what, status::malformed);
    EXPECT_FALSE(framer.at_start());
    auto const again = framer.scan("+OK\r\n");
    EXPECT_EQ(again.what, status::malformed);
    EXPECT_EQ(again.consumed, 0U);
    EXPECT_STREQ(framer.reason(), "unknown type byte");
}

TEST(ReplyFramer, IsAtTheStartOnlyBetweenFrames)
{
    reply_framer framer;
    EXPECT_TRUE(framer.at_start());
    EXPECT_EQ(framer.scan("").what, status::need_more);
    EXPECT_TRUE(framer.at_start());
    EXPECT_EQ(framer.scan("$1\r\n").what, status::need_more);
    EXPECT_FALSE(framer.at_start());
    EXPECT_EQ(framer.scan("a\r\n").what, status::frame_end);
    EXPECT_TRUE(framer.at_start());
    EXPECT_EQ(framer.type(), '$') << "until the next call";
    EXPECT_EQ(framer.size_bytes(), 7U);
}

TEST(ReplyFramer, LetsBodiesPassElsewhere)
{
    reply_framer framer;
    EXPECT_EQ(framer.opaque_bytes(), 0U);
    ASSERT_EQ(framer.scan("*2\r\n$9\r\nsubs").what, status::need_more);
    EXPECT_EQ(framer.opaque_bytes(), 0U) << "the kind is looked at";
    ASSERT_EQ(framer.scan("cribe\r\n$100000\r\nab").what, status::need_more);
    EXPECT_EQ(framer.opaque_bytes(), 99'998U);
    framer.skip(99'990);
    EXPECT_EQ(framer.opaque_bytes(), 8U);
    framer.skip(8);
    EXPECT_EQ(framer.opaque_bytes(), 0U);
    EXPECT_EQ(framer.scan("\r\n").what, status::frame_end);
    EXPECT_EQ(framer.size_bytes(), 100'030U);
}

}  // namespace
}  // namespace respguard
