#include "respguard/admin/event_hub.hpp"
#include "respguard/admin/http_server.hpp"
#include "respguard/admin/tap_hub.hpp"

#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <list>
#include <memory>
#include <string>
#include <unistd.h>

#include "running_server.hpp"

namespace respguard::admin {
namespace {

class HttpServer : public RunningServer {
protected:
    event_hub hub{10, "77"};
    tap_hub taps{tap_hub::shards{1, [](auto const&) {}, [](auto const&) {}}};
};

TEST_F(HttpServer, AnswersEveryPathItLists)
{
    from.events = &hub;
    from.taps = &taps;
    start();
    auto const listed = ask(get("/nope"));
    EXPECT_TRUE(listed.starts_with("HTTP/1.1 404"));
    std::size_t paths = 0;
    for (auto at = listed.find("\n/"); at != std::string::npos; at = listed.find("\n/", at + 1)) {
        auto const path = listed.substr(at + 1, listed.find('\n', at + 1) - at - 1);
        auto const* const wanted = path == "/policy" ? "HTTP/1.1 405" : "HTTP/1.1 200 OK\r\n";
        EXPECT_TRUE(ask(get(path == "/tap" ? "/tap?for=1ms" : path)).starts_with(wanted)) << path;
        ++paths;
    }
    EXPECT_EQ(paths, 22U);
}

TEST_F(HttpServer, SaysWhyItCannotListen)
{
    start();
    admin_settings same;
    same.address = "127.0.0.1:" + std::to_string(port);
    http_server second(io, same, {});
    EXPECT_EQ(second.listen(), boost::asio::error::address_in_use);
    admin_settings nonsense;
    nonsense.address = "no port here";
    http_server third(io, nonsense, {});
    EXPECT_EQ(third.listen(), boost::system::errc::invalid_argument);
}

TEST_F(HttpServer, MayBeDestroyedWhileItsConnectionsAreOpen)
{
    start();
    test_client client(port);
    client.send("GET / HTTP/1.1\r\n");
    server->stop();
    thread.join();
    server.reset();
}

TEST(HttpServerTeardown, FreesWhatStillWaitsWhenItsContextIsDestroyed)
{
    std::string const path =
        testing::TempDir() + "respguard_teardown_" + std::to_string(::getpid());
    auto io = std::make_unique<boost::asio::io_context>(1);
    admin_settings settings;
    settings.address = "unix:" + path;
    source from;
    from.report = [&io]() -> boost::asio::awaitable<stats::report> {
        boost::asio::steady_timer never(*io, std::chrono::hours(1));
        co_await never.async_wait(boost::asio::use_awaitable);
        co_return stats::report{};
    };
    auto server = std::make_unique<http_server>(*io, settings, from);
    ASSERT_FALSE(server->listen());
    boost::asio::local::stream_protocol::socket client(*io);
    client.connect(boost::asio::local::stream_protocol::endpoint(path));
    boost::asio::write(client, boost::asio::buffer(get("/stats")));
    io->run_for(std::chrono::milliseconds(100));
    client.close();
    server.reset();
    io.reset();  // Without stop(): accepting, the connection and the gathering are suspended.
    EXPECT_FALSE(std::filesystem::exists(path));
}

TEST_F(HttpServer, ClosesEverythingWhenStopped)
{
    from.report = [this]() -> boost::asio::awaitable<stats::report> {
        boost::asio::steady_timer stuck(io, std::chrono::seconds(2));
        co_await stuck.async_wait(boost::asio::use_awaitable);
        co_return sample_report();
    };
    start();
    test_client idle(port);
    idle.send(get("/livez"));
    idle.read_response();
    test_client half(port);
    half.send("GET / HT");
    test_client waiting(port);
    waiting.send(get("/stats"));
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    stop();  // Returns only when no coroutine is left.
    EXPECT_EQ(idle.read_all(), "");
    EXPECT_EQ(half.read_all(), "");
    EXPECT_EQ(waiting.read_all(), "");
}

TEST_F(HttpServer, IsNotBlockedByHundredsOfHalfRequests)
{
    start();
    std::list<test_client> hostile;
    for (int i = 0; i < 200; ++i) {
        hostile.emplace_back(port);
        hostile.back().send("GET / HTTP/1.1\r\nHost: ");
        if (i % 20 != 0) continue;
        auto const begin = std::chrono::steady_clock::now();
        EXPECT_TRUE(ask(get("/livez")).starts_with("HTTP/1.1 200")) << i;
        EXPECT_LT(std::chrono::steady_clock::now() - begin, settings.timeout);
    }
    // The oldest had to give way: no more than connections_max are open.
    EXPECT_EQ(hostile.front().read_all(), "");
}

TEST_F(HttpServer, IsNotBlockedByClientsThatDoNotRead)
{
    settings.connections_max = 2;
    from.report = []() -> boost::asio::awaitable<stats::report> {
        auto report = sample_report();  // An answer of 6 MB does not fit the sockets' buffers.
        report.rules[0].message = std::string(6'000'000, 'm');
        co_return report;
    };
    start();
    std::list<test_client> hostile;
    for (int i = 0; i < 2; ++i) {
        hostile.emplace_back(port);
        hostile.back().send(get("/rules"));
    }
    // One of them gives way, long before settings.timeout.
    auto const begin = std::chrono::steady_clock::now();
    while (!ask(get("/livez")).starts_with("HTTP/1.1 200")) {
        ASSERT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(8));
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
}

TEST_F(HttpServer, TellsANewcomerThatAllPlacesAreTaken)
{
    settings.connections_max = 2;
    std::atomic<bool> third_was_told{false};
    from.report = [this, &third_was_told]() -> boost::asio::awaitable<stats::report> {
        ++reports_gathered;
        boost::asio::steady_timer pause(io);
        while (!third_was_told) {
            pause.expires_after(std::chrono::milliseconds(1));
            co_await pause.async_wait(boost::asio::use_awaitable);
        }
        co_return sample_report();
    };
    start();
    test_client first(port);
    first.send(get("/stats"));
    test_client second(port);
    second.send(get("/stats"));
    while (reports_gathered == 0)
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    // Until the second request has been read as well: nobody could see that from here.
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    test_client third(port);
    EXPECT_TRUE(third.read_all().starts_with("HTTP/1.1 503 "));
    third_was_told = true;
    EXPECT_TRUE(first.read_response().starts_with("HTTP/1.1 200"));
    EXPECT_TRUE(second.read_response().starts_with("HTTP/1.1 200"));
    EXPECT_TRUE(ask(get("/livez")).starts_with("HTTP/1.1 200"));
}

TEST_F(HttpServer, ManyReadersCauseFewCopies)
{
    start();
    std::list<test_client> readers;
    for (int i = 0; i < 50; ++i) {
        readers.emplace_back(port);
        readers.back().send(get("/stats"));
    }
    for (auto& reader : readers)
        EXPECT_TRUE(reader.read_response().starts_with("HTTP/1.1 200"));
    EXPECT_LT(reports_gathered, 25);
}

TEST_F(HttpServer, KnowsTheNameInItsAddressAndFurtherHosts)
{
    settings.hosts = {"Guard.Example"};
    start();
    EXPECT_TRUE(
        ask("GET /livez HTTP/1.1\r\nHost: guard.example\r\n\r\n").starts_with("HTTP/1.1 200"));
    EXPECT_TRUE(
        ask("GET /livez HTTP/1.1\r\nHost: other.example\r\n\r\n").starts_with("HTTP/1.1 421"));
}

TEST_F(HttpServer, ListensOnAUnixSocket)
{
    auto const path = testing::TempDir() + "respguard_admin_" + std::to_string(::getpid());
    settings.address = "unix:" + path;
    server.emplace(io, settings, from);
    ASSERT_FALSE(server->listen());
    EXPECT_EQ(server->port(), 0);
    thread = std::thread([this] { io.run(); });
    boost::asio::io_context client_io;
    boost::asio::local::stream_protocol::socket client(client_io);
    client.connect(boost::asio::local::stream_protocol::endpoint(path));
    boost::asio::write(client, boost::asio::buffer(std::string(
                                   "GET /livez HTTP/1.1\r\nHost: any.example\r\n\r\n")));
    std::array<char, 15> start_of_answer{};
    boost::asio::read(client, boost::asio::buffer(start_of_answer));
    EXPECT_EQ(std::string(start_of_answer.data(), 15), "HTTP/1.1 200 OK");
    stop();
    EXPECT_FALSE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace respguard::admin
