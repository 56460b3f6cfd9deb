// Sessions that leave the step of the others.
#include <gtest/gtest.h>

#include <string>

#include "support/wire.hpp"
#include "unit/policy/judging.hpp"
#include "unit/relay/session_bench.hpp"

namespace respguard::relay {
namespace {

using policy::test::compiled;
using policy::test::rule;
using test::connected_in_step;
using test::request;
using test::session_bench;
using namespace std::chrono_literals;

TEST(SessionWaking, WhoEndsInTheMiddleTakesNothingFromTheOthers)
{
    session_bench bench;
    auto const all = connected_in_step(bench, 12);
    for (std::size_t i = 0; i < all.size(); ++i) {
        all[i].client->send(request({"GET", std::to_string(i)}));
        if (i % 3 == 0) all[i].client->reset();
        if (i % 3 == 1) all[i].upstream->reset();
    }
    for (std::size_t i = 2; i < all.size(); i += 3) {
        bench.run_until_received(*all[i].upstream, request({"GET", std::to_string(i)}));
        all[i].upstream->send(test::bulk(std::to_string(i)));
        bench.run_until_received(*all[i].client, test::bulk(std::to_string(i)));
    }
    bench.run_until_closed(8);
}

// A refusal is written by the session itself, a reply with those of the others: in their order.
TEST(SessionWaking, AnErrorOfOursStaysBehindTheRepliesBeforeIt)
{
    relay_settings settings;
    settings.barrier = 0ms;
    session_bench bench(settings,
                        compiled({rule("no-flush", {"flushall"}, policy::action::reject)}));
    auto const all = connected_in_step(bench, 5);
    for (auto const& each : all)
        each.client->send(request({"GET", "a"}));
    for (auto const& each : all)
        bench.run_until_received(*each.upstream, request({"GET", "a"}));
    for (auto const& each : all) {
        each.upstream->send("$1\r\nx\r\n");
        each.client->send(request({"FLUSHALL"}));
    }
    std::string const refused =
        "-ERR respguard: command 'flushall' denied by policy (rule=no-flush)\r\n";
    for (auto const& each : all)
        bench.run_until_received(*each.client, "$1\r\nx\r\n" + refused);
}

// Reported late, the next session would have been the one.
TEST(SessionWaking, AJudgedReplyIsToldOfTheClientThatGetsIt)
{
    auto large = rule("large", {}, policy::action::alert);
    large.match.reply_bytes_over = 100;
    session_bench bench({}, compiled({large}));
    auto const all = connected_in_step(bench, 2);
    std::string const address = bench.group.snapshot().clients.at(0).address;
    all[0].client->send(request({"GET", "a"}));
    bench.run_until_received(*all[0].upstream, request({"GET", "a"}));
    all[0].upstream->send(test::bulk(std::string(200, 'v')));
    bench.run_until_received(*all[0].client, test::bulk(std::string(200, 'v')));
    ASSERT_EQ(bench.events.judged_clients.size(), 1U);
    EXPECT_EQ(bench.events.judged_clients.front(), address);
}

// Upstream hangs up before it was asked for anything: that is no reason to lose a client, nor what
// it sends in that moment.
TEST(SessionWaking, WhatComesWithTheEndOfAnUnusedUpstreamIsForTheNext)
{
    session_bench bench;
    auto& client = bench.connect();
    auto& first = bench.accept();
    bench.run_until([&] { return bench.stats.counters.upstream_connects_total == 1; });
    first.close();
    client.send(request({"GET", "a"}));
    auto& second = bench.accept();
    bench.run_until_received(second, request({"GET", "a"}));
    second.send("$1\r\nx\r\n");
    bench.run_until_received(client, "$1\r\nx\r\n");
}

// In step, both sides are read before either is looked at.
TEST(SessionWaking, WhatWasReadWithTheEndOfAnUnusedUpstreamIsForTheNext)
{
    relay_settings settings;
    settings.barrier = 0ms;
    session_bench bench(settings,
                        compiled({rule("no-flush", {"flushall"}, policy::action::reject)}));
    auto& client = bench.connect();
    auto& first = bench.accept();
    client.send(request({"FLUSHALL"}));
    bench.run_until_received(
        client, "-ERR respguard: command 'flushall' denied by policy (rule=no-flush)\r\n");
    bench.run_for(1ms);  // Whoever had an event last is told last.
    first.close();
    client.send(request({"GET", "a"}));
    auto& second = bench.accept();
    bench.run_until_received(second, request({"GET", "a"}));
    second.send("$1\r\nx\r\n");
    bench.run_until_received(client, "$1\r\nx\r\n");
}

// The error is not shown, so nothing but the replies in front of it says that it is over.
TEST(SessionWaking, WhatWaitsBehindASilentRefusalGoesOnWithTheRepliesReadTogether)
{
    session_bench bench({}, compiled({rule("no-flush", {"flushall"}, policy::action::reject)}));
    auto const one = connected_in_step(bench, 1).front();
    std::string const reply_on = request({"CLIENT", "REPLY", "ON"});
    one.client->send(request({"GET", "a"}) + request({"CLIENT", "REPLY", "OFF"}));
    bench.run_until_received(*one.upstream, request({"GET", "a"}) + reply_on);
    one.client->send(request({"FLUSHALL"}) + request({"SET", "a", "1"}));
    one.upstream->send("$1\r\nx\r\n+OK\r\n");
    bench.run_until_received(*one.upstream, request({"SET", "a", "1"}));
    bench.run_until_received(*one.client, "$1\r\nx\r\n");
}

}  // namespace
}  // namespace respguard::relay
