#include <gtest/gtest.h>

#include <initializer_list>
#include <string>

#include "relay/attribution.hpp"
#include "unit/relay/recording_fixture.hpp"

namespace respguard::relay {
namespace {

constexpr char const* move_to_active = "8eb09338a4d68a0d75605cdbcaec70765c6b3a73";

std::string request_of(std::initializer_list<std::string> arguments)
{
    std::string out = "*" + std::to_string(arguments.size()) + "\r\n";
    for (auto const& each : arguments)
        out += "$" + std::to_string(each.size()) + "\r\n" + each + "\r\n";
    return out;
}

class Attribution : public test::Recording {
protected:
    test::told_command const& ask(std::initializer_list<std::string> arguments,
                                  std::string const& reply = "+OK\r\n")
    {
        harness.client(request_of(arguments));
        harness.upstream(reply);
        return seen.seen.back();
    }
};

TEST_F(Attribution, NamesBullmqsScriptsAndTheirQueue)
{
    auto const& got =
        ask({"EVALSHA", move_to_active, "2", "bull:notify:wait", "bull:notify:active"});
    EXPECT_EQ(got.script, "moveToActive");
    EXPECT_EQ(got.queue, "notify");
    EXPECT_EQ(got.family, "bull:notify:wait");
}

TEST_F(Attribution, TakesADigestInAnyCase)
{
    EXPECT_EQ(ask({"evalsha", "8EB09338A4D68A0D75605CDBCAEC70765C6B3A73", "0"}).script,
              "moveToActive");
    EXPECT_EQ(harness.counted().scripts.rows().size(), 2U);
}

TEST_F(Attribution, LearnsFromTheTextOfAScript)
{
    std::string const text = "--[[\n Script: z-set.lua\n]]\nreturn 1";
    EXPECT_EQ(ask({"EVAL", text, "0"}).script, "z-set");
    // sha1sum of the text.
    EXPECT_EQ(ask({"EVALSHA", harness.counted().scripts.rows()[1].detail, "0"}).script, "z-set");
}

TEST_F(Attribution, LearnsFunctionsAndTheirLibraryFromFunctionLoad)
{
    std::string const text = "#!lua name=mylib\nredis.register_function('my_set', f)";
    ask({"FUNCTION", "LOAD", "REPLACE", text}, "$5\r\nmylib\r\n");
    ask({"FUNCTION", "LOAD", text}, "$5\r\nmylib\r\n");
    EXPECT_EQ(ask({"FCALL", "my_set", "0"}).script, "my_set");
    EXPECT_EQ(ask({"FCALL", "unknown", "0"}).script, "unknown");
    ASSERT_EQ(harness.counted().scripts.rows().size(), 3U);
    EXPECT_EQ(harness.counted().scripts.rows()[1].detail, "mylib");
    EXPECT_EQ(harness.counted().scripts.rows()[1].calls, 1U);
    EXPECT_EQ(harness.counted().scripts.rows()[2].detail, "");
}

TEST_F(Attribution, LearnsFromScriptLoad)
{
    ask({"SCRIPT", "LOAD", "return 1"});
    EXPECT_EQ(ask({"EVALSHA", "e0e1f9fabfc9d4800c877a703b823ac0578ff8db", "0"}).script,
              "return 1 e0e1f9fa");
}

TEST_F(Attribution, TellsScriptsApartThatBeginWithTheSameLine)
{
    std::string const one = ask({"EVAL", "local x = 1\nreturn x", "0"}).script;
    std::string const two = ask({"EVAL", "local x = 1\nreturn 2", "0"}).script;
    EXPECT_TRUE(one.starts_with("local x = 1 ")) << one;
    EXPECT_NE(one, two);
}

// Whoever makes up scripts does not push out BullMQ's, and is no worker.
TEST_F(Attribution, HasPlacesLeftForBullmqsScripts)
{
    for (int i = 0; i < 300; ++i)
        ask({"EVAL", "return " + std::to_string(i), "1", "bull:notify:wait"});
    EXPECT_EQ(ask({"EVAL", "return 'new'", "1", "bull:notify:wait"}).script, "__overflow__");
    EXPECT_EQ(harness.counted().queues.of(2).workers.sign_ns, 0U);
    EXPECT_EQ(ask({"EVALSHA", move_to_active, "1", "bull:notify:wait"}).script, "moveToActive");
    EXPECT_NE(harness.counted().queues.of(2).workers.sign_ns, 0U);
    ask({"EVAL", "return 'other'", "1", "bull:submit:wait"});
    EXPECT_EQ(harness.counted().queues.of(3).workers.sign_ns, 0U);
}

TEST_F(Attribution, CallsUnknownScriptsByTheirDigest)
{
    EXPECT_EQ(ask({"EVALSHA", "0123456789012345678901234567890123456789", "0"}).script, "01234567");
    EXPECT_EQ(ask({"EVALSHA", "nonsense", "0"}).script, "");
}

TEST_F(Attribution, CallsFunctionsByTheirName)
{
    EXPECT_EQ(ask({"FCALL", "my_function", "1", "iad:john"}).script, "my_function");
    EXPECT_EQ(seen.seen.back().family, "iad:*");
}

TEST_F(Attribution, FindsTheQueueOfOrdinaryCommands)
{
    EXPECT_EQ(ask({"BZPOPMIN", "bull:submit:marker", "5"}).queue, "submit");
    EXPECT_EQ(ask({"XREAD", "BLOCK", "10000", "STREAMS", "bull:export:events", "$"}).queue,
              "export");
    EXPECT_EQ(ask({"HGETALL", "bull:notify:17"}).queue, "notify");
    EXPECT_EQ(seen.seen.back().family, "bull:notify:*");
    EXPECT_EQ(ask({"GET", "bull:x"}).queue, "");
    EXPECT_EQ(seen.seen.back().family, "bull:*");
}

TEST_F(Attribution, LearnsThePrefixOfQueues)
{
    EXPECT_EQ(ask({"HGETALL", "ee:jobs:notify:17"}).queue, "");
    EXPECT_EQ(ask({"BZPOPMIN", "ee:jobs:notify:marker", "5"}).queue, "notify");
    EXPECT_EQ(ask({"HGETALL", "ee:jobs:notify:17"}).queue, "notify");
    EXPECT_EQ(ask({"BZPOPMIN", "somebody:elses:zset", "5"}).queue, "");
}

TEST_F(Attribution, TellsQueuesOfTwoPrefixesApart)
{
    ask({"BZPOPMIN", "bull:notify:marker", "5"});
    EXPECT_EQ(ask({"BZPOPMIN", "other:notify:marker", "5"}).queue, "other:notify");
}

TEST_F(Attribution, MasksKeys)
{
    EXPECT_EQ(ask({"GET", "iam:john@example.com:h:aa"}).family, "iam:*:h:*");
    EXPECT_EQ(ask({"PING"}).family, "");
    EXPECT_EQ(ask({"EVAL", "return 1", "0"}).family, "");
}

TEST_F(Attribution, WorksForInlineRequests)
{
    harness.client("GET iad:john\r\n");
    harness.upstream("$-1\r\n");
    EXPECT_EQ(seen.seen.back().family, "iad:*");
}

TEST_F(Attribution, CountsByQueueScriptAndFamily)
{
    ask({"EVALSHA", move_to_active, "1", "bull:notify:wait"}, "$3\r\nabc\r\n");
    ask({"EVALSHA", move_to_active, "1", "bull:notify:wait"}, "-ERR no\r\n");
    for (auto const* of :
         {&harness.counted().scripts, &harness.counted().queues, &harness.counted().families}) {
        ASSERT_EQ(of->rows().size(), 2U);
        EXPECT_EQ(of->rows()[1].calls, 2U);
        EXPECT_EQ(of->rows()[1].errors, 1U);
        EXPECT_EQ(of->rows()[1].reply_bytes, 18U);
    }
}

TEST_F(Attribution, FollowsTheWorkersOfAQueue)
{
    auto const& workers = [this]() -> stats::worker_pulse const& {
        return harness.counted().queues.rows()[1].workers;
    };
    harness.core().set_now(100);
    harness.client(request_of({"BZPOPMIN", "bull:notify:marker", "5"}));
    EXPECT_EQ(workers().waiting, 1U);
    EXPECT_EQ(workers().sign_ns, 100U);
    harness.now_ns = 2'000;
    harness.upstream("*-1\r\n");
    EXPECT_EQ(workers().waiting, 0U);
    EXPECT_EQ(workers().sign_ns, 2'000U);

    ask({"EVALSHA", move_to_active, "1", "bull:notify:wait"},
        "$100\r\n" + std::string(100, 'x') + "\r\n");
    EXPECT_TRUE(workers().busy);
    harness.core().set_now(5'000);
    ask({"HGETALL", "bull:notify:17"});
    EXPECT_EQ(workers().request_ns, 5'000U);
    EXPECT_EQ(workers().sign_ns, 2'000U);
}

TEST_F(Attribution, ForgetsAWorkerWhoseConnectionEnds)
{
    harness.client(request_of({"BZPOPMIN", "bull:notify:marker", "5"}));
    harness.core().abandon(1);
    EXPECT_EQ(harness.counted().queues.rows()[1].workers.waiting, 0U);
}

}  // namespace
}  // namespace respguard::relay
