#include "respguard/stats/reconnects.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace respguard::stats {
namespace {

constexpr std::uint64_t reconnect_second = 1'000'000'000;

class Reconnects : public testing::Test {
protected:
    static ended_connection of(char const* host, std::uint64_t errors = 0, bool broken = false)
    {
        ended_connection made;
        made.host = host;
        made.client = "10.0.0.5:4000";
        made.by = "client";
        made.reason = "closed";
        made.age_ns = reconnect_second;
        made.errors = errors;
        made.broken = broken;
        return made;
    }

    std::vector<event> told_;
    reconnects reconnects_{[this](event what) { told_.push_back(std::move(what)); }};
};

TEST_F(Reconnects, AreToldAfterAFewThatEndedBehindErrors)
{
    for (std::uint64_t i = 0; i < reconnects::bad_min; ++i) {
        EXPECT_TRUE(told_.empty());
        reconnects_.on_closed(of("10.0.0.5", 1), (i + 1) * reconnect_second);
    }
    ASSERT_EQ(told_.size(), 1U);
    EXPECT_EQ(told_[0].type, event_type::reconnects);
    EXPECT_EQ(told_[0].reason,
              "5 connections from 10.0.0.5 ended within 4000 ms, none older than 10 s: 5 behind an "
              "error reply (ioredis reconnects on each), 0 broken off; the last by client "
              "(closed)");
    EXPECT_EQ(reconnects_.total(), 1U);
}

TEST_F(Reconnects, AreToldOnceInTenMinutes)
{
    for (std::uint64_t i = 0; i < 300; ++i)
        reconnects_.on_closed(of("10.0.0.5", 0, true), (i + 1) * reconnect_second);
    EXPECT_EQ(told_.size(), 1U);
    for (std::uint64_t i = 700; i < 710; ++i)
        reconnects_.on_closed(of("10.0.0.5", 0, true), i * reconnect_second);
    EXPECT_EQ(told_.size(), 2U);
}

TEST_F(Reconnects, AreNotThoseThatComeSeldomOrLiveLongOrGoInOrder)
{
    for (std::uint64_t i = 0; i < 20; ++i)
        reconnects_.on_closed(of("10.0.0.5", 1), (i + 1) * 20 * reconnect_second);
    auto old = of("10.0.0.6", 1);
    old.age_ns = 3'600 * reconnect_second;
    for (std::uint64_t i = 0; i < 34; ++i)
        reconnects_.on_closed(old, reconnect_second);
    for (std::uint64_t i = 0; i < reconnects::any_min - 1; ++i)
        reconnects_.on_closed(of("10.0.0.7"), reconnect_second);
    EXPECT_TRUE(told_.empty());
    reconnects_.on_closed(of("10.0.0.7"), reconnect_second);
    EXPECT_EQ(told_.size(), 1U) << "that many are told though nothing is wrong with each";
}

TEST_F(Reconnects, ForgetTheOldestOfTooManyAddresses)
{
    for (std::uint64_t i = 0; i < 4 * reconnects::hosts_max; ++i) {
        auto const host = std::to_string(i);
        reconnects_.on_closed(of(host.c_str(), 1), reconnect_second + i);
    }
    for (std::uint64_t i = 0; i < reconnects::bad_min; ++i)
        reconnects_.on_closed(of("10.0.0.5", 1), 2 * reconnect_second);
    EXPECT_EQ(told_.size(), 1U);
}

}  // namespace
}  // namespace respguard::stats
