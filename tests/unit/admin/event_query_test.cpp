#include <gtest/gtest.h>

#include <string>

#include "admin/event_query.hpp"

namespace respguard::admin {
namespace {

constexpr std::uint64_t query_now = 1'700'000'000'000'000'000;

parsed<event_query> query_of(std::string const& query)
{
    request_head head;
    head.target("/events" + query);
    return read_event_query(head, "77", query_now);
}

TEST(EventQuery, WithoutOneEverythingIsWanted)
{
    auto const read = query_of("");
    ASSERT_TRUE(read);
    EXPECT_FALSE(read->says_since);
    EXPECT_EQ(read->which.types, ~std::uint32_t{0});
    EXPECT_GT(read->limit, 1'000'000U);
}

TEST(EventQuery, TakesAnIdOfThisRun)
{
    EXPECT_EQ(query_of("?since=12")->which.after_id, 12U);
    EXPECT_EQ(query_of("?since=77-12")->which.after_id, 12U);
    EXPECT_EQ(query_of("?since=76-12")->which.after_id, 0U) << "of an earlier run: all are new";
    EXPECT_TRUE(query_of("?since=0")->says_since);
}

TEST(EventQuery, TakesADuration)
{
    auto const read = query_of("?since=10m");
    ASSERT_TRUE(read);
    EXPECT_EQ(read->which.from_unix_ns, query_now - 600'000'000'000);
    EXPECT_EQ(read->which.after_id, 0U);
}

TEST(EventQuery, TakesTypesAndALimit)
{
    auto const read = query_of("?type=storm,reload&limit=5");
    ASSERT_TRUE(read);
    EXPECT_EQ(read->limit, 5U);
    stats::event what;
    what.id = 1;
    EXPECT_FALSE(read->which.takes(what));
    what.type = stats::event_type::reload;
    EXPECT_TRUE(read->which.takes(what));
}

TEST(EventQuery, SaysWhatIsWrong)
{
    EXPECT_EQ(query_of("?since=yesterday").error().text,
              "since is the id of an event, or a duration such as 10m");
    EXPECT_EQ(query_of("?limit=0").error().text, "limit is a number, 1 or more");
    EXPECT_EQ(query_of("?limit=5x").error().text, "limit is a number, 1 or more");
    EXPECT_TRUE(
        query_of("?type=storm,")
            .error()
            .text.starts_with(
                "type is one or several (with commas between) of: rule_hit storm upstream_lost"));
    EXPECT_EQ(query_of("?limit=1&limit=2").error().text, "limit is there twice");
    EXPECT_EQ(query_of("?a=b&limit=1&limit=2").error().text, "limit is there twice");
    EXPECT_TRUE(query_of("?a=b&limit=1"));
}

}  // namespace
}  // namespace respguard::admin
