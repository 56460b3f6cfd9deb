#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "relay/judge.hpp"
#include "support/exact_block.hpp"
#include "support/wire.hpp"
#include "unit/policy/judging.hpp"

namespace respguard::relay {
namespace {

using policy::action;
using policy::test::compiled;
using policy::test::config_rule;
using policy::test::rule;
using policy::test::size_rule;
using test::request;

std::optional<request_head> head_in(test::exact_block& input)
{
    resp::request_parser parser;
    (void)parser.parse(input.span());
    return head_of(parser, input.view(), {});
}

judgement judged(std::string const& bytes, policy::rule_set const& rules, bool in_multi = false)
{
    test::exact_block input(bytes);
    auto const head = head_in(input);
    policy::request_facts facts;
    facts.command = head->is.id;
    facts.name = head->name;
    facts.subcommand = head->subcommand;
    facts.size_bytes = input.view().size();
    facts.canonical = input.view();
    return judge(*head, facts, rules, in_multi);
}

TEST(HeadOf, NeedsTheWholeName)
{
    auto const sent = request({"GET", "key"});
    for (std::size_t size = 0; size < sent.size(); ++size) {
        test::exact_block input(byte_view(sent).substr(0, size));
        auto const head = head_in(input);
        EXPECT_EQ(head.has_value(), size >= request({"GET"}).size()) << size;
        if (head) {
            EXPECT_EQ(head->is.id, command::find("get")) << size;
        }
    }
}

request_head whole_head(std::string const& bytes, policy::rule_set const& rules, name_memo& names)
{
    test::exact_block input(bytes);
    resp::request_parser parser;
    EXPECT_EQ(parser.parse(input.span()), resp::request_parser::status::complete);
    request_head head = head_of_whole(parser, input.view(), rules, names);
    head.name = head.subcommand = {};  // Borrowed from what goes now.
    return head;
}

// CONFIG SET behind CONFIG GET would be taken for a CONFIG GET.
TEST(HeadOf, WhatCameBeforeNeverDecidesWhichCommandItIs)
{
    name_memo names;
    for (int round = 0; round < 3; ++round) {
        for (std::size_t id = 1; id < command::table().size(); ++id) {
            auto const& traits = command::table()[id];
            std::vector<std::string> words;
            if (traits.container != command::other) {
                words.emplace_back(command::traits_of(traits.container).name);
                words.emplace_back(traits.name.substr(traits.name.find('|') + 1));
            } else {
                words.emplace_back(traits.name);
                if (round == 1) words.emplace_back("none-of-these");
            }
            if (round == 2) words.emplace_back("set");
            name_memo fresh;
            auto const expected = whole_head(policy::test::canonical(words), {}, fresh).is;
            auto const got = whole_head(policy::test::canonical(words), {}, names).is;
            EXPECT_EQ(got.id, expected.id) << traits.name << ' ' << round;
            EXPECT_EQ(got.nul_in_name, expected.nul_in_name) << traits.name;
            if (round == 0) {
                EXPECT_EQ(got.id, id) << traits.name;
            }
        }
    }
}

TEST(HeadOf, RemembersNoRenamedCommand)
{
    name_memo names;
    policy::policy_settings settings;
    settings.renamed = {{"config", "hidden"}};
    auto const rules = policy::rule_set::compile(settings);
    auto const config_set = command::find("config|set");
    for (int i = 0; i < 2; ++i) {
        EXPECT_EQ(whole_head(request({"hidden", "set", "hz", "10"}), rules.value(), names).is.id,
                  config_set);
        EXPECT_EQ(whole_head(request({"hidden", "get", "hz"}), rules.value(), names).is.id,
                  command::find("config|get"));
    }
}

TEST(HeadOf, NeedsTheSubcommandOfAContainer)
{
    auto const sent = request({"CONFIG", "SET", "hz", "10"});
    auto const name_size = request({"CONFIG"}).size();
    for (std::size_t size = 0; size < sent.size(); ++size) {
        test::exact_block input(byte_view(sent).substr(0, size));
        auto const head = head_in(input);
        EXPECT_EQ(head.has_value(), size >= name_size + test::bulk("SET").size()) << size;
        if (head) {
            EXPECT_EQ(head->is.id, command::find("config|set")) << size;
        }
    }
}

TEST(HeadOf, NeedsNoSubcommandIfThereIsNone)
{
    test::exact_block input(request({"CONFIG"}));
    auto const head = head_in(input);
    ASSERT_TRUE(head);
    EXPECT_EQ(head->is.id, command::find("config"));
}

TEST(HeadOf, CutsLongNames)
{
    for (std::size_t const body : {name_bytes_max - 1, name_bytes_max}) {
        test::exact_block input("*2\r\n$1000000\r\n" + std::string(body, 'x'));
        auto const head = head_in(input);
        EXPECT_EQ(head.has_value(), body == name_bytes_max);
        if (head) {
            EXPECT_EQ(head->name.size(), name_bytes_max);
        }
    }
    test::exact_block whole(request({std::string(500, 'y')}));
    EXPECT_EQ(head_in(whole)->name, std::string(name_bytes_max, 'y'));
}

TEST(HeadOf, CutsLongSubcommands)
{
    auto const begin = "*2\r\n" + test::bulk("CONFIG") + "$1000\r\n";
    test::exact_block too_short(begin + std::string(name_bytes_max - 1, 's'));
    EXPECT_FALSE(head_in(too_short));
    test::exact_block enough(begin + std::string(name_bytes_max, 's'));
    ASSERT_TRUE(head_in(enough));
    EXPECT_EQ(head_in(enough)->is.id, command::find("config"));
}

TEST(NeedsWhole, WhereArgumentsChangeTheConnection)
{
    policy::rule_set const none;
    for (char const* name :
         {"multi", "exec", "discard", "hello", "auth", "select", "reset", "quit", "client|reply",
          "client|setname", "config|set", "xread", "xreadgroup"}) {
        auto const id = command::find(name);
        EXPECT_TRUE(needs_whole(command::traits_of(id), none, id)) << name;
    }
    for (char const* name : {"get", "set", "subscribe", "unsubscribe", "monitor", "shutdown",
                             "eval", "blpop", "other", "config|get"}) {
        auto const id = command::find(name);
        EXPECT_FALSE(needs_whole(command::traits_of(id), none, id)) << name;
    }
}

TEST(Judge, AllowsWithoutARule)
{
    auto const result = judged(request({"FLUSHALL"}), {});
    EXPECT_EQ(result.verdict.what, action::allow);
    EXPECT_FALSE(result.refusal);
    EXPECT_FALSE(result.close);
}

TEST(Judge, RefusesByRule)
{
    auto const result =
        judged(request({"FLUSHALL"}), compiled({rule("f", {"flushall"}, action::reject)}));
    ASSERT_TRUE(result.refusal);
    EXPECT_EQ(result.refusal->what(), local_reply::kind::denied);
    EXPECT_EQ(result.refusal->rule(), 0U);
}

TEST(Judge, SaysTooLargeIfTheRuleIsAboutTheSize)
{
    auto const result =
        judged(request({"GET", "a"}), compiled({size_rule("s", 5, action::reject)}));
    ASSERT_TRUE(result.refusal);
    EXPECT_EQ(result.refusal->what(), local_reply::kind::too_large);
}

TEST(Judge, ClosesByRule)
{
    auto const result =
        judged(request({"GET", "a"}), compiled({rule("c", {"get"}, action::close)}));
    EXPECT_TRUE(result.close);
    EXPECT_FALSE(result.refusal);
    EXPECT_EQ(result.verdict.rule, 0U);
}

TEST(Judge, AlertsWithoutRefusing)
{
    auto const result =
        judged(request({"GET", "a"}), compiled({rule("c", {"get"}, action::alert)}));
    EXPECT_EQ(result.verdict.what, action::alert);
    EXPECT_FALSE(result.refusal);
}

TEST(Judge, RefusesNulBeforeItAsksTheRules)
{
    auto const allows_all = compiled({rule("a", {"*"}, action::allow)});
    EXPECT_EQ(judged(request({byte_view("GET\0", 4)}), allows_all).refusal->what(),
              local_reply::kind::nul_in_name);
    EXPECT_EQ(judged(request({"CONFIG", byte_view("SET\0", 4)}), allows_all).refusal->what(),
              local_reply::kind::nul_in_subcommand);
    EXPECT_EQ(
        judged(request({"CONFIG", "SET", "hz", byte_view("1\0", 2)}), allows_all).refusal->what(),
        local_reply::kind::nul_in_config_set);
    EXPECT_FALSE(
        judged(request({"SET", byte_view("\0", 1), byte_view("\0", 1)}), allows_all).refusal);
}

TEST(Judge, ClosesForABrowserWhateverTheRulesSay)
{
    auto const allows_all = compiled({rule("a", {"*"}, action::allow)});
    EXPECT_TRUE(judged(request({"POST", "/"}), allows_all).close);
    EXPECT_TRUE(judged(request({"host:", "x"}), allows_all).close);
    EXPECT_EQ(judged(request({"POST"}), allows_all).verdict.rule, policy::no_rule);
}

TEST(Judge, RefusesInsideMultiWhatIsNotSafeThere)
{
    auto const result = judged(request({"SUBSCRIBE", "a"}), {}, true);
    ASSERT_TRUE(result.refusal);
    EXPECT_EQ(result.refusal->what(), local_reply::kind::unsafe_in_multi);
    EXPECT_FALSE(judged(request({"SUBSCRIBE", "a"}), {}, false).refusal);
    EXPECT_FALSE(judged(request({"GET", "a"}), {}, true).refusal);
}

TEST(Judge, ARuleSpeaksBeforeMultiDoes)
{
    auto const result =
        judged(request({"MONITOR"}), compiled({rule("m", {"monitor"}, action::reject)}), true);
    EXPECT_EQ(result.refusal->what(), local_reply::kind::denied);
}

TEST(Judge, LooksAtEveryPair)
{
    auto const rules =
        compiled({config_rule("e", {"maxmemory-policy"}, {"allkeys-*"}, action::reject)});
    EXPECT_FALSE(judged(request({"CONFIG", "SET", "hz", "10"}), rules).refusal);
    EXPECT_TRUE(
        judged(request({"CONFIG", "SET", "hz", "10", "maxmemory-policy", "allkeys-lru"}), rules)
            .refusal);
}

}  // namespace
}  // namespace respguard::relay
