#include "respguard/stats/heavy_hitters.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>

namespace respguard::stats {
namespace {

TEST(HeavyHitters, CountsExactlyWhileThereIsRoom)
{
    heavy_hitters counted(3);
    for (char const* text : {"a", "b", "a", "c", "a", "b"})
        counted.add(text);
    auto const seen = counted.counts();
    ASSERT_EQ(seen.rows.size(), 3U);
    EXPECT_EQ(seen.uses, 6U);
    EXPECT_EQ(seen.rows[0].text, "a");
    EXPECT_EQ(seen.rows[0].uses, 3U);
    EXPECT_EQ(seen.rows[1].uses, 2U);
    EXPECT_EQ(seen.rows[2].uses_error, 0U);
    EXPECT_EQ(seen.unseen_max, 1U);
}

TEST(HeavyHitters, GivesTheLeastUsedPlaceToWhatIsNew)
{
    heavy_hitters counted(2);
    for (char const* text : {"a", "a", "b", "c"})
        counted.add(text);
    auto const seen = counted.counts();
    ASSERT_EQ(seen.rows.size(), 2U);
    EXPECT_EQ(seen.rows[0].text, "a");
    EXPECT_EQ(seen.rows[1].text, "c");
    EXPECT_EQ(seen.rows[1].uses, 2U) << "its own and that of b";
    EXPECT_EQ(seen.rows[1].uses_error, 1U);
}

TEST(HeavyHitters, IsNeverTooLowAndNeverOffByMoreThanItSays)
{
    constexpr std::size_t counters = 50;
    heavy_hitters counted(counters);
    std::map<std::string, std::uint64_t> exact;
    std::mt19937 random(7);
    // Half of it on ten texts, the rest on as many as there are.
    for (int i = 0; i < 20'000; ++i) {
        bool const hot = random() % 2 == 0;
        auto const text = (hot ? "hot" : "cold") + std::to_string(random() % (hot ? 10 : 5'000));
        counted.add(text);
        ++exact[text];
    }
    auto const seen = counted.counts();
    EXPECT_EQ(seen.uses, 20'000U);
    EXPECT_LE(seen.unseen_max, seen.uses / counters);
    std::map<std::string, std::uint64_t> shown;
    for (auto const& row : seen.rows) {
        shown[row.text] = row.uses;
        EXPECT_GE(row.uses, exact[row.text]) << row.text;
        EXPECT_LE(row.uses - row.uses_error, exact[row.text]) << row.text;
    }
    for (auto const& [text, uses] : exact) {
        bool const is_shown = shown.count(text) > 0;
        EXPECT_TRUE(is_shown || uses <= seen.uses / counters) << text;
    }
    for (std::size_t i = 0; i < 10; ++i)
        EXPECT_TRUE(seen.rows[i].text.starts_with("hot")) << i;
}

TEST(HeavyHitters, CutsLongTextsAndStillTellsThemApart)
{
    heavy_hitters counted(4);
    std::string const common(200, 'x');
    counted.add(common + "1");
    counted.add(common + "2");
    counted.add(common + "2");
    auto const seen = counted.counts();
    ASSERT_EQ(seen.rows.size(), 2U);
    EXPECT_EQ(seen.rows[0].text, std::string(heavy_hitters::text_bytes_max, 'x'));
    EXPECT_EQ(seen.rows[0].uses, 2U);
}

TEST(HeavyHitters, BeginsAgainAfterClear)
{
    heavy_hitters counted(2);
    counted.add("a");
    counted.clear();
    EXPECT_TRUE(counted.counts().rows.empty());
    counted.add("b");
    EXPECT_EQ(counted.counts().rows.at(0).uses, 1U);
    EXPECT_EQ(counted.counts().uses, 1U);
}

TEST(HitterCounts, MergeAsIfTheyHadBeenCountedTogether)
{
    heavy_hitters one(2);
    heavy_hitters other(2);
    for (char const* text : {"a", "a", "a", "b"})
        one.add(text);
    for (char const* text : {"a", "c", "c", "c", "d"})
        other.add(text);
    auto both = one.counts();
    both.merge(other.counts());
    EXPECT_EQ(both.uses, 9U);
    EXPECT_EQ(both.unseen_max, 3U);  // 1 of one, 2 of the other.
    std::map<std::string, heavy_hitter> rows;
    for (auto const& row : both.rows)
        rows[row.text] = row;
    EXPECT_EQ(rows["a"].uses, 5U) << "the other one has lost it: it had no more than 2";
    EXPECT_EQ(rows["a"].uses_error, 2U);
    EXPECT_EQ(rows["c"].uses, 4U);
    EXPECT_EQ(rows["c"].uses_error, 1U);
    EXPECT_EQ(both.rows[0].text, "a");
}

}  // namespace
}  // namespace respguard::stats
