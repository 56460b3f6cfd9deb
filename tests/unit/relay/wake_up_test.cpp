// Several sessions with something to do in one wake-up.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/wire.hpp"
#include "unit/policy/judging.hpp"
#include "unit/relay/session_bench.hpp"

namespace respguard::relay {
namespace {

using policy::test::compiled;
using policy::test::rule;
using test::peer;
using test::request;
using test::session_bench;
using namespace std::chrono_literals;

struct pair {
    peer* client;
    peer* upstream;
};

/// Sessions that are all in step: each has relayed a command.
std::vector<pair> connected(session_bench& bench, std::size_t count)
{
    std::vector<pair> made;
    for (std::size_t i = 0; i < count; ++i) {
        peer& client = bench.connect();
        peer& upstream = bench.accept();
        client.send(request({"PING"}));
        bench.run_until_received(upstream, request({"PING"}));
        upstream.send("+PONG\r\n");
        bench.run_until_received(client, "+PONG\r\n");
        made.push_back({&client, &upstream});
    }
    return made;
}

std::string number(std::size_t i) { return std::to_string(i); }

TEST(WakeUp, EachGetsItsOwnThoughMoreAreReadyThanFit)
{
    session_bench bench;
    auto const all = connected(bench, 80);
    for (int round = 0; round < 3; ++round) {
        for (std::size_t i = 0; i < all.size(); ++i)
            all[i].client->send(request({"GET", number(i)}));
        for (std::size_t i = 0; i < all.size(); ++i)
            bench.run_until_received(*all[i].upstream, request({"GET", number(i)}));
        for (std::size_t i = 0; i < all.size(); ++i)
            all[i].upstream->send(test::bulk(number(i)));
        for (std::size_t i = 0; i < all.size(); ++i)
            bench.run_until_received(*all[i].client, test::bulk(number(i)));
    }
}

TEST(WakeUp, BothDirectionsOfASessionAtOnce)
{
    session_bench bench;
    auto const all = connected(bench, 10);
    for (auto const& each : all)
        each.client->send(request({"GET", "a"}));
    for (auto const& each : all)
        bench.run_until_received(*each.upstream, request({"GET", "a"}));
    for (auto const& each : all) {
        each.upstream->send("$1\r\nx\r\n");
        each.client->send(request({"GET", "b"}));
    }
    for (auto const& each : all) {
        bench.run_until_received(*each.client, "$1\r\nx\r\n");
        bench.run_until_received(*each.upstream, request({"GET", "b"}));
    }
}

TEST(WakeUp, LargeReadsOfManySessionsKeepTheirPlaces)
{
    session_bench bench;
    auto const all = connected(bench, 6);
    std::vector<std::string> sent;
    for (std::size_t i = 0; i < all.size(); ++i) {
        std::string pipeline;
        for (int k = 0; k < 500; ++k)
            pipeline += request({"SET", number(i), std::string(150, static_cast<char>('a' + i))});
        sent.push_back(pipeline);
        all[i].client->send(pipeline);
    }
    for (std::size_t i = 0; i < all.size(); ++i)
        bench.run_until_received(*all[i].upstream, sent[i]);
}

TEST(WakeUp, WhoEndsInTheMiddleTakesNothingFromTheOthers)
{
    session_bench bench;
    auto const all = connected(bench, 12);
    for (std::size_t i = 0; i < all.size(); ++i) {
        all[i].client->send(request({"GET", number(i)}));
        if (i % 3 == 0) all[i].client->reset();
        if (i % 3 == 1) all[i].upstream->reset();
    }
    for (std::size_t i = 2; i < all.size(); i += 3) {
        bench.run_until_received(*all[i].upstream, request({"GET", number(i)}));
        all[i].upstream->send(test::bulk(number(i)));
        bench.run_until_received(*all[i].client, test::bulk(number(i)));
    }
    bench.run_until_closed(8);
}

// A refusal is written by the session itself, a reply with those of the others: in their order.
TEST(WakeUp, AnErrorOfOursStaysBehindTheRepliesBeforeIt)
{
    relay_settings settings;
    settings.barrier = 0ms;
    session_bench bench(settings,
                        compiled({rule("no-flush", {"flushall"}, policy::action::reject)}));
    auto const all = connected(bench, 5);
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
TEST(WakeUp, AJudgedReplyIsToldOfTheClientThatGetsIt)
{
    auto large = rule("large", {}, policy::action::alert);
    large.match.reply_bytes_over = 100;
    session_bench bench({}, compiled({large}));
    auto const all = connected(bench, 2);
    std::string const address = bench.group.snapshot().clients.at(0).address;
    all[0].client->send(request({"GET", "a"}));
    bench.run_until_received(*all[0].upstream, request({"GET", "a"}));
    all[0].upstream->send(test::bulk(std::string(200, 'v')));
    bench.run_until_received(*all[0].client, test::bulk(std::string(200, 'v')));
    ASSERT_EQ(bench.events.judged_clients.size(), 1U);
    EXPECT_EQ(bench.events.judged_clients.front(), address);
}

}  // namespace
}  // namespace respguard::relay
