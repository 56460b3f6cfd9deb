#include "respguard/base/argument_walk.hpp"

#include <gtest/gtest.h>

#include <string>

#include "support/exact_block.hpp"

namespace respguard {
namespace {

std::string shown(byte_view request)
{
    test::exact_block const block(request);
    argument_walk walk(block.view());
    std::string out = std::to_string(walk.count()) + ":";
    while (walk.next()) {
        out += " " + std::string(walk.current().bytes) + "/" +
               std::to_string(walk.current().size_bytes) + (walk.current().is_whole() ? "" : "~");
    }
    return out;
}

TEST(ArgumentWalk, ShowsEveryArgument)
{
    EXPECT_EQ(shown("*3\r\n$3\r\nSET\r\n$0\r\n\r\n$2\r\nvv\r\n"), "3: SET/3 /0 vv/2");
}

TEST(ArgumentWalk, ShowsACutArgumentWithItsAnnouncedSize)
{
    EXPECT_EQ(shown("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$500\r\nvv"), "3: SET/3 k/1 vv/500~");
    EXPECT_EQ(shown("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$500\r\n"), "3: SET/3 k/1 /500~");
}

TEST(ArgumentWalk, NeverReadsBehindTheEnd)
{
    std::string const whole = "*2\r\n$3\r\nGET\r\n$10\r\n0123456789\r\n";
    for (std::size_t cut = 0; cut <= whole.size(); ++cut)
        (void)shown(whole.substr(0, cut));
    EXPECT_EQ(shown("*2\r\n$3\r\nGET\r\n$1"), "2: GET/3");
    EXPECT_EQ(shown("*2"), "0:");
    EXPECT_EQ(shown(""), "0:");
}

}  // namespace
}  // namespace respguard
