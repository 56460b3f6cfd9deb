#include "respguard/stats/large_requests.hpp"

#include <gtest/gtest.h>

namespace respguard::stats {
namespace {

TEST(LargeRequests, KeepsTheLargestOfEachName)
{
    large_requests seen;
    seen.add("notify", 20'000);
    seen.add("notify", 90'000);
    seen.add("notify", 30'000);
    seen.add("submit", 40'000);
    seen.add("", 50'000);
    ASSERT_EQ(seen.rows().size(), 2U);
    EXPECT_EQ(seen.rows()[0].bytes_max, 90'000U);
    EXPECT_EQ(seen.rows()[0].count, 3U);
}

TEST(LargeRequests, IsBoundedAndKeepsWhatIsLarger)
{
    large_requests seen;
    for (std::uint64_t i = 0; i < large_requests::names_max; ++i)
        seen.add("q" + std::to_string(i), 100 + i);
    seen.add("too small", 100);
    seen.add(std::string(1'000, 'x'), 5'000);
    EXPECT_EQ(seen.rows().size(), large_requests::names_max);
    EXPECT_EQ(seen.rows()[0].name, std::string(large_requests::name_bytes_max, 'x'));
    for (auto const& each : seen.rows())
        EXPECT_NE(each.name, "too small");
}

TEST(LargeRequests, SumsOverShards)
{
    large_requests one;
    large_requests two;
    one.add("notify", 20'000);
    two.add("notify", 30'000);
    one.merge(two);
    EXPECT_EQ(one.rows()[0].bytes_max, 30'000U);
    EXPECT_EQ(one.rows()[0].count, 2U);
}

}  // namespace
}  // namespace respguard::stats
