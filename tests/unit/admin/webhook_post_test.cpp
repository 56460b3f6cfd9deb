#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <string>

#include "admin/webhook_post.hpp"
#include "canned_receiver.hpp"

namespace respguard::admin {
namespace {

using kind = post_result::kind;

post_result post_to(std::string const& url, std::chrono::milliseconds timeout)
{
    boost::asio::io_context io;
    auto const where = webhook_url::parse(url).value();
    webhook_settings settings;
    settings.timeout = timeout;
    post_result result;
    boost::asio::co_spawn(
        io,
        [&]() -> boost::asio::awaitable<void> {
            result = co_await post_to_webhook(where, settings, "{\n}\n");
        },
        boost::asio::detached);
    io.run();
    return result;
}

post_result answered(std::string const& answer)
{
    canned_receiver receiver({answer});
    return post_to(receiver.url(), std::chrono::seconds(10));
}

TEST(WebhookPost, SendsAWholeRequest)
{
    canned_receiver receiver({"HTTP/1.1 204 No Content\r\n\r\n"});
    EXPECT_EQ(post_to(receiver.url(), std::chrono::seconds(10)).what, kind::taken);
    auto const request = receiver.received().at(0);
    EXPECT_TRUE(request.starts_with("POST /hook HTTP/1.1\r\nHost: 127.0.0.1:")) << request;
    EXPECT_NE(request.find("\r\nContent-Length: 4\r\n"), std::string::npos) << request;
    EXPECT_NE(request.find("\r\nUser-Agent: respguard/"), std::string::npos) << request;
    EXPECT_EQ(request.find("Authorization"), std::string::npos) << request;
}

TEST(WebhookPost, KnowsWhatIsWorthTryingAgain)
{
    for (auto const* const status : {"500", "503", "408", "425", "429"})
        EXPECT_EQ(answered("HTTP/1.1 " + std::string(status) + " x\r\n\r\n").what, kind::failed);
    for (auto const* const status : {"301", "400", "401", "404", "413"})
        EXPECT_EQ(answered("HTTP/1.1 " + std::string(status) + " x\r\n\r\n").what, kind::refused);
    EXPECT_EQ(answered("HTTP/1.1 404 x\r\n\r\n").why, "it answered 404");
}

TEST(WebhookPost, FailsIfNoAnswerCanBeRead)
{
    EXPECT_EQ(answered("").what, kind::failed);
    EXPECT_EQ(answered("hello\r\n\r\n").what, kind::failed);
    EXPECT_EQ(answered("HTTP/1.1 200 OK\r\nX: " + std::string(100'000, 'x') + "\r\n\r\n").what,
              kind::failed);
}

TEST(WebhookPost, FailsIfNobodyIsThereOrNobodyAnswers)
{
    boost::asio::io_context io;
    boost::asio::ip::tcp::acceptor silent(io, {boost::asio::ip::address_v4::loopback(), 0});
    auto const url = "http://127.0.0.1:" + std::to_string(silent.local_endpoint().port()) + "/";
    auto const late = post_to(url, std::chrono::milliseconds(50));
    EXPECT_EQ(late.what, kind::failed);
    EXPECT_EQ(late.why.find("waiting for the answer: "), 0U) << late.why;
    silent.close();
    auto const refused = post_to(url, std::chrono::seconds(10));
    EXPECT_EQ(refused.what, kind::failed);
    EXPECT_EQ(refused.why, "connecting: Connection refused");
}

}  // namespace
}  // namespace respguard::admin
