#include <gtest/gtest.h>

#include "app/replay.hpp"

namespace respguard::app {
namespace {

using policy::action;

policy::rule_settings rule_of(std::string id, action what)
{
    policy::rule_settings made;
    made.id = std::move(id);
    made.what = what;
    return made;
}

/// flush: reject. param: CONFIG SET maxmemory rejected. big: alert over 1000 bytes. secret: keys.
/// rehearsal: shadow for DBSIZE.
policy::rule_set replay_rules()
{
    policy::policy_settings settings;
    settings.rules = {rule_of("flush", action::reject), rule_of("param", action::reject),
                      rule_of("secret", action::reject), rule_of("rehearsal", action::reject),
                      rule_of("big", action::alert)};
    settings.rules[0].match.commands = {"flushall"};
    settings.rules[1].match.commands = {"config|set"};
    settings.rules[1].match.params = {"maxmemory"};
    settings.rules[2].match.keys = {"secret:*"};
    settings.rules[3].match.commands = {"dbsize"};
    settings.rules[3].shadow = true;
    settings.rules[4].match.request_bytes_over = 1'000;
    return policy::rule_set::compile(settings).value();
}

std::string summary_of(std::vector<std::string> const& lines)
{
    auto const rules = replay_rules();
    replay_summary summary(rules, {});
    for (auto const& line : lines)
        summary.add_line(line);
    return summary.text();
}

bool says(std::string const& text, std::string const& part)
{
    return text.find(part) != std::string::npos;
}

TEST(Replay, SaysWhatWouldChange)
{
    auto const text =
        summary_of({R"([1,2,3,["FLUSHALL"],"",""])", R"([1,2,3,["GET","a"],"",""])",
                    R"([1,2,3,["flushall"],"",""])", R"([1,2,3,["GET","secret:1"],"",""])"});
    EXPECT_TRUE(says(text, "4 lines, 4 requests: 4 judged, 0 not\n")) << text;
    EXPECT_TRUE(says(text, "\n3 would change\n")) << text;
    EXPECT_TRUE(says(text, "       2  passes -> reject by flush  (flushall; first in line 1)\n"))
        << text;
    EXPECT_TRUE(says(text, "       1  passes -> reject by secret  (get; first in line 4)\n"))
        << text;
}

TEST(Replay, ComparesWithWhatWasDone)
{
    auto const text = summary_of(
        {R"({"type":"rule_hit","rule":"flush","action":"reject","command":"flushall",)"
         R"("arguments":1})",
         R"({"type":"rule_hit","rule":"old","action":"alert","command":"ping","arguments":1})",
         R"({"type":"rule_hit","rule":"rehearsal","action":"shadow","command":"dbsize",)"
         R"("arguments":1,"left_out":9})"});
    EXPECT_TRUE(says(text, "\n1 would change\n")) << text;
    EXPECT_TRUE(says(text, "1  alert by old -> passes  (ping; first in line 2)\n")) << text;
    EXPECT_TRUE(says(text, "note: 9 more hits without a line in the log, see left_out\n")) << text;
}

TEST(Replay, SaysWhatCanNotBeJudged)
{
    auto const text = summary_of(
        {R"({"type":"rule_hit","rule":"x","action":"alert","command":"config|set","arguments":4})",
         R"({"type":"rule_hit","rule":"x","action":"alert","command":"get","arguments":2})",
         R"({"type":"rule_hit","rule":"x","action":"alert","command":"ping","arguments":2})",
         R"({"type":"rule_hit","rule":"x","action":"alert","command":"other","arguments":2})"});
    EXPECT_TRUE(says(text, "4 requests: 0 judged, 4 not\n")) << text;
    EXPECT_TRUE(says(text, "2  its arguments are not all in the log, and a rule asks for them  "
                           "(config|set 1, get 1; first in line 1)\n"))
        << text;
    EXPECT_TRUE(says(text, "1  its size is not in the log, and a rule asks for it  (ping; first in "
                           "line 3)\n"))
        << text;
    EXPECT_TRUE(says(text, "1  the log does not say which command it was")) << text;
}

TEST(Replay, TheSizeOfWhatWasCutIsKnown)
{
    auto const text = summary_of({R"x([1,2,3,["SET","k","v... (5000 more bytes)"],"",""])x",
                                  R"x([1,2,3,["SET","k","v... (50 more bytes)"],"",""])x"});
    EXPECT_TRUE(says(text, "2 judged")) << text;
    EXPECT_TRUE(says(text, "1  passes -> alert by big  (set; first in line 1)\n")) << text;
}

TEST(Replay, WholeConfigSetsAreJudgedAndRedactedOnesAreNot)
{
    auto const text =
        summary_of({R"([1,2,3,["CONFIG","SET","maxmemory","1gb"],"",""])",
                    R"x([1,2,3,["CONFIG","SET","requirepass","(redacted)"],"",""])x",
                    R"(1339518083.1 [0 127.0.0.1:1] "config" "set" "maxmemory" "a\x00b")"});
    EXPECT_TRUE(says(text, "passes -> reject by param")) << text;
    EXPECT_TRUE(says(text, "passes -> reject by built-in")) << text;
    EXPECT_TRUE(says(text, "1 not\n")) << text;
}

TEST(Replay, CountsShadowRulesApart)
{
    auto const text = summary_of({R"([1,2,3,["DBSIZE"],"",""])"});
    EXPECT_TRUE(says(text, "\n0 would change\n")) << text;
    EXPECT_TRUE(says(text, "shadow rules would count\n       1  rehearsal  (dbsize)\n")) << text;
}

TEST(Replay, CountsLinesThatAreNotUnderstood)
{
    auto const text = summary_of({"OK", "1) 1) (integer) 14", "hello"});
    EXPECT_TRUE(says(text, "not understood: 2 lines, the first is line 2\n")) << text;
}

TEST(Replay, SaysWhatIsTakenFromTheOptions)
{
    policy::policy_settings settings;
    settings.rules = {rule_of("batch", action::reject)};
    settings.rules[0].match.users = {"batch"};
    auto const rules = policy::rule_set::compile(settings).value();
    policy::sender batch;
    batch.user.text = "batch";
    replay_summary summary(rules, batch);
    summary.add_line(R"([1,2,3,["GET","a"],"10.0.0.1:5",""])");
    EXPECT_EQ(summary.changed(), 1U);
    EXPECT_TRUE(says(summary.text(), "note: 1 request without user: taken from the options"))
        << summary.text();
}

}  // namespace
}  // namespace respguard::app
