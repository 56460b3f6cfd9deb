#include <gtest/gtest.h>

#include "doctor/asker.hpp"
#include "unit/doctor/fake_server.hpp"

namespace respguard::doctor {
namespace {

target at(std::string const& url) { return parse_target(url).value(); }

TEST(Asker, UserDefaultIsDroppedAsIoredisDoes)
{
    EXPECT_TRUE(auth_words(at("redis://h")).empty());
    EXPECT_EQ(auth_words(at("redis://:p@h")), (std::vector<std::string>{"AUTH", "p"}));
    EXPECT_EQ(auth_words(at("redis://default:p@h")), (std::vector<std::string>{"AUTH", "p"}));
    EXPECT_EQ(auth_words(at("redis://u:p@h")), (std::vector<std::string>{"AUTH", "u", "p"}));
}

TEST(Asker, ConnectsAgainAndSelectsAgainButGivesUpAfterTwoFailures)
{
    fake_server const server(fake_server::table{
        {"PING", "+PONG\r\n"}, {"SELECT 8", "+OK\r\n"}, {"A", fake_server::hang}});
    auto const where = at(server.url());
    auto const to = net::resolve(where.url.where).value();
    cancellation const stop;
    asker from(where, to, std::chrono::milliseconds(100), stop);
    facts seen;
    ASSERT_EQ(from.open(&seen), "");
    from.selected(8);
    EXPECT_FALSE(from.ask({"A"}).reply);
    EXPECT_EQ(from.note(seen, {"PING"})->text, "PONG");
    EXPECT_EQ(server.asked(), (std::vector<std::string>{"A", "SELECT 8", "PING"}));
    EXPECT_FALSE(from.ask({"A"}).reply);
    EXPECT_TRUE(from.gave_up());
    EXPECT_EQ(from.ask({"PING"}).failure, "not asked: the server had stopped answering");
}

TEST(Asker, AsksNothingWhenTheTimeForAllIsOver)
{
    fake_server const server(fake_server::table{{"PING", "+PONG\r\n"}, {"A", "+B\r\n"}});
    auto const where = at(server.url());
    auto const to = net::resolve(where.url.where).value();
    cancellation const stop;
    asker from(where, to, std::chrono::milliseconds(100), stop, asker::clock::now());
    EXPECT_TRUE(from.gave_up());
    EXPECT_EQ(from.ask({"PING"}).failure, "not asked: the server is too slow");
    EXPECT_TRUE(server.asked().empty());
}

}  // namespace
}  // namespace respguard::doctor
