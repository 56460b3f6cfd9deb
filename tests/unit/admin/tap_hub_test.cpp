#include "respguard/admin/tap_hub.hpp"

#include <gtest/gtest.h>

namespace respguard::admin {
namespace {

class TapHub : public testing::Test {
protected:
    std::vector<std::shared_ptr<stats::tap>> listening;
    tap_hub hub{tap_hub::shards{2, [this](auto const& made) { listening.push_back(made); },
                                [this](auto const& ended) { std::erase(listening, ended); }}};
};

TEST_F(TapHub, TellsTheShardsWhoListens)
{
    auto const first = hub.open({}, true);
    auto const second = hub.open({}, false);
    ASSERT_TRUE(first && second);
    EXPECT_TRUE(first->shows_keys());
    EXPECT_EQ(listening.size(), 2U);
    EXPECT_EQ(hub.counts().open_now, 2U);
    hub.close(first);
    hub.close(first);
    EXPECT_EQ(listening, std::vector{second});
    EXPECT_EQ(hub.counts().open_now, 1U);
}

TEST_F(TapHub, ShowsNoKeysWhereTheyAreHidden)
{
    hub.may_show_keys = false;
    EXPECT_FALSE(hub.open({}, true)->shows_keys());
}

TEST_F(TapHub, AllowsOnlyWhatHasNothingToDoWithKeysOnceTheyAreHidden)
{
    stats::tap_filter by_key;
    by_key.key = *glob::parse("mine:*");
    auto const plain = hub.open({}, false);
    auto const showing = hub.open({}, true);
    auto const asking = hub.open(by_key, false);
    EXPECT_TRUE(hub.allows(*plain) && hub.allows(*showing) && hub.allows(*asking));
    hub.may_show_keys = false;
    EXPECT_TRUE(hub.allows(*plain));
    EXPECT_FALSE(hub.allows(*showing));
    EXPECT_FALSE(hub.allows(*asking)) << "its patterns would find the keys out";
}

TEST_F(TapHub, OpensOnlySoMany)
{
    for (std::size_t i = 0; i < tap_hub::taps_max; ++i)
        EXPECT_TRUE(hub.open({}, false));
    EXPECT_FALSE(hub.open({}, false));
    EXPECT_FALSE(tap_hub().open({}, false)) << "nobody to listen to";
}

TEST_F(TapHub, AddsUpWhatWasDroppedAlsoOfThoseThatAreClosed)
{
    auto const first = hub.open({}, false);
    stats::shard_tap listener(first, 1, [](std::uint16_t) { return std::string_view(); });
    for (std::size_t i = 0; i < (1U << stats::tap::ring_size_log2) + 3; ++i)
        listener.on_finished({});
    hub.count_told(9);
    EXPECT_EQ(hub.counts().dropped, 3U);
    hub.close(first);
    EXPECT_EQ(hub.counts().dropped, 3U);
    EXPECT_EQ(hub.counts().told, 9U);
}

}  // namespace
}  // namespace respguard::admin
