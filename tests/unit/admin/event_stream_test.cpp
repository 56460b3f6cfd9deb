#include "respguard/admin/event_hub.hpp"

#include <boost/asio/post.hpp>
#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <string>
#include <thread>
#include <type_traits>
#include <vector>

#include "admin/event_stream.hpp"
#include "running_server.hpp"

namespace respguard::admin {
namespace {

/// The server with a small ring behind it, and readers of its stream.
class EventStream : public RunningServer {
protected:
    EventStream() { from.events = &hub; }

    /// Runs it where the server runs.
    template <typename Work>
    std::invoke_result_t<Work> on_thread(Work work)
    {
        std::packaged_task<decltype(work())()> task(work);
        auto done = task.get_future();
        boost::asio::post(io, [&task] { task(); });
        return done.get();
    }

    void add(std::size_t count)
    {
        on_thread([&] {
            stats::event made;
            made.name.assign(200, 'x');
            for (std::size_t i = 0; i < count; ++i)
                hub.add(made);
        });
    }

    std::size_t streams_now()
    {
        return on_thread([&] { return hub.streams_now; });
    }

    /// Until it is so, or a failure.
    template <typename Condition>
    void wait_until(Condition holds)
    {
        auto const end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
        while (!holds()) {
            ASSERT_LT(std::chrono::steady_clock::now(), end);
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
    }

    event_hub hub{50, "77"};
};

std::string stream_request(std::string const& query = "", std::string const& header = "")
{
    return "GET /events/stream" + query + " HTTP/1.1\r\nHost: localhost\r\n" + header + "\r\n";
}

TEST_F(EventStream, SeveralReadersGetEveryEvent)
{
    start();
    std::vector<std::unique_ptr<test_client>> readers;
    for (int i = 0; i < 3; ++i) {
        readers.push_back(std::make_unique<test_client>(port));
        readers.back()->send(stream_request());
        EXPECT_NE(readers.back()->read_to("retry: 2000\n\n").find("text/event-stream"),
                  std::string::npos);
    }
    add(2);
    for (auto& reader : readers)
        EXPECT_NE(reader->read_to("id: 77-2\nevent: rule_hit\ndata: {").find("id: 77-1\n"),
                  std::string::npos);
    EXPECT_EQ(streams_now(), 3U);
    readers.clear();
    wait_until([&] { return streams_now() == 0; });
}

TEST_F(EventStream, GoesOnWhereTheReaderWas)
{
    start();
    add(5);
    test_client again(port);
    again.send(stream_request("", "Last-Event-ID: 77-3\r\n"));
    auto const text = again.read_to("id: 77-5\n");
    EXPECT_NE(text.find("id: 77-4\n"), std::string::npos);
    EXPECT_EQ(text.find("id: 77-3\n"), std::string::npos);
    test_client of_another_run(port);
    of_another_run.send(stream_request("", "Last-Event-ID: 66-3\r\n"));
    EXPECT_NE(of_another_run.read_to("id: 77-5\n").find("id: 77-1\n"), std::string::npos);
}

TEST_F(EventStream, AReaderThatDoesNotReadIsDroppedAndHarmsNobody)
{
    settings.timeout = std::chrono::milliseconds(300);
    start();
    test_client slow(port);
    int const little = 4'096;
    ::setsockopt(slow.socket().native_handle(), SOL_SOCKET, SO_RCVBUF, &little, sizeof little);
    slow.send(stream_request());
    slow.read_to("retry: 2000\n\n");
    test_client good(port);
    good.send(stream_request());
    good.read_to("retry: 2000\n\n");
    std::size_t added = 0;
    wait_until([&] {
        add(50);
        added += 50;
        good.read_to("id: 77-" + std::to_string(added) + "\n");
        return streams_now() == 1;
    });
    EXPECT_TRUE(ask(get("/livez")).starts_with("HTTP/1.1 200"));
}

TEST_F(EventStream, AQuietReaderStaysLongerThanARequestMay)
{
    settings.timeout = std::chrono::milliseconds(50);
    start();
    test_client reader(port);
    reader.send(stream_request());
    reader.read_to("retry: 2000\n\n");
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    add(1);
    EXPECT_NE(reader.read_to("id: 77-1\n"), "");
    EXPECT_EQ(streams_now(), 1U);
}

TEST_F(EventStream, TurnsAwayOneReaderTooMany)
{
    start();
    std::vector<std::unique_ptr<test_client>> readers;
    for (std::size_t i = 0; i < event_hub::streams_max; ++i) {
        readers.push_back(std::make_unique<test_client>(port));
        readers.back()->send(stream_request());
        readers.back()->read_to("retry: 2000\n\n");
    }
    EXPECT_TRUE(ask(stream_request()).starts_with("HTTP/1.1 503 "));
    readers.pop_back();
    wait_until([&] { return streams_now() < event_hub::streams_max; });
    test_client next(port);
    next.send(stream_request());
    EXPECT_TRUE(next.read_to("retry: 2000\n\n").starts_with("HTTP/1.1 200 OK\r\n"));
}

TEST_F(EventStream, RefusesWhatItCannotUnderstand)
{
    start();
    EXPECT_TRUE(ask(stream_request("?type=nonsense")).starts_with("HTTP/1.1 400 "));
    EXPECT_TRUE(ask(get("/events?limit=x")).starts_with("HTTP/1.1 400 "));
    EXPECT_TRUE(ask(get("/events/stream", "POST")).starts_with("HTTP/1.1 405 "));
    auto const head = ask(get("/events/stream", "HEAD"), false);
    EXPECT_NE(head.find("text/event-stream"), std::string::npos) << head;
}

TEST_F(EventStream, EventsAreATableToo)
{
    start();
    add(3);
    auto const answer = ask(get("/events?limit=2"));
    EXPECT_EQ(answer.find("\"id\": 1,"), std::string::npos) << answer;
    EXPECT_NE(answer.find("\"id\": 2,"), std::string::npos) << answer;
    EXPECT_NE(answer.find("\"newest_id\": 3"), std::string::npos) << answer;
}

TEST_F(EventStream, EndsWithTheServer)
{
    start();
    test_client reader(port);
    reader.send(stream_request());
    reader.read_to("retry: 2000\n\n");
    stop();
    EXPECT_EQ(reader.read_all(), "");
}

}  // namespace
}  // namespace respguard::admin
