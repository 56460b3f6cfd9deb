#include "respguard/terminal/http_stream.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <vector>

#include "canned_server.hpp"

namespace respguard::terminal {
namespace {

using std::chrono::milliseconds;

constexpr char const* two_events =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
    "retry: 2000\n\ndata: one\n\ndata: two\n\n";

struct seen {
    stream_end end;
    std::vector<std::string> data;
};

seen read_from(canned_server const& server, milliseconds limit = milliseconds(0),
               std::size_t enough = 99)
{
    seen all;
    all.end = http_stream(server.where(), "/tap", limit, [&](sse_event const& each) {
        all.data.push_back(each.data);
        return all.data.size() < enough;
    });
    return all;
}

TEST(HttpStream, GivesEventsUntilTheServerEndsIt)
{
    auto const all = read_from(canned_server(two_events));
    EXPECT_EQ(all.data, (std::vector<std::string>{"one", "two"}));
    EXPECT_EQ(all.end.status, 200U);
    EXPECT_EQ(all.end.failure, "the guard ended it");
}

TEST(HttpStream, SaysWhenItBegins)
{
    canned_server const good(two_events);
    std::string order;
    auto const take = [&order](sse_event const& each) {
        order += each.data + " ";
        return true;
    };
    auto const on_begin = [&order] { order += "begin "; };
    (void)http_stream(good.where(), "/tap", milliseconds(0), take, on_begin);
    EXPECT_EQ(order, "begin one two ");

    canned_server const bad("HTTP/1.1 400 Bad Request\r\nContent-Length: 4\r\n\r\nno!\n");
    order.clear();
    (void)http_stream(bad.where(), "/tap", milliseconds(0), take, on_begin);
    EXPECT_EQ(order, "");
}

TEST(HttpStream, ReadsChunksToo)
{
    auto const all =
        read_from(canned_server("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\ndata: "
                                "\r\n5\r\none\n\n\r\n0\r\n\r\n"));
    EXPECT_EQ(all.data, std::vector<std::string>{"one"});
}

TEST(HttpStream, EndsWhenItsReaderHasEnough)
{
    auto const all = read_from(canned_server(two_events, true), milliseconds(0), 1);
    EXPECT_EQ(all.data, std::vector<std::string>{"one"});
    EXPECT_EQ(all.end.failure, "");
}

TEST(HttpStream, EndsWhenItsTimeIsOver)
{
    auto const all = read_from(canned_server(two_events, true), milliseconds(50));
    EXPECT_EQ(all.data.size(), 2U);
    EXPECT_EQ(all.end.failure, "");
}

TEST(HttpStream, EndsInOrderWhenInterrupted)
{
    canned_server const server(two_events, true);
    auto const end = http_stream(server.where(), "/", milliseconds(0), [](sse_event const& each) {
        if (each.data == "two") std::raise(SIGINT);
        return true;
    });
    EXPECT_EQ(end.failure, "");
}

TEST(HttpStream, HandsOnWhatARefusalSays)
{
    auto const all =
        read_from(canned_server("HTTP/1.1 503 Busy\r\nContent-Length: 9\r\n\r\n16 taps.\n"));
    EXPECT_EQ(all.end.status, 503U);
    EXPECT_EQ(all.end.body, "16 taps.\n");
    EXPECT_TRUE(all.data.empty());
}

}  // namespace
}  // namespace respguard::terminal
