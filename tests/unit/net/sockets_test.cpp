#include "respguard/net/sockets.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string>
#include <sys/socket.h>
#include <unistd.h>

namespace respguard::net {
namespace {

socket_address address_of(std::string const& text)
{
    return resolve(parse_endpoint(text).value()).value().front();
}

bool wait_for(int fd, short events)
{
    pollfd which{fd, events, 0};
    return ::poll(&which, 1, 10'000) == 1;
}

int option(int fd, int level, int name)
{
    int value = -1;
    socklen_t size = sizeof value;
    EXPECT_EQ(::getsockopt(fd, level, name, &value, &size), 0);
    return value;
}

TEST(Sockets, ListenAndConnectOverTcp)
{
    for (char const* any_port : {"127.0.0.1:0", "[::1]:0"}) {
        auto const listening = open_listener(address_of(any_port), {}, false);
        ASSERT_EQ(listening.error, 0) << any_port;
        stream const owner(listening.fd);
        auto const where = local_of(listening.fd);
        auto started = start_connect(where);
        ASSERT_NE(started.how.what, io_status::error);
        ASSERT_TRUE(wait_for(started.connection.fd(), POLLOUT));
        EXPECT_EQ(connect_error(started.connection), 0);
        EXPECT_EQ(peer_of(started.connection.fd()).to_string(), where.to_string());
        ASSERT_TRUE(wait_for(listening.fd, POLLIN));
        stream const accepted(::accept(listening.fd, nullptr, nullptr));
        EXPECT_EQ(peer_of(accepted.fd()).to_string(),
                  local_of(started.connection.fd()).to_string());
    }
}

TEST(Sockets, SayWhyNobodyListens)
{
    auto const listening = open_listener(address_of("127.0.0.1:0"), {}, false);
    ASSERT_EQ(listening.error, 0);
    auto const where = local_of(listening.fd);
    ::close(listening.fd);
    auto started = start_connect(where);
    if (started.how.what == io_status::error) {
        EXPECT_EQ(started.how.error, ECONNREFUSED);
        return;
    }
    ASSERT_TRUE(wait_for(started.connection.fd(), POLLOUT));
    EXPECT_EQ(connect_error(started.connection), ECONNREFUSED);
}

TEST(Sockets, APortIsOnlySharedIfAsked)
{
    auto const first = open_listener(address_of("127.0.0.1:0"), {}, false);
    stream const owner(first.fd);
    EXPECT_EQ(open_listener(local_of(first.fd), {}, false).error, EADDRINUSE);

    auto const shared = open_listener(address_of("127.0.0.1:0"), {}, true);
    stream const shared_owner(shared.fd);
    auto const second = open_listener(local_of(shared.fd), {}, true);
    EXPECT_EQ(second.error, 0);
    stream const second_owner(second.fd);
}

TEST(Sockets, HaveTheOptionsOfTheSettings)
{
    socket_settings settings;
    settings.keepalive = std::chrono::seconds(30);
    settings.user_timeout = std::chrono::milliseconds(120'000);
    stream const one(::socket(AF_INET, SOCK_STREAM, 0));
    set_options(one.fd(), AF_INET, settings);
    EXPECT_NE(option(one.fd(), IPPROTO_TCP, TCP_NODELAY), 0);
    EXPECT_NE(option(one.fd(), SOL_SOCKET, SO_KEEPALIVE), 0);
    EXPECT_EQ(option(one.fd(), IPPROTO_TCP, TCP_KEEPIDLE), 30);
    EXPECT_EQ(option(one.fd(), IPPROTO_TCP, TCP_KEEPINTVL), 10);
    EXPECT_EQ(option(one.fd(), IPPROTO_TCP, TCP_KEEPCNT), 3);
    EXPECT_EQ(option(one.fd(), IPPROTO_TCP, TCP_USER_TIMEOUT), 120'000);
}

TEST(Sockets, KeepaliveMayBeOff)
{
    socket_settings settings;
    settings.keepalive = std::chrono::seconds(0);
    stream const one(::socket(AF_INET, SOCK_STREAM, 0));
    set_options(one.fd(), AF_INET, settings);
    EXPECT_EQ(option(one.fd(), SOL_SOCKET, SO_KEEPALIVE), 0);
}

TEST(Sockets, ClientsHaveTheOptionsOfTheirListener)
{
    socket_settings settings;
    settings.keepalive = std::chrono::seconds(30);
    settings.user_timeout = std::chrono::milliseconds(90'000);
    auto const listening = open_listener(address_of("127.0.0.1:0"), settings, false);
    stream const owner(listening.fd);
    EXPECT_EQ(accept_client(listening.fd).error, EAGAIN);
    auto const check = [&](int idle, int user_timeout) {
        auto const started = start_connect(local_of(listening.fd));
        ASSERT_TRUE(wait_for(listening.fd, POLLIN));
        auto const client = accept_client(listening.fd);
        ASSERT_EQ(client.error, 0);
        stream const accepted(client.fd);
        EXPECT_EQ(client.peer.to_string(), local_of(started.connection.fd()).to_string());
        EXPECT_NE(::fcntl(client.fd, F_GETFL) & O_NONBLOCK, 0);
        EXPECT_NE(option(client.fd, IPPROTO_TCP, TCP_NODELAY), 0);
        EXPECT_EQ(option(client.fd, IPPROTO_TCP, TCP_QUICKACK), 0);
        EXPECT_NE(option(client.fd, SOL_SOCKET, SO_KEEPALIVE), 0);
        EXPECT_EQ(option(client.fd, IPPROTO_TCP, TCP_KEEPIDLE), idle);
        EXPECT_EQ(option(client.fd, IPPROTO_TCP, TCP_KEEPINTVL), idle / 3);
        EXPECT_EQ(option(client.fd, IPPROTO_TCP, TCP_KEEPCNT), 3);
        EXPECT_EQ(option(client.fd, IPPROTO_TCP, TCP_USER_TIMEOUT), user_timeout);
    };
    check(30, 90'000);
    settings.keepalive = std::chrono::seconds(60);
    settings.user_timeout = std::chrono::milliseconds(40'000);
    set_options(listening.fd, AF_INET, settings);
    check(60, 40'000);
}

TEST(Sockets, ToThisMachineConnectAtOnce)
{
    auto const listening = open_listener(address_of("127.0.0.1:0"), {}, false);
    stream const owner(listening.fd);
    auto const started = start_connect(local_of(listening.fd));
    EXPECT_EQ(started.how.what, io_status::ok);
    EXPECT_NE(option(started.connection.fd(), IPPROTO_TCP, TCP_NODELAY), 0);
    EXPECT_EQ(option(started.connection.fd(), SOL_SOCKET, SO_KEEPALIVE), 0);
    watch_peer(started.connection.fd(), AF_INET, {});
    EXPECT_NE(option(started.connection.fd(), SOL_SOCKET, SO_KEEPALIVE), 0);
    EXPECT_EQ(option(started.connection.fd(), IPPROTO_TCP, TCP_USER_TIMEOUT), 120'000);
}

class UnixSockets : public testing::Test {
protected:
    UnixSockets() : path_(testing::TempDir() + "respguard-" + std::to_string(::getpid()) + ".sock")
    {
        std::filesystem::remove(path_);
    }
    ~UnixSockets() override { std::filesystem::remove(path_); }
    UnixSockets(UnixSockets const&) = delete;
    UnixSockets& operator=(UnixSockets const&) = delete;

    [[nodiscard]] socket_address where() const { return address_of("unix:" + path_); }
    [[nodiscard]] std::string const& path() const { return path_; }

private:
    std::string path_;
};

TEST_F(UnixSockets, ConnectAtOnce)
{
    auto const listening = open_listener(where(), {}, false);
    ASSERT_EQ(listening.error, 0);
    stream const owner(listening.fd);
    auto const started = start_connect(where());
    EXPECT_EQ(started.how.what, io_status::ok);
    auto const client = accept_client(listening.fd);
    stream const accepted(client.fd);
    EXPECT_EQ(client.peer.storage.ss_family, AF_UNIX);
    EXPECT_EQ(client.peer.to_string(), "unix:");
    EXPECT_EQ(peer_of(started.connection.fd()).to_string(), "unix:" + path());
}

TEST_F(UnixSockets, AreMissingUntilSomebodyListens)
{
    auto const started = start_connect(where());
    EXPECT_EQ(started.how.what, io_status::error);
    EXPECT_EQ(started.how.error, ENOENT);
}

TEST_F(UnixSockets, ReplaceAFileThatNobodyListensOn)
{
    auto const dead = open_listener(where(), {}, false);
    ASSERT_EQ(dead.error, 0);
    ::close(dead.fd);
    ASSERT_TRUE(std::filesystem::exists(path()));
    EXPECT_EQ(start_connect(where()).how.error, ECONNREFUSED);
    auto const listening = open_listener(where(), {}, false);
    EXPECT_EQ(listening.error, 0);
    stream const owner(listening.fd);
}

TEST_F(UnixSockets, DoNotReplaceALiveListener)
{
    auto const listening = open_listener(where(), {}, false);
    stream const owner(listening.fd);
    EXPECT_EQ(open_listener(where(), {}, false).error, EADDRINUSE);
    EXPECT_EQ(start_connect(where()).how.what, io_status::ok);
}

TEST_F(UnixSockets, DoNotReplaceAnOrdinaryFile)
{
    std::ofstream(path()) << "precious";
    EXPECT_EQ(open_listener(where(), {}, false).error, EADDRINUSE);
    EXPECT_EQ(std::filesystem::file_size(path()), 8U);
}

TEST(Sockets, KnowTheirPathOverTcp)
{
    auto const listening = open_listener(address_of("127.0.0.1:0"), {}, false);
    stream const owner(listening.fd);
    auto started = start_connect(local_of(listening.fd));
    ASSERT_TRUE(wait_for(started.connection.fd(), POLLOUT));
    auto const path = path_of(started.connection.fd());
    EXPECT_GT(path.round_trip.count(), 0);
    EXPECT_GT(path.shortest.count(), 0);
    EXPECT_LT(path.shortest.count(), 10'000'000);
    EXPECT_EQ(round_trip_of(started.connection.fd()), path.round_trip);
    EXPECT_EQ(path_of(-1).round_trip.count(), 0);
    EXPECT_EQ(path_of(-1).shortest.count(), 0);
}

TEST(Sockets, OfNobodyHaveNoAddress)
{
    EXPECT_EQ(peer_of(-1).size, 0U);
    EXPECT_EQ(local_of(-1).size, 0U);
}

}  // namespace
}  // namespace respguard::net
