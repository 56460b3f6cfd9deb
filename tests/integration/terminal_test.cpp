// The subcommands that ask a running guard.
#include <gtest/gtest.h>

#include <csignal>
#include <string>
#include <vector>

#include "running_guard.hpp"

namespace respguard {
namespace {

class Terminal : public test::running_guard {
protected:
    /// "respguard <words> --admin ..."
    [[nodiscard]] test::running_process asking(std::vector<std::string> words) const
    {
        words.insert(words.begin(), RESPGUARD_EXECUTABLE);
        words.insert(words.end(), {"--admin", admin_});
        return test::running_process(words);
    }

    /// Sends one command through the guard.
    void send(std::string const& command, std::string const& answer) const
    {
        test::loopback_client const client(listen_);
        client.send(command + "\r\n");
        EXPECT_EQ(client.read_until("\r\n"), answer);
    }
};

constexpr char const* refused =
    "-ERR respguard: command 'flushall' denied by policy (rule=no-flush)\r\n";

TEST_F(Terminal, ShowsStatsAsTextAndAsJson)
{
    test::running_process const guard(words());
    ASSERT_TRUE(test::is_listened_on(admin_)) << guard.output();
    send("PING", "+PONG\r\n");
    auto text = asking({"stats"});
    EXPECT_EQ(text.exit_code(), 0) << text.output();
    EXPECT_NE(text.output().find("\nping  "), std::string::npos) << text.output();
    auto json = asking({"stats", "--json"});
    EXPECT_EQ(json.exit_code(), 0);
    EXPECT_TRUE(json.output().starts_with("{\"version\":")) << json.output();
}

TEST_F(Terminal, ShowsEventsAndGoesOnUntilInterrupted)
{
    write("[[policy.rule]]\nid = \"no-flush\"\nmatch = { command = \"flushall\" }\naction = "
          "\"reject\"\n");
    test::running_process const guard(words());
    ASSERT_TRUE(test::is_listened_on(admin_)) << guard.output();
    send("FLUSHALL", refused);
    auto following = asking({"events", "-f", "--type", "rule_hit"});
    EXPECT_TRUE(following.says("reject no-flush: flushall of 18 bytes, from 127.0.0.1:"))
        << following.output();
    send("FLUSHALL", refused);
    EXPECT_TRUE(following.says("reject no-flush", 2)) << following.output();
    following.signal(SIGINT);
    EXPECT_EQ(following.exit_code(), 0);

    auto json = asking({"events", "--json", "--type", "rule_hit", "--limit", "1"});
    EXPECT_EQ(json.exit_code(), 0);
    EXPECT_TRUE(json.output().starts_with("{\"id\":")) << json.output();
}

TEST_F(Terminal, TapsSingleCommandsWithoutTheirValues)
{
    test::running_process const guard(words());
    ASSERT_TRUE(test::is_listened_on(admin_)) << guard.output();
    auto everything = asking({"tap"});
    auto one_key = asking({"tap", "--key", "mine:*", "--keys", "--limit", "2", "--json"});
    ASSERT_TRUE(everything.says("client/user@db")) << everything.output();
    // Nobody says when the guard's shards listen, so both are sent until they have been seen.
    while (!one_key.output().ends_with("}\n")) {
        send("SET mine:1 secret", "+OK\r\n");
        send("SET other:1 secret", "+OK\r\n");
    }
    EXPECT_EQ(one_key.exit_code(), 0) << one_key.output();
    EXPECT_NE(one_key.output().find("\"family\":\"mine:*\",\"key\":\"mine:1\""), std::string::npos)
        << one_key.output();
    EXPECT_EQ(one_key.output().find("other"), std::string::npos);
    EXPECT_TRUE(everything.says(" set"));
    everything.signal(SIGTERM);
    EXPECT_EQ(everything.exit_code(), 0);
    EXPECT_EQ((everything.output() + one_key.output()).find("secret"), std::string::npos);
}

TEST_F(Terminal, ShowsOneScreenOfTopAsText)
{
    test::running_process const guard(words());
    ASSERT_TRUE(test::is_listened_on(admin_)) << guard.output();
    send("PING", "+PONG\r\n");
    auto once = asking({"top", "--once", "--width", "60", "--height", "10"});
    EXPECT_EQ(once.exit_code(), 0) << once.output();
    EXPECT_NE(once.output().find("\nping  "), std::string::npos) << once.output();
    auto clients = asking({"top", "--once", "--keys", "4"});
    EXPECT_TRUE(clients.says("[4 clients]")) << clients.output();
    auto nowhere = asking({"top"});
    EXPECT_EQ(nowhere.exit_code(), 1);
    EXPECT_TRUE(nowhere.says("no terminal")) << nowhere.output();
}

TEST_F(Terminal, SaysWhatIsWrong)
{
    auto nobody = asking({"stats"});
    EXPECT_EQ(nobody.exit_code(), 1);
    EXPECT_EQ(nobody.output(), "respguard: " + admin_ + ": Connection refused\n");
    test::running_process const guard(words());
    ASSERT_TRUE(test::is_listened_on(admin_)) << guard.output();
    auto wrong = asking({"events", "--type", "nonsense"});
    EXPECT_EQ(wrong.exit_code(), 64);
    EXPECT_NE(wrong.output().find("type is one or several"), std::string::npos) << wrong.output();
    auto limit = asking({"tap", "--limit", "0"});
    EXPECT_EQ(limit.exit_code(), 64);
    EXPECT_EQ(limit.output(), "respguard: " + admin_ + ": limit: is a number, 1 or more\n");
}

}  // namespace
}  // namespace respguard
