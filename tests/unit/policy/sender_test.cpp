#include "respguard/policy/sender.hpp"

#include <gtest/gtest.h>

namespace respguard::policy {
namespace {

TEST(ParseIp, TakesAddressesWithAndWithoutPort)
{
    EXPECT_EQ(parse_ip("10.0.0.7"), parse_ip("10.0.0.7:5123"));
    EXPECT_EQ(parse_ip("10.0.0.7"), parse_ip("::ffff:10.0.0.7"));
    EXPECT_EQ(parse_ip("fd00::1"), parse_ip("[fd00::1]:6379"));
    EXPECT_NE(parse_ip("fd00::1"), parse_ip("fd00::2"));
}

TEST(ParseIp, IsEmptyForEverythingElse)
{
    for (auto const* text :
         {"", "unix:", "unix:/run/x.sock", "host", "10.0.0", "1.2.3.256", "[::1", "1:2", "::1::2"})
        EXPECT_FALSE(parse_ip(text)) << text;
}

}  // namespace
}  // namespace respguard::policy
