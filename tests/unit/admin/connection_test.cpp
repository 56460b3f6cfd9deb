#include <boost/asio/use_awaitable.hpp>
#include <gtest/gtest.h>

#include <string>

#include "admin/connection.hpp"
#include "running_server.hpp"

namespace respguard::admin {
namespace {

class Connection : public RunningServer {};

TEST_F(Connection, AnswersARequest)
{
    start();
    auto const response = ask(get("/commands"));
    EXPECT_TRUE(response.starts_with("HTTP/1.1 200 OK\r\n")) << response;
    EXPECT_NE(response.find("{\"command\": \"get\", \"calls\": 100,"), std::string::npos)
        << response;
}

TEST_F(Connection, AnswersSeveralRequestsAndPipelinedOnes)
{
    start();
    test_client client(port);
    for (int i = 0; i < 3; ++i) {
        client.send(get("/livez"));
        EXPECT_TRUE(client.read_response().ends_with("\r\n\r\nok\n"));
    }
    client.send(get("/livez") + get("/nope") + get("/version"));
    EXPECT_TRUE(client.read_response().starts_with("HTTP/1.1 200"));
    EXPECT_TRUE(client.read_response().starts_with("HTTP/1.1 404"));
    EXPECT_TRUE(client.read_response().starts_with("HTTP/1.1 200"));
}

TEST_F(Connection, GivesHeadTheHeadOnly)
{
    start();
    test_client client(port);
    client.send(get("/livez", "HEAD") + get("/readyz"));
    auto const head = client.read_response(false);
    EXPECT_TRUE(head.starts_with("HTTP/1.1 200 OK\r\n")) << head;
    EXPECT_NE(head.find("Content-Length: 3\r\n"), std::string::npos) << head;
    EXPECT_TRUE(client.read_response().ends_with("\r\n\r\nready\n"));
}

TEST_F(Connection, ClosesWhenTheClientWantsItTo)
{
    start();
    test_client client(port);
    client.send("GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    auto const response = client.read_all();
    EXPECT_TRUE(response.ends_with("ok\n"));
    EXPECT_EQ(client.last_error, boost::asio::error::eof);
}

TEST_F(Connection, SpeaksHttp10WithoutHost)
{
    start();
    test_client client(port);
    client.send("GET /livez HTTP/1.0\r\n\r\n");
    auto const response = client.read_all();
    EXPECT_TRUE(response.starts_with("HTTP/1.0 200 OK\r\n")) << response;
}

TEST_F(Connection, RefusesUnknownHosts)
{
    start();
    EXPECT_TRUE(
        ask("GET /stats HTTP/1.1\r\nHost: evil.example\r\n\r\n").starts_with("HTTP/1.1 421"));
    EXPECT_TRUE(ask("GET /stats HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 400"));
    EXPECT_EQ(reports_gathered, 0);
}

TEST_F(Connection, NamesTheMethodsItKnows)
{
    start();
    auto const response = ask(get("/stats", "DELETE"));
    EXPECT_TRUE(response.starts_with("HTTP/1.1 405 Method Not Allowed\r\n")) << response;
    EXPECT_NE(response.find("Allow: GET, HEAD\r\n"), std::string::npos) << response;
}

TEST_F(Connection, TakesNoBody)
{
    start();
    for (std::string const request :
         {"GET /stats HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello",
          "GET /stats HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: "
          "chunked\r\n\r\n5\r\nhello\r\n",
          "GET /stats HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999\r\n\r\n"}) {
        test_client client(port);
        client.send(request);
        client.socket().shutdown(boost::asio::socket_base::shutdown_send);
        auto const response = client.read_all();
        EXPECT_TRUE(response.starts_with("HTTP/1.1 413 ")) << response;
        EXPECT_EQ(client.last_error, boost::asio::error::eof) << client.last_error.message();
    }
}

TEST_F(Connection, RefusesALargeHeadAndTheClientSeesIt)
{
    start();
    test_client client(port);
    std::string const header = "X-Large: " + std::string(1'000'000, 'x') + "\r\n\r\n";
    client.send("GET / HTTP/1.1\r\nHost: localhost\r\n" + header);
    auto const response = client.read_all();
    EXPECT_TRUE(response.starts_with("HTTP/1.1 431 ")) << response;
    EXPECT_TRUE(ask(get("/livez")).starts_with("HTTP/1.1 200"));
}

TEST_F(Connection, RefusesManyHeaders)
{
    start();
    std::string request = "GET / HTTP/1.1\r\nHost: localhost\r\n";
    for (int i = 0; i < 2'000; ++i)
        request += "X-" + std::to_string(i) + ": y\r\n";
    test_client client(port);
    client.send(request + "\r\n");
    EXPECT_TRUE(client.read_all().starts_with("HTTP/1.1 431 "));
}

TEST_F(Connection, TakesAHeadOfNearly8KiB)
{
    start();
    EXPECT_TRUE(
        ask("GET /livez HTTP/1.1\r\nHost: localhost\r\nX: " + std::string(8'000, 'x') + "\r\n\r\n")
            .starts_with("HTTP/1.1 200"));
}

TEST_F(Connection, RefusesWhatIsNoHttp)
{
    start();
    for (std::string const bytes :
         {"*1\r\n$4\r\nPING\r\n", "\x16\x03\x01\x02", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n",
          "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "GET / HTTP/1.1\r\nHost localhost\r\n\r\n"}) {
        test_client client(port);
        client.send(bytes);
        client.socket().shutdown(boost::asio::socket_base::shutdown_send);
        auto const response = client.read_all();
        EXPECT_TRUE(response.empty() || response.starts_with("HTTP/1.1 400")) << response;
    }
    EXPECT_TRUE(ask(get("/livez")).starts_with("HTTP/1.1 200"));
}

TEST_F(Connection, ClosesAClientThatDoesNotFinishItsRequestInTime)
{
    settings.timeout = std::chrono::milliseconds(100);
    start();
    auto const begin = std::chrono::steady_clock::now();
    test_client client(port);
    client.send("GET / HTTP/1.1\r\nHost: loc");
    EXPECT_EQ(client.read_all(), "");
    auto const took = std::chrono::steady_clock::now() - begin;
    EXPECT_GE(took, std::chrono::milliseconds(90));
    EXPECT_LT(took, std::chrono::seconds(20));
}

TEST_F(Connection, GivesAByteNowAndThenNoMoreTime)
{
    settings.timeout = std::chrono::milliseconds(200);
    start();
    test_client client(port);
    client.send("GET / HTTP/1.1\r\n");
    auto const begin = std::chrono::steady_clock::now();
    while (client.send("X: y\r\n") &&
           std::chrono::steady_clock::now() - begin < std::chrono::seconds(20))
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(15));
}

TEST_F(Connection, SaysThatCountersCannotBeGathered)
{
    from.report = []() -> boost::asio::awaitable<stats::report> {
        throw std::runtime_error("a shard is gone");
        co_return stats::report{};
    };
    from.ready = [] { return readiness{false, "starting"}; };
    start();
    EXPECT_TRUE(ask(get("/stats")).starts_with("HTTP/1.1 503"));
    EXPECT_TRUE(ask(get("/livez")).starts_with("HTTP/1.1 200"));
    EXPECT_TRUE(ask(get("/readyz")).ends_with("not ready: starting\n"));
}

TEST_F(Connection, SaysThatAShardIsStuckAndStaysAlive)
{
    settings.timeout = std::chrono::milliseconds(100);
    from.report = [this]() -> boost::asio::awaitable<stats::report> {
        boost::asio::steady_timer stuck(io, std::chrono::seconds(2));
        co_await stuck.async_wait(boost::asio::use_awaitable);
        co_return sample_report();
    };
    start();
    EXPECT_TRUE(ask(get("/stats")).starts_with("HTTP/1.1 503"));
    EXPECT_TRUE(ask(get("/livez")).starts_with("HTTP/1.1 200"));
}

}  // namespace
}  // namespace respguard::admin
