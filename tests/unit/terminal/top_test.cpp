#include "respguard/terminal/top.hpp"

#include <gtest/gtest.h>

#include "canned_server.hpp"

namespace respguard::terminal {
namespace {

TEST(Top, SaysThatNobodyIsThere)
{
    std::string text = "left alone";
    auto const nowhere = *net::parse_endpoint("unix:/nowhere/at/all");
    EXPECT_NE(top_once(nowhere, "", 80, 24, text), "");
    EXPECT_EQ(text, "left alone");
    EXPECT_NE(run_top(nowhere), "");
}

TEST(Top, SaysThatThisIsNoGuard)
{
    canned_server const server("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
    std::string text;
    EXPECT_EQ(top_once(server.where(), "", 80, 24, text), "no guard: it has no /stats");
}

}  // namespace
}  // namespace respguard::terminal
