// Rules about the size of replies.
#include <gtest/gtest.h>

#include <vector>

#include "unit/policy/judging.hpp"

namespace respguard::policy {
namespace {

using test::compiled;
using test::rule;
using test::said;

TEST(ProgramReplies, AreJudgedByTheFirstRuleThatMatches)
{
    auto told = rule("big-reply", {}, action::alert);
    told.match.reply_bytes_over = 100;
    auto closes = rule("huge-reply", {"lrange"}, action::close);
    closes.match.reply_bytes_over = 1'000;
    auto const rules = compiled({closes, told});
    auto const lrange = command::find("lrange");
    EXPECT_EQ(rules.reply_active_over(lrange), 100U);
    EXPECT_EQ(rules.judge_reply({lrange, 100, nullptr}).rule, no_rule);
    EXPECT_EQ(rules.judge_reply({lrange, 101, nullptr}).rule, 1);
    EXPECT_EQ(rules.judge_reply({lrange, 1'001, nullptr}).what, action::close);
    EXPECT_EQ(rules.judge_reply({command::find("get"), 1'001, nullptr}).what, action::alert);
    EXPECT_EQ(said(rules, {"LRANGE", "l", "0", "-1"}, 5'000), "allow") << "not about requests";
    EXPECT_EQ(compiled({}).reply_active_over(lrange), no_limit);
}

queued_replies queued(rule_set const& rules, std::vector<char const*> const& commands,
                      sender const* from = nullptr)
{
    queued_replies seen;
    for (auto const* name : commands)
        rules.note_queued({command::find(name), 0, from}, seen);
    return queued_replies(seen.packed());
}

verdict of_exec(rule_set const& rules, queued_replies seen, std::uint64_t bytes,
                sender const* from = nullptr)
{
    return rules.judge_reply({command::find("exec"), bytes, from, seen});
}

TEST(ProgramReplies, OfExecAreJudgedByWhatWasQueued)
{
    auto told = rule("told", {"hgetall"}, action::alert);
    told.match.reply_bytes_over = 10;
    auto far = rule("far", {"lrange", "get"}, action::close);
    far.match.reply_bytes_over = 1'000;
    auto near = rule("near", {"smembers"}, action::close);
    near.match.reply_bytes_over = 100;
    auto const rules = compiled({told, far, near});
    EXPECT_EQ(queued(rules, {"set", "ping"}).packed(), 0U);
    EXPECT_EQ(of_exec(rules, {}, 5'000).what, action::allow);
    for (auto const& order : {std::vector{"hgetall", "lrange", "smembers", "set"},
                              std::vector{"smembers", "get", "lrange", "hgetall"}}) {
        auto const seen = queued(rules, order);
        EXPECT_EQ(rules.reply_active_over(seen), 10U);
        EXPECT_EQ(of_exec(rules, seen, 10).what, action::allow);
        EXPECT_EQ(of_exec(rules, seen, 11).what, action::alert);
        EXPECT_EQ(of_exec(rules, seen, 101).what, action::close);
        EXPECT_EQ(rules.rules()[of_exec(rules, seen, 101).rule].id, "near");
    }
    auto const one = queued(rules, {"lrange"});
    EXPECT_EQ(of_exec(rules, one, 1'000).what, action::allow);
    EXPECT_EQ(of_exec(rules, one, 1'001).what, action::close);
    EXPECT_EQ(rules.judge_reply({command::find("get"), 900, nullptr}).what, action::allow);
}

TEST(ProgramReplies, ARuleAboutAllOfThemIsAboutThatOfExecAnyway)
{
    auto all = rule("all", {}, action::alert);
    all.match.reply_bytes_over = 100;
    auto own = rule("own", {"get"}, action::close);
    own.match.reply_bytes_over = 10;
    own.match.users = {"app"};
    auto const rules = compiled({all, own});
    EXPECT_EQ(queued(rules, {"set", "lrange"}).packed(), 0U);
    sender other;
    EXPECT_EQ(of_exec(rules, queued(rules, {"get"}, &other), 50, &other).what, action::allow);
    EXPECT_EQ(of_exec(compiled({all}), {}, 101).what, action::alert);
    other.user.text = "app";
    EXPECT_EQ(of_exec(rules, queued(rules, {"get"}, &other), 50, &other).what, action::close);
}

}  // namespace
}  // namespace respguard::policy
