#include "respguard/base/bytes.hpp"
#include "respguard/policy/reply_text.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace respguard::policy {
namespace {

using command::find;

bool is_one_ascii_line(std::string const& text)
{
    if (text.size() > 200 || !text.ends_with("\r\n")) return false;
    std::string const line = text.substr(0, text.size() - 2);
    return std::all_of(line.begin(), line.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

bool has_token(std::string const& text)
{
    auto const tokens = forbidden_tokens();
    return std::any_of(tokens.begin(), tokens.end(), [&](std::string_view token) {
        return text.find(token) != std::string::npos;
    });
}

// The words of EVASION.md section 4.
TEST(ReplyText, IsExactlyWhatTheManualSays)
{
    EXPECT_EQ(denied_text(find("flushall"), "flush"),
              "-ERR respguard: command 'flushall' denied by policy (rule=flush)\r\n");
    EXPECT_EQ(denied_text(find("config|set"), "eviction"),
              "-ERR respguard: CONFIG SET denied by policy (rule=eviction)\r\n");
    EXPECT_EQ(
        denied_text(find("config|rewrite"), "config-rewrite"),
        "-ERR respguard: command 'config|rewrite' denied by policy (rule=config-rewrite)\r\n");
    EXPECT_EQ(denied_text(command::other, "strict"),
              "-ERR respguard: command denied by policy (rule=strict)\r\n");
    EXPECT_EQ(denied_text(find("get"), ""), "-ERR respguard: command 'get' denied by policy\r\n");
    EXPECT_EQ(too_large_text(1'048'576),
              "-ERR respguard: command larger than the limit of 1048576 bytes\r\n");
    EXPECT_EQ(nul_text("a command name"), "-ERR respguard: NUL byte in a command name\r\n");
    EXPECT_EQ(nul_text("a subcommand name"), "-ERR respguard: NUL byte in a subcommand name\r\n");
    EXPECT_EQ(nul_text("CONFIG SET"), "-ERR respguard: NUL byte in CONFIG SET\r\n");
    EXPECT_EQ(multi_text(find("subscribe")),
              "-ERR respguard: 'subscribe' is not supported inside MULTI\r\n");
}

TEST(ReplyText, NamesTheLimitIfTheRuleHasOne)
{
    rule_settings rule;
    rule.id = "big";
    EXPECT_EQ(refused_text(find("set"), rule), denied_text(find("set"), "big"));
    rule.match.request_bytes_over = 1'000'000;
    EXPECT_EQ(refused_text(find("set"), rule), too_large_text(1'000'000));
}

TEST(ReplyText, IsAShortAsciiLineWithoutAForbiddenTokenForEveryCommand)
{
    std::string const longest(64, 'x');
    for (std::size_t i = 0; i < command::table().size(); ++i) {
        auto const id = static_cast<command::command_id>(i);
        for (std::string const& text :
             {denied_text(id, longest), denied_text(id, ""), multi_text(id)}) {
            EXPECT_TRUE(is_one_ascii_line(text)) << text;
            EXPECT_FALSE(has_token(text)) << text;
        }
    }
    EXPECT_TRUE(is_one_ascii_line(too_large_text(UINT64_MAX)));
}

TEST(ForbiddenTokens, AreAllOfTheManual)
{
    for (auto const* token :
         {"NOAUTH", "WRONGPASS", "MISCONF", "NOSCRIPT", "NOPROTO", "NOPERM", "LOADING", "READONLY",
          "MOVED", "ASK", "CLUSTERDOWN", "TRYAGAIN", "BUSY", "EXECABORT"}) {
        auto const tokens = forbidden_tokens();
        EXPECT_NE(std::find(tokens.begin(), tokens.end(), token), tokens.end()) << token;
        EXPECT_TRUE(has_forbidden_token(lowered(token))) << token;
        EXPECT_TRUE(has_forbidden_token("x-" + lowered(token) + ".y")) << token;
    }
}

TEST(ForbiddenTokens, AreNotSeenInEverydayWords)
{
    for (auto const* id :
         {"task-limit", "mask", "removed-keys", "busyness", "flush", "auth", "", "-", "a..b"}) {
        EXPECT_FALSE(has_forbidden_token(id)) << id;
    }
    EXPECT_TRUE(has_forbidden_token("xnoauthx"));
    EXPECT_TRUE(has_forbidden_token("do_ask"));
}

}  // namespace
}  // namespace respguard::policy
