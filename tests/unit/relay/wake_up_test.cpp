// Several sessions with something to do in one wake-up.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/wire.hpp"
#include "unit/relay/session_bench.hpp"

namespace respguard::relay {
namespace {

using test::connected_in_step;
using test::request;
using test::session_bench;

std::string number(std::size_t i) { return std::to_string(i); }

TEST(WakeUp, EachGetsItsOwnThoughMoreAreReadyThanFit)
{
    session_bench bench;
    auto const all = connected_in_step(bench, 80);
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
    auto const all = connected_in_step(bench, 10);
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
    auto const all = connected_in_step(bench, 6);
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

}  // namespace
}  // namespace respguard::relay
