#include "respguard/stats/tap_filter.hpp"

#include <gtest/gtest.h>

namespace respguard::stats {
namespace {

constexpr byte_view request = "*3\r\n$4\r\nMGET\r\n$5\r\niam:1\r\n$5\r\niah:2\r\n";

finished_command sample()
{
    finished_command what;
    what.client = {7, "10.0.0.5:51234", "bull:notify", "ops", 8};
    what.command = command::find("mget");
    what.script = "moveToActive-11";
    what.queue = "bull:notify";
    what.request_bytes = 100;
    what.reply_bytes = 5'000;
    what.round_trip_ns = 3'000'000;
    what.request = request;
    return what;
}

glob pattern(std::string_view text) { return *glob::parse(text, letter_case::matters); }

TEST(TapFilter, TakesEverythingWhenNothingIsAsked) { EXPECT_TRUE(tap_filter{}.takes(sample())); }

TEST(TapFilter, LooksAtWhoSendsIt)
{
    tap_filter filter;
    filter.client = pattern("10.0.0.*");
    EXPECT_TRUE(filter.takes(sample()));
    filter.client = pattern("bull:*");
    EXPECT_TRUE(filter.takes(sample())) << "by name";
    filter.client = pattern("10.0.1.*");
    EXPECT_FALSE(filter.takes(sample()));
    filter = {};
    filter.user = pattern("ops");
    filter.db = 8;
    EXPECT_TRUE(filter.takes(sample()));
    filter.db = 0;
    EXPECT_FALSE(filter.takes(sample()));
}

TEST(TapFilter, CallsWhoeverHasNotAuthenticatedDefault)
{
    tap_filter filter;
    filter.user = pattern("default");
    auto what = sample();
    EXPECT_FALSE(filter.takes(what));
    what.client.user = {};
    EXPECT_TRUE(filter.takes(what));
}

TEST(TapFilter, LooksAtQueueScriptAndAnyKey)
{
    tap_filter filter;
    filter.queue = pattern("*:notify");
    filter.script = pattern("moveTo*");
    filter.key = pattern("iah:*");
    EXPECT_TRUE(filter.takes(sample()));
    filter.key = pattern("iad:*");
    EXPECT_FALSE(filter.takes(sample()));
    auto ping = sample();
    ping.command = command::find("ping");
    filter.key = pattern("*");
    EXPECT_FALSE(filter.takes(ping)) << "it has no key";
}

TEST(TapFilter, TakesCommandsByPatternsOfTheirNames)
{
    tap_filter filter;
    EXPECT_EQ(filter.only_commands("SET,mg*,config|*"), "");
    EXPECT_TRUE(filter.takes(sample()));
    auto what = sample();
    what.command = command::find("config|set");
    EXPECT_TRUE(filter.takes(what));
    what.command = command::find("get");
    EXPECT_FALSE(filter.takes(what));
    EXPECT_NE(tap_filter{}.only_commands("get,nonsense"), "");
    EXPECT_NE(tap_filter{}.only_commands("[a"), "");
}

TEST(TapFilter, HasLowerBoundsOfTimeAndBytes)
{
    tap_filter filter;
    filter.round_trip_ns = 3'000'000;
    filter.bytes = 5'000;
    EXPECT_TRUE(filter.takes(sample()));
    filter.bytes = 5'001;
    EXPECT_FALSE(filter.takes(sample()));
    filter.bytes = 0;
    filter.round_trip_ns = 3'000'001;
    EXPECT_FALSE(filter.takes(sample()));
    auto blocking = sample();
    blocking.blocking = true;
    blocking.round_trip_ns = 5'000'000'000;
    EXPECT_FALSE(filter.takes(blocking)) << "waiting is its purpose";
}

TEST(TapFilter, CanTakeOnlyErrorsOrWhatARuleMatched)
{
    tap_filter filter;
    filter.errors = true;
    auto what = sample();
    EXPECT_FALSE(filter.takes(what));
    what.outcome = command_outcome::rejected;
    EXPECT_TRUE(filter.takes(what));
    filter.rules = true;
    EXPECT_FALSE(filter.takes(what));
    what.rule = 0;
    EXPECT_TRUE(filter.takes(what));
}

}  // namespace
}  // namespace respguard::stats
