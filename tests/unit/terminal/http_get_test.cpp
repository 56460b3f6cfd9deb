#include "respguard/terminal/http_get.hpp"

#include <gtest/gtest.h>

#include "canned_server.hpp"

namespace respguard::terminal {
namespace {

TEST(HttpGet, GivesStatusAndBody)
{
    canned_server const server("HTTP/1.1 503 Busy\r\nContent-Length: 5\r\n\r\nlater");
    auto const answer = http_get(server.where(), "/readyz?x=1");
    EXPECT_EQ(answer.failure, "");
    EXPECT_EQ(answer.status, 503U);
    EXPECT_EQ(answer.body, "later");
    EXPECT_TRUE(server.asked().starts_with("GET /readyz?x=1 HTTP/1.1\r\nHost: localhost\r\n"));
}

TEST(HttpGet, SaysWhyThereIsNoAnswer)
{
    canned_server const server("no HTTP at all\r\n\r\n");
    EXPECT_NE(http_get(server.where(), "/").failure, "");
}

}  // namespace
}  // namespace respguard::terminal
