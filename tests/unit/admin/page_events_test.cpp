#include <gtest/gtest.h>

#include "admin/page_events.hpp"
#include "sample_report.hpp"

namespace respguard::admin {
namespace {

constexpr std::uint64_t page_now = 1'700'000'065'000'000'000;

TEST(PageEvents, ShowsTheNewestFirst)
{
    auto const rows = page_events(sample_report().recent_events, page_now);
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0].at("title").as_string(), "Redis back");
    EXPECT_EQ(rows[0].at("what").as_string(), "redis://127.0.0.1:6379/8");
    EXPECT_EQ(rows[1].at("ago").as_string(), "1 min 5 s");
    EXPECT_EQ(rows[1].at("what").as_string(),
              "config|set: reject by no-eviction, 3 more since the last one");
    EXPECT_EQ(rows[1].at("title_class").as_string(), "bad");
}

TEST(PageEvents, EveryTypeHasATitle)
{
    for (std::size_t i = 0; i < stats::event_type_names.size(); ++i) {
        stats::event what;
        what.type = static_cast<stats::event_type>(i);
        EXPECT_FALSE(page_events({what}, page_now)[0].at("title").as_string().empty());
    }
}

}  // namespace
}  // namespace respguard::admin
