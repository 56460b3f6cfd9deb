#include <gtest/gtest.h>

#include <string>

#include "relay/local_reply.hpp"
#include "unit/policy/judging.hpp"

namespace respguard::relay {
namespace {

using kind = local_reply::kind;

constexpr std::uint64_t held_bytes_max = 4096;

policy::rule_set const& rules()
{
    static auto const made =
        policy::test::compiled({policy::test::rule("flush", {"flushall"}, policy::action::reject),
                                policy::test::size_rule("size", 1000, policy::action::reject)});
    return made;
}

/// As it is after it went through an in-flight entry.
std::string text(local_reply reply, char const* command)
{
    return local_reply::from_detail(reply.detail())
        .text(command::find(command), rules(), held_bytes_max);
}

TEST(LocalReply, NamesTheCommandAndTheRule)
{
    EXPECT_EQ(text(local_reply::denied(0), "flushall"),
              "-ERR respguard: command 'flushall' denied by policy (rule=flush)\r\n");
    EXPECT_EQ(text(local_reply::denied(0), "config|set"),
              "-ERR respguard: CONFIG SET denied by policy (rule=flush)\r\n");
}

TEST(LocalReply, NamesTheLimitOfTheRuleOrOurOwn)
{
    EXPECT_EQ(text(local_reply::too_large(1), "set"),
              "-ERR respguard: command larger than the limit of 1000 bytes\r\n");
    EXPECT_EQ(text(local_reply::too_large(policy::no_rule), "set"),
              "-ERR respguard: command larger than the limit of 4096 bytes\r\n");
}

TEST(LocalReply, NamesWhereANulStood)
{
    EXPECT_EQ(text(local_reply::of(kind::nul_in_name), "other"),
              "-ERR respguard: NUL byte in a command name\r\n");
    EXPECT_EQ(text(local_reply::of(kind::nul_in_subcommand), "config"),
              "-ERR respguard: NUL byte in a subcommand name\r\n");
    EXPECT_EQ(text(local_reply::of(kind::nul_in_config_set), "config|set"),
              "-ERR respguard: NUL byte in CONFIG SET\r\n");
}

TEST(LocalReply, NamesWhatMultiCanNotHold)
{
    EXPECT_EQ(text(local_reply::of(kind::unsafe_in_multi), "subscribe"),
              "-ERR respguard: 'subscribe' is not supported inside MULTI\r\n");
}

TEST(LocalReply, RepeatsEveryProtocolErrorInRedissWords)
{
    using code = resp::protocol_error::code;
    for (auto const what : {code::too_big_multibulk_count, code::too_big_bulk_count,
                            code::invalid_multibulk_length, code::invalid_bulk_length,
                            code::expected_dollar, code::too_big_inline, code::unbalanced_quotes}) {
        resp::protocol_error error;
        error.what = what;
        error.got = what == code::expected_dollar ? '\xFF' : '\0';
        auto const reply = local_reply::of(error);
        EXPECT_EQ(text(reply, "other"), resp::to_reply(error));
        EXPECT_EQ(reply.what(), kind::protocol_error);
    }
}

TEST(LocalReply, KnowsWhatItIs)
{
    EXPECT_EQ(local_reply::denied(policy::no_rule - 1).rule(), policy::no_rule - 1);
    EXPECT_EQ(local_reply::denied(3).what(), kind::denied);
    EXPECT_STREQ(local_reply::denied(3).reason(), "denied");
    EXPECT_STREQ(local_reply::too_large(3).reason(), "too large");
    EXPECT_STREQ(local_reply::of(kind::nul_in_name).reason(), "NUL byte in the command name");
    EXPECT_STREQ(local_reply::of(kind::nul_in_subcommand).reason(),
                 "NUL byte in the subcommand name");
    EXPECT_STREQ(local_reply::of(kind::nul_in_config_set).reason(), "NUL byte in CONFIG SET");
    EXPECT_STREQ(local_reply::of(kind::unsafe_in_multi).reason(), "not supported inside MULTI");
    EXPECT_STREQ(local_reply::of(kind::protocol_error).reason(), "protocol error");
}

TEST(LocalReply, GoesWithItsRuleWhenTheRulesAreReplaced)
{
    using policy::test::rule;
    auto const flush = rule("flush", {"flushall"}, policy::action::reject);
    auto const size = policy::test::size_rule("size", 1000, policy::action::reject);
    auto const larger = policy::test::size_rule("size", 2000, policy::action::reject);
    policy::rule_places const turned(rules(), policy::test::compiled({size, flush}));
    EXPECT_EQ(local_reply::denied(0).renumbered(turned).detail(), local_reply::denied(1).detail());
    EXPECT_EQ(local_reply::too_large(1).renumbered(turned).detail(),
              local_reply::too_large(0).detail());
    policy::rule_places const another_limit(rules(), policy::test::compiled({larger}));
    EXPECT_EQ(local_reply::too_large(1).renumbered(another_limit).detail(),
              local_reply::denied(0).detail())
        << "1000 bytes were the limit, and are not any more";

    policy::rule_places const none(rules(), {});
    auto const nameless = local_reply::denied(policy::no_rule);
    EXPECT_EQ(local_reply::denied(0).renumbered(none).detail(), nameless.detail());
    EXPECT_EQ(local_reply::too_large(1).renumbered(none).detail(), nameless.detail());
    EXPECT_EQ(text(nameless, "flushall"),
              "-ERR respguard: command 'flushall' denied by policy\r\n");
    // By a limit of the guard's own, or no rule at all.
    for (auto const reply :
         {local_reply::too_large(policy::no_rule), local_reply::of(kind::nul_in_name)}) {
        EXPECT_EQ(reply.renumbered(turned).detail(), reply.detail());
    }
}

}  // namespace
}  // namespace respguard::relay
