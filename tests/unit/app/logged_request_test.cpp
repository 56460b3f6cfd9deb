#include <gtest/gtest.h>

#include "app/logged_request.hpp"

namespace respguard::app {
namespace {

using line_kind = logged_line::kind;

logged_request only_request(std::string const& line)
{
    auto read = read_logged_line(line);
    EXPECT_EQ(read.what, line_kind::requests) << line;
    EXPECT_EQ(read.requests.size(), 1U) << line;
    return read.requests.empty() ? logged_request{} : read.requests[0];
}

std::vector<std::string> words_of(logged_request const& request)
{
    std::vector<std::string> words;
    for (auto const& each : request.arguments)
        words.push_back(each.shown);
    return words;
}

using words = std::vector<std::string>;

TEST(LoggedRequest, OfRedisSlowLog)
{
    auto const read = read_logged_line(R"([[14,1309448221,15,["SET","k","v"],"10.0.0.1:5","ee"],)"
                                       R"([13,1309448128,30,["PING"],"",""]])");
    ASSERT_EQ(read.requests.size(), 2U);
    EXPECT_EQ(words_of(read.requests[0]), (words{"SET", "k", "v"}));
    EXPECT_EQ(read.requests[0].client, "10.0.0.1:5");
    EXPECT_EQ(read.requests[0].name, "ee");
    EXPECT_EQ(read.requests[0].argument_count, 3U);
    EXPECT_TRUE(read.requests[0].arguments[2].is_whole());
    EXPECT_EQ(read.requests[0].action, "");
}

TEST(LoggedRequest, KnowsWhatTheSlowLogLeftOut)
{
    auto const cut = only_request(
        R"x([1,2,3,["MSET","k","vvv... (1000 more bytes)","... (97 more arguments)"],"",""])x");
    EXPECT_EQ(words_of(cut), (words{"MSET", "k", "vvv"}));
    EXPECT_EQ(cut.arguments[2].size_bytes, 1'003U);
    EXPECT_FALSE(cut.arguments[2].is_whole());
    EXPECT_EQ(cut.argument_count, 100U);
    auto const secret =
        only_request(R"x([1,2,3,["CONFIG","SET","requirepass","(redacted)"],"",""])x");
    EXPECT_FALSE(secret.arguments[3].size_bytes);
    EXPECT_FALSE(secret.arguments[3].is_whole());
}

TEST(LoggedRequest, OfAnEvent)
{
    auto const hit = only_request(
        R"(  {"id": 3, "type": "rule_hit", "rule": "size-1mb", "action": "alert", "command": )"
        R"("config|set", "client": "10.0.0.1:5", "name": "w", "user": "u", "db": 8, )"
        R"("request_bytes": 99, "arguments": 4, "left_out": 7},)");
    EXPECT_EQ(words_of(hit), (words{"config", "set"}));
    EXPECT_EQ(hit.argument_count, 4U);
    EXPECT_EQ(hit.size_bytes, 99U);
    EXPECT_EQ(hit.action, "alert");
    EXPECT_EQ(hit.rule, "size-1mb");
    EXPECT_EQ(hit.user, "u");
    EXPECT_EQ(hit.db, 8U);
    EXPECT_EQ(hit.left_out, 7U);
}

TEST(LoggedRequest, OfALogLineAndOfATapLine)
{
    EXPECT_EQ(only_request(R"({"time":"x","level":"warn","message":"request refused","event":)"
                           R"("rule_hit","rule":"flush","action":"reject","command":"flushall"})")
                  .action,
              "reject");
    auto const tapped =
        only_request(R"({"args":["get","k"],"client":"10.0.0.1:5","outcome":"ok","rtt_us":80,)"
                     R"("request_bytes":20})");
    EXPECT_EQ(words_of(tapped), (words{"get", "k"}));
    EXPECT_EQ(tapped.action, "");
    EXPECT_EQ(only_request(R"({"args":["flushall"],"outcome":"rejected"})").action, "reject");
}

TEST(LoggedRequest, OfMonitor)
{
    auto const seen =
        only_request(R"(1339518083.107412 [3 10.0.0.1:60866] "set" "a\"b" "\x01\n\\")");
    EXPECT_EQ(words_of(seen), (words{"set", "a\"b", "\x01\n\\"}));
    EXPECT_EQ(seen.db, 3U);
    EXPECT_EQ(seen.client, "10.0.0.1:60866");
    EXPECT_EQ(read_logged_line("OK").what, line_kind::other);
    EXPECT_EQ(read_logged_line(R"(1339518083.107412 [0 lua] "set" "k" "v")").what,
              line_kind::other);
    for (auto const* const line : {R"(1.2 [0 a:1] "set" "k)", R"(1.2 [0 a:1] set)", "1.2 [0 a:1] ",
                                   R"(1.2 [a:1] "set")", R"(x [0 a:1] "set")"}) {
        EXPECT_FALSE(read_monitor_line(line)) << line;
    }
}

TEST(LoggedRequest, ATableOverManyLinesOrOnOne)
{
    for (auto const* const line :
         {"{", " \"events\": [", " ],", " \"run\": \"77\",", "}", "", "[]"})
        EXPECT_EQ(read_logged_line(line).what, line_kind::other) << line;
    EXPECT_EQ(
        read_logged_line(R"({"events":[{"type":"rule_hit","command":"get"},{"type":"storm"}]})")
            .requests.size(),
        1U);
}

TEST(LoggedRequest, SaysWhatItDoesNotUnderstand)
{
    for (auto const* const line : {"1) 1) (integer) 14", "hello", "{\"a\":", "\xff\xfe"})
        EXPECT_EQ(read_logged_line(line).what, line_kind::not_understood) << line;
    for (auto const* const line : {R"({"type":"upstream_lost"})", R"({"message":"stopped"})", "17",
                                   R"([1,2,3,[7],"",""])", R"([1,2,3,[]])"}) {
        EXPECT_EQ(read_logged_line(line).what, line_kind::other) << line;
    }
}

}  // namespace
}  // namespace respguard::app
