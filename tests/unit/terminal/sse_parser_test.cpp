#include "respguard/terminal/sse_parser.hpp"

#include <gtest/gtest.h>

namespace respguard::terminal {
namespace {

constexpr std::string_view two_events = "retry: 2000\n\n"
                                        "id: 7-1\nevent: storm\ndata: {\"id\":1}\n\n"
                                        ": still here\n\n"
                                        "data:a\r\ndata: b\r\n\r\n"
                                        "event: empty\n\n";

TEST(SseParser, GivesTheSameEventsHoweverTheBytesAreCut)
{
    for (std::size_t cut = 0; cut <= two_events.size(); ++cut) {
        sse_parser parser;
        auto found = parser.feed(two_events.substr(0, cut));
        for (auto& each : parser.feed(two_events.substr(cut)))
            found.push_back(each);
        ASSERT_EQ(found.size(), 2U) << cut;
        EXPECT_EQ(found[0].type, "storm");
        EXPECT_EQ(found[0].data, "{\"id\":1}");
        EXPECT_EQ(found[1].type, "message");
        EXPECT_EQ(found[1].data, "a\nb");
    }
}

TEST(SseParser, LeavesOutALineThatIsTooLong)
{
    sse_parser parser;
    EXPECT_TRUE(parser.feed("data: ").empty());
    std::string const piece(64 * 1024, 'x');
    for (int i = 0; i < 20; ++i)
        EXPECT_TRUE(parser.feed(piece).empty());
    auto const found = parser.feed("\n\ndata: short\n\n");
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].data, "short");
}

}  // namespace
}  // namespace respguard::terminal
