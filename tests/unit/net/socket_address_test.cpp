#include "respguard/net/socket_address.hpp"

#include <gtest/gtest.h>

#include <string>

namespace respguard::net {
namespace {

endpoint address(std::string host, std::uint16_t port)
{
    endpoint place;
    place.host = std::move(host);
    place.port = port;
    return place;
}

endpoint unix_path(std::string path)
{
    endpoint place;
    place.kind = endpoint::family::unix_socket;
    place.path = std::move(path);
    return place;
}

TEST(SocketAddress, ReadsNumericAddresses)
{
    for (char const* text : {"127.0.0.1:6379", "[::1]:6380", "0.0.0.0:1", "[::]:65535"}) {
        auto const found = resolve(parse_endpoint(text).value());
        ASSERT_TRUE(found.has_value()) << text;
        ASSERT_EQ(found.value().size(), 1U) << text;
        EXPECT_EQ(found.value()[0].to_string(), text);
    }
}

TEST(SocketAddress, KnowsUnixPaths)
{
    auto const found = resolve(unix_path("/run/redis.sock"));
    ASSERT_TRUE(found.has_value());
    EXPECT_EQ(found.value().at(0).to_string(), "unix:/run/redis.sock");
    EXPECT_EQ(found.value()[0].storage.ss_family, AF_UNIX);
}

TEST(SocketAddress, RefusesPathsThatAreTooLong)
{
    EXPECT_TRUE(resolve(unix_path(std::string(107, 'x'))).has_value());
    auto const found = resolve(unix_path(std::string(108, 'x')));
    ASSERT_FALSE(found.has_value());
    EXPECT_EQ(found.error().text,
              "unix socket path is longer than 107 bytes: " + std::string(108, 'x'));
}

TEST(SocketAddress, AsksForNames)
{
    auto const found = resolve(address("localhost", 6379));
    ASSERT_TRUE(found.has_value()) << found.error().text;
    for (auto const& address : found.value()) {
        auto const text = address.to_string();
        EXPECT_TRUE(text == "127.0.0.1:6379" || text == "[::1]:6379") << text;
    }
}

TEST(SocketAddress, SaysWhyANameIsNotKnown)
{
    std::string const impossible(70, 'x');  // Longer than a label may be: no name server is asked.
    auto const found = resolve(address(impossible, 6379));
    ASSERT_FALSE(found.has_value());
    EXPECT_TRUE(found.error().text.starts_with(impossible + ":6379: ")) << found.error().text;
}

TEST(SocketAddress, KnowsWhatNeedsNoNameServer)
{
    EXPECT_TRUE(is_numeric(address("127.0.0.1", 1)));
    EXPECT_TRUE(is_numeric(address("::1", 1)));
    EXPECT_TRUE(is_numeric(unix_path("/x")));
    EXPECT_FALSE(is_numeric(address("localhost", 1)));
    EXPECT_FALSE(is_numeric(address("127.0.0.256", 1)));
}

TEST(SocketAddress, ANamelessPeerIsJustUnix) { EXPECT_EQ(socket_address{}.to_string(), "unix:"); }

}  // namespace
}  // namespace respguard::net
