#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>

#include "admin/listening_socket.hpp"

namespace respguard::admin {
namespace {

namespace asio = boost::asio;

net::endpoint tcp(std::string host, std::uint16_t port = 0)
{
    net::endpoint where;
    where.host = std::move(host);
    where.port = port;
    return where;
}

net::endpoint unix_socket(std::string path)
{
    net::endpoint where;
    where.kind = net::endpoint::family::unix_socket;
    where.path = std::move(path);
    return where;
}

std::string free_path(char const* name)
{
    return testing::TempDir() + "respguard_" + std::to_string(::getpid()) + "_" + name;
}

class ListeningSocket : public testing::Test {
protected:
    bool accepts(std::uint16_t port)
    {
        asio::ip::tcp::socket client(io);
        boost::system::error_code ec;
        client.connect({asio::ip::address_v4::loopback(), port}, ec);
        return !ec;
    }

    bool accepts(std::string const& path)
    {
        asio::local::stream_protocol::socket client(io);
        boost::system::error_code ec;
        client.connect(asio::local::stream_protocol::endpoint(path), ec);
        return !ec;
    }

    asio::io_context io{1};
    listening_socket listener{io.get_executor()};
};

TEST_F(ListeningSocket, TakesAFreePort)
{
    ASSERT_FALSE(listener.open(tcp("127.0.0.1")));
    EXPECT_NE(listener.port(), 0);
    EXPECT_TRUE(accepts(listener.port()));
}

TEST_F(ListeningSocket, TakesAName)
{
    ASSERT_FALSE(listener.open(tcp("localhost")));
    EXPECT_NE(listener.port(), 0);
}

TEST_F(ListeningSocket, TakesAnIpv6Address)
{
    auto const ec = listener.open(tcp("::1"));
    if (ec == asio::error::address_family_not_supported ||
        ec == boost::system::errc::address_not_available) {
        GTEST_SKIP() << "this machine has no IPv6";
    }
    ASSERT_FALSE(ec) << ec.message();
    EXPECT_NE(listener.port(), 0);
}

TEST_F(ListeningSocket, SaysThatThePortIsTaken)
{
    ASSERT_FALSE(listener.open(tcp("127.0.0.1")));
    listening_socket second(io.get_executor());
    EXPECT_EQ(second.open(tcp("127.0.0.1", listener.port())), asio::error::address_in_use);
}

TEST_F(ListeningSocket, ListensOnAUnixSocketAndRemovesItsFile)
{
    auto const path = free_path("socket");
    ASSERT_FALSE(listener.open(unix_socket(path)));
    EXPECT_EQ(listener.port(), 0);
    EXPECT_TRUE(accepts(path));
    listener.close();
    EXPECT_FALSE(std::filesystem::exists(path));
}

TEST_F(ListeningSocket, ReplacesAUnixSocketNobodyListensOn)
{
    auto const path = free_path("stale");
    {
        asio::local::stream_protocol::acceptor const gone(
            io, asio::local::stream_protocol::endpoint(path));
    }
    ASSERT_TRUE(std::filesystem::exists(path));
    ASSERT_FALSE(listener.open(unix_socket(path)));
    EXPECT_TRUE(accepts(path));
}

TEST_F(ListeningSocket, LeavesAUnixSocketInUseAlone)
{
    auto const path = free_path("used");
    ASSERT_FALSE(listener.open(unix_socket(path)));
    {
        listening_socket second(io.get_executor());
        EXPECT_EQ(second.open(unix_socket(path)), asio::error::address_in_use);
    }
    EXPECT_TRUE(accepts(path));
}

TEST_F(ListeningSocket, LeavesAnyOtherFileAlone)
{
    auto const path = free_path("file");
    std::ofstream(path) << "precious";
    EXPECT_EQ(listener.open(unix_socket(path)), asio::error::address_in_use);
    listener.close();
    EXPECT_EQ(std::filesystem::file_size(path), 8U);
    std::filesystem::remove(path);
}

TEST_F(ListeningSocket, SaysThatAPathIsTooLong)
{
    EXPECT_EQ(listener.open(unix_socket(std::string(108, 'x'))), asio::error::name_too_long);
    EXPECT_EQ(listener.open(unix_socket("")), asio::error::name_too_long);
}

}  // namespace
}  // namespace respguard::admin
