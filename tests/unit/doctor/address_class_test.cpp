#include <gtest/gtest.h>

#include <string>

#include "doctor/address_class.hpp"

namespace respguard::doctor {
namespace {

std::string class_of(std::string const& address)
{
    auto const kind =
        classify(net::resolve(net::parse_endpoint(address + ":6379").value()).value().front());
    return kind.is_loopback ? "loopback" : kind.is_public ? "public" : "private";
}

TEST(AddressClass, OfIpv4)
{
    EXPECT_EQ(class_of("127.0.0.1"), "loopback");
    EXPECT_EQ(class_of("127.255.0.9"), "loopback");
    for (auto const* const near :
         {"10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.9.9", "169.254.1.1", "100.64.0.1"})
        EXPECT_EQ(class_of(near), "private") << near;
    for (auto const* const far : {"8.8.8.8", "172.32.0.1", "100.128.0.1", "11.0.0.1"})
        EXPECT_EQ(class_of(far), "public") << far;
}

TEST(AddressClass, OfIpv6)
{
    EXPECT_EQ(class_of("[::1]"), "loopback");
    EXPECT_EQ(class_of("[::ffff:127.0.0.1]"), "loopback");
    EXPECT_EQ(class_of("[::ffff:10.0.0.1]"), "private");
    EXPECT_EQ(class_of("[::ffff:8.8.8.8]"), "public");
    EXPECT_EQ(class_of("[fe80::1]"), "private");
    EXPECT_EQ(class_of("[fd12::1]"), "private");
    EXPECT_EQ(class_of("[2001:db8::1]"), "public");
}

TEST(AddressClass, OfAUnixSocketIsNeither)
{
    auto const kind =
        classify(net::resolve(net::parse_endpoint("unix:/run/redis.sock").value()).value().front());
    EXPECT_FALSE(kind.is_loopback);
    EXPECT_FALSE(kind.is_public);
}

}  // namespace
}  // namespace respguard::doctor
