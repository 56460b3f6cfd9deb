#include "respguard/doctor/connection.hpp"

#include <gtest/gtest.h>

#include "unit/doctor/fake_server.hpp"

namespace respguard::doctor {
namespace {

using std::chrono::milliseconds;

std::vector<net::socket_address> address_of(fake_server const& server)
{
    return net::resolve(net::parse_endpoint("127.0.0.1:" + std::to_string(server.port)).value())
        .value();
}

TEST(Connection, AsksAndReads)
{
    fake_server const server(fake_server::table{{"PING", "+PONG\r\n"}, {"GET a", "$1\r\nx\r\n"}});
    cancellation const stop;
    connection wire(stop);
    ASSERT_EQ(wire.open(address_of(server), milliseconds(1'000)), "");
    EXPECT_EQ(wire.ask({"PING"}, milliseconds(1'000)).reply->text, "PONG");
    EXPECT_EQ(wire.ask({"GET", "a"}, milliseconds(1'000)).reply->text, "x");
}

TEST(Connection, PushesAreNoAnswers)
{
    fake_server const server(fake_server::table{{"PING", ">2\r\n+message\r\n+x\r\n+PONG\r\n"}});
    cancellation const stop;
    connection wire(stop);
    ASSERT_EQ(wire.open(address_of(server), milliseconds(1'000)), "");
    EXPECT_EQ(wire.ask({"PING"}, milliseconds(1'000)).reply->text, "PONG");
}

TEST(Connection, IsClosedAfterATimeOut)
{
    auto const server = fake_server::always(fake_server::hang);
    cancellation const stop;
    connection wire(stop);
    ASSERT_EQ(wire.open(address_of(server), milliseconds(1'000)), "");
    EXPECT_EQ(wire.ask({"PING"}, milliseconds(50)).failure, "no answer within 50ms");
    EXPECT_FALSE(wire.is_open());
    EXPECT_EQ(wire.ask({"PING"}, milliseconds(50)).failure, "not connected");
}

TEST(Connection, SaysWhenTheServerCloses)
{
    auto const server = fake_server::always(fake_server::close_it);
    cancellation const stop;
    connection wire(stop);
    ASSERT_EQ(wire.open(address_of(server), milliseconds(1'000)), "");
    EXPECT_EQ(wire.ask({"PING"}, milliseconds(1'000)).failure, "the server closed the connection");
}

TEST(Connection, SaysWhoAnswersInsteadOfARedis)
{
    auto const said = [](std::string const& bytes) {
        auto const server = fake_server::always(bytes);
        cancellation const stop;
        connection wire(stop);
        EXPECT_EQ(wire.open(address_of(server), milliseconds(1'000)), "");
        return wire.ask({"PING"}, milliseconds(1'000)).failure;
    };
    EXPECT_EQ(said(std::string("\x15\x03\x01\x00\x02\x02\x46", 7)),
              "not a Redis: this port wants TLS");
    EXPECT_EQ(said("HTTP/1.1 400 Bad Request\r\n\r\n"), "not a Redis: a web server answers");
    EXPECT_EQ(said("SSH-2.0-OpenSSH_9.2\r\n"), "not a Redis: an SSH server answers");
    EXPECT_TRUE(said("220 mail ESMTP\r\n").starts_with("not a Redis's reply: "));
}

TEST(Connection, DoesNotTakeEndlessReplies)
{
    std::string const huge = "$9000000\r\n" + std::string(9'000'000, 'x') + "\r\n";
    fake_server const server(fake_server::table{{"GET a", huge}});
    cancellation const stop;
    connection wire(stop);
    ASSERT_EQ(wire.open(address_of(server), milliseconds(1'000)), "");
    EXPECT_EQ(wire.ask({"GET", "a"}, milliseconds(3'000)).failure, "the reply is too large");
}

TEST(Cancellation, StaysSet)
{
    cancellation stop;
    EXPECT_FALSE(stop.is_set());
    EXPECT_FALSE(stop.wait(milliseconds(1)));
    stop.set();
    EXPECT_TRUE(stop.is_set());
    EXPECT_TRUE(stop.wait(std::chrono::seconds(20)));
}

}  // namespace
}  // namespace respguard::doctor
