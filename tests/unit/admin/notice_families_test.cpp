#include <gtest/gtest.h>

#include <map>
#include <string>

#include "admin/notice_families.hpp"

namespace respguard::admin {
namespace {

stats::notice_counts some_notices()
{
    stats::notice_counts counts;
    counts.near_requests = {1, 2};
    counts.near_replies = {3, 4};
    counts.overdue_now = 5;
    counts.overdue_total = 6;
    counts.unanswered_writes_total = 7;
    counts.reconnects_total = 8;
    return counts;
}

TEST(NoticeFamilies, HoldEveryCount)
{
    std::vector<prometheus::MetricFamily> families;
    append_notices(families, some_notices());
    std::map<std::string, double> values;
    for (auto const& family : families) {
        for (auto const& metric : family.metric) {
            std::string key = family.name;
            for (auto const& label : metric.label)
                key += "/" + label.value;
            values[key] = metric.counter.value + metric.gauge.value;
        }
    }
    std::map<std::string, double> const wanted{{"respguard_near_limit_total/request/80", 1},
                                               {"respguard_near_limit_total/request/50", 2},
                                               {"respguard_near_limit_total/reply/80", 3},
                                               {"respguard_near_limit_total/reply/50", 4},
                                               {"respguard_overdue_commands", 5},
                                               {"respguard_commands_overdue_total", 6},
                                               {"respguard_unanswered_writes_total", 7},
                                               {"respguard_reconnect_storms_total", 8}};
    EXPECT_EQ(values, wanted);
}

TEST(NoticesJson, HoldsEveryCount)
{
    EXPECT_EQ(notices_json(some_notices()),
              boost::json::object(
                  {{"near_limit_requests", {{"over_80_percent", 1U}, {"over_50_percent", 2U}}},
                   {"near_limit_replies", {{"over_80_percent", 3U}, {"over_50_percent", 4U}}},
                   {"overdue_commands", 5U},
                   {"overdue_commands_total", 6U},
                   {"unanswered_writes_total", 7U},
                   {"reconnect_storms_total", 8U}}));
}

TEST(NoticeCounts, AreSummedOverShards)
{
    auto sum = some_notices();
    sum += some_notices();
    EXPECT_EQ(sum.near_replies[1], 8U);
    EXPECT_EQ(sum.overdue_now, 10U);
    EXPECT_EQ(sum.reconnects_total, 16U);
}

}  // namespace
}  // namespace respguard::admin
