#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/beast/http/verb.hpp>
#include <gtest/gtest.h>

#include <exception>
#include <string>

#include "admin/changes.hpp"

namespace respguard::admin {
namespace {

namespace http = boost::beast::http;

response ask(route what, std::string const& target, controls const& with)
{
    request_head head;
    head.method(http::verb::post);
    head.target(target);
    boost::asio::io_context io;
    response got;
    boost::asio::co_spawn(io, change(what, head, with),
                          [&](std::exception_ptr failed, response answer) {
                              EXPECT_FALSE(failed);
                              got = std::move(answer);
                          });
    io.run();
    return got;
}

TEST(Changes, SwitchThePolicyByTheTwoWordsOnly)
{
    std::string told;
    controls with;
    with.enforce = [&](bool on) { told += on ? "on " : "off "; };
    EXPECT_EQ(ask(route::policy, "/policy?enforce=false", with).body(), "enforce false\n");
    EXPECT_EQ(ask(route::policy, "/policy?enforce=true", with).body(), "enforce true\n");
    for (auto const* wrong : {"/policy", "/policy?enforce=0", "/policy?enforce=TRUE",
                              "/policy?enforce=true&enforce=false"}) {
        EXPECT_EQ(ask(route::policy, wrong, with).result(), http::status::bad_request) << wrong;
    }
    EXPECT_EQ(told, "off on ");
}

TEST(Changes, SetTheLogLevelByItsNameOnly)
{
    std::string told;
    controls with;
    with.set_log_level = [&](log::level least) { told += log::name_of(least); };
    EXPECT_EQ(ask(route::logging, "/logging?level=debug", with).body(), "log level debug\n");
    for (auto const* wrong :
         {"/logging", "/logging?level=", "/logging?level=Debug", "/logging?level=trace"}) {
        EXPECT_EQ(ask(route::logging, wrong, with).result(), http::status::bad_request) << wrong;
    }
    EXPECT_EQ(told, "debug");
}

TEST(Changes, SayWhatAReloadChanged)
{
    reload_outcome made{true, {"policy.rule", "log.level"}, {"listen.addresses"}, {}};
    controls with;
    with.reload = [&]() -> boost::asio::awaitable<reload_outcome> { co_return made; };
    EXPECT_EQ(ask(route::reload, "/reload", with).body(),
              "Reloaded, in force for all clients.\nchanged: policy.rule\nchanged: log.level\n"
              "only after a restart: listen.addresses\n");
    made = {true, {}, {}, {}};
    EXPECT_EQ(ask(route::reload, "/reload", with).body(), "Reloaded, nothing has changed.\n");
    made = {false, {}, {}, {"a.toml:1:2: no such key", "a.toml:3:4: expected a size"}};
    auto const refused = ask(route::reload, "/reload", with);
    EXPECT_EQ(refused.result(), http::status::unprocessable_entity);
    EXPECT_EQ(refused.body(), "Not reloaded, the old configuration stays in force:\n"
                              "a.toml:1:2: no such key\na.toml:3:4: expected a size\n");
}

TEST(Changes, AreNotOfferedWhereNobodyCanMakeThem)
{
    for (auto const what : {route::policy, route::reload, route::drain, route::logging}) {
        EXPECT_EQ(ask(what, "/?enforce=true&level=info", {}).result(),
                  http::status::not_implemented);
    }
}

}  // namespace
}  // namespace respguard::admin
