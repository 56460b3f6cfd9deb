#include <gtest/gtest.h>

#include <string>

#include "policy/address_range.hpp"

namespace respguard::policy {
namespace {

bool has(char const* range, char const* address)
{
    return address_range::parse(range).value().contains(parse_ip(address));
}

TEST(AddressRange, HoldsWhatItsPrefixSays)
{
    EXPECT_TRUE(has("10.0.0.0/8", "10.255.1.2"));
    EXPECT_FALSE(has("10.0.0.0/8", "11.0.0.0"));
    EXPECT_TRUE(has("192.168.16.0/20", "192.168.31.255"));
    EXPECT_FALSE(has("192.168.16.0/20", "192.168.32.0"));
    EXPECT_TRUE(has("10.0.0.7", "10.0.0.7"));
    EXPECT_FALSE(has("10.0.0.7", "10.0.0.8"));
    EXPECT_TRUE(has("0.0.0.0/0", "1.2.3.4"));
    EXPECT_FALSE(has("0.0.0.0/0", "fd00::1"));
    EXPECT_TRUE(has("fd00::/8", "fdff::1"));
    EXPECT_TRUE(has("::/0", "1.2.3.4"));
}

TEST(AddressRange, UnixIsNoAddress)
{
    EXPECT_TRUE(has("unix", "unix:/run/x"));
    EXPECT_FALSE(has("unix", "10.0.0.1"));
    EXPECT_FALSE(has("::/0", "unix:"));
}

TEST(AddressRange, RefusesWhatIsSurelyNotMeant)
{
    for (auto const* text :
         {"", "10.0.0.7/33", "fd00::/129", "10.0.0.1/8", "host", "10.0.0.7/", "10/8"})
        EXPECT_FALSE(address_range::parse(text)) << text;
}

}  // namespace
}  // namespace respguard::policy
