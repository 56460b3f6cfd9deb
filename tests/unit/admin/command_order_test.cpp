#include "respguard/command/command_table.hpp"

#include <gtest/gtest.h>

#include <string_view>

#include "admin/command_order.hpp"

namespace respguard::admin {
namespace {

TEST(CommandOrder, ShowsTheBusiestFirstAndOnlyWhatWasSeen)
{
    stats::shard_stats stats(0);
    stats.of(command::find("get")).calls = 1;
    stats.of(command::find("set")).calls = 9;
    stats.of(command::find("flushall")).rejected = 2;
    stats.of(command::find("config|set")).rejected = 7;
    stats.of(command::find("del")).calls = 1;
    stats.of(command::other).calls = 5;
    std::vector<std::string_view> names;
    for (auto const& row : commands_by_calls(stats))
        names.push_back(row.name);
    std::vector<std::string_view> const wanted{"set", "other",      "del",
                                               "get", "config|set", "flushall"};
    EXPECT_EQ(names, wanted);
}

TEST(CommandOrder, OfNothingIsEmpty)
{
    EXPECT_TRUE(commands_by_calls(stats::shard_stats(0)).empty());
}

}  // namespace
}  // namespace respguard::admin
