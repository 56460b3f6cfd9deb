#include "respguard/stats/hot_keys.hpp"

#include <gtest/gtest.h>

#include <string>

namespace respguard::stats {
namespace {

constexpr std::uint64_t second = 1'000'000'000;

class HotKeys : public testing::Test {
protected:
    static std::string mget(std::string_view a, std::string_view b)
    {
        std::string out = "*3\r\n$4\r\nMGET\r\n";
        for (auto const key : {a, b})
            out += "$" + std::to_string(key.size()) + "\r\n" + std::string(key) + "\r\n";
        return out;
    }

    void use(std::string_view a, std::string_view b, std::uint64_t at_ns = 0,
             command_outcome outcome = command_outcome::ok)
    {
        finished_command what;
        what.at_ns = at_ns;
        what.outcome = outcome;
        what.command = command::find("mget");
        what.family = "iam:*";
        auto const request = mget(a, b);
        what.request = request;
        watch.tell(what);
    }

    command_watch watch;
};

TEST_F(HotKeys, CountsEveryKeyOfEveryAnsweredCommand)
{
    hot_keys hot(watch, {2, false}, 0);
    EXPECT_TRUE(watch.wanted().everything);
    use("iam:1", "iam:2");
    use("iam:1", "iam:3", 0, command_outcome::error);
    use("iam:1", "iam:4", 0, command_outcome::rejected);
    auto const seen = hot.counts(1).counted;
    ASSERT_EQ(seen.rows.size(), 3U);
    EXPECT_EQ(seen.rows[0].text, "iam:1");
    EXPECT_EQ(seen.rows[0].uses, 2U);
    EXPECT_EQ(seen.uses, 4U);
}

TEST_F(HotKeys, KeepsFamiliesOnlyWhereKeysAreHidden)
{
    hot_keys hot(watch, {2, true}, 0);
    use("iam:1", "iam:2");
    use("iam:3", "iam:4");
    auto const seen = hot.counts(1).counted;
    ASSERT_EQ(seen.rows.size(), 1U);
    EXPECT_EQ(seen.rows[0].text, "iam:*");
    EXPECT_EQ(seen.rows[0].uses, 2U);
}

TEST_F(HotKeys, ForgetsWhatIsOlderThanTwoPeriods)
{
    hot_keys hot(watch, {2, false}, 0);
    use("a", "b", 1 * second);
    use("c", "d", 31 * second);
    EXPECT_EQ(hot.counts(32 * second).counted.rows.size(), 4U);
    EXPECT_EQ(hot.counts(32 * second).period_ns, 32 * second);
    auto const later = hot.counts(62 * second);
    EXPECT_EQ(later.counted.rows.size(), 2U);
    EXPECT_EQ(later.period_ns, 31 * second);
    EXPECT_TRUE(hot.counts(200 * second).counted.rows.empty());
}

TEST_F(HotKeys, LeavesTheWatchWhenItEnds)
{
    {
        hot_keys const hot(watch, {2, false}, 0);
    }
    EXPECT_FALSE(watch.wanted().everything);
}

TEST_F(HotKeys, OfAllShardsAreAddedUp)
{
    hot_key_counts all;
    {
        hot_keys hot(watch, {2, false}, 0);
        use("a", "b");
        all.merge(hot.counts(1));
        all.merge(hot.counts(5));
    }
    EXPECT_EQ(all.settings.shown, 2U);
    EXPECT_EQ(all.counted.uses, 4U);
    EXPECT_EQ(all.counted.rows.at(0).uses, 2U);
    EXPECT_EQ(all.period_ns, 5U);
}

}  // namespace
}  // namespace respguard::stats
