#include <gtest/gtest.h>

#include <string>

#include "admin/tap_query.hpp"

namespace respguard::admin {
namespace {

parsed<tap_query> tap_query_of(std::string const& query, bool may_show_keys = true)
{
    request_head head;
    head.target("/tap" + query);
    return read_tap_query(head, may_show_keys);
}

std::string problem_of(std::string const& query, bool may_show_keys = true)
{
    auto const read = tap_query_of(query, may_show_keys);
    return read ? "(none)" : read.error().text;
}

TEST(TapQuery, WithoutOneEverythingIsShownForEver)
{
    auto const read = tap_query_of("");
    ASSERT_TRUE(read);
    EXPECT_TRUE(read->filter.takes(stats::finished_command{}));
    EXPECT_EQ(read->filter.every, 1U);
    EXPECT_EQ(read->limit, 0U);
    EXPECT_EQ(read->time_limit.count(), 0);
    EXPECT_FALSE(read->shows_keys);
}

TEST(TapQuery, ReadsEveryParameter)
{
    auto const read =
        tap_query_of("?client=10.%2A&user=ops&db=8&command=get,config%7c*&key=iam:*&queue=bull:q&"
                     "script=move*&min_ms=2.5&min_bytes=1mb&errors=1&rules=1&every=100&limit=5&"
                     "for=10s&keys=1&");
    ASSERT_TRUE(read) << read.error().text;
    auto const& filter = read->filter;
    EXPECT_EQ(filter.client->text(), "10.*");
    EXPECT_EQ(filter.user->text(), "ops");
    EXPECT_EQ(filter.db, 8U);
    EXPECT_TRUE(filter.commands[command::find("config|set")]);
    EXPECT_FALSE(filter.commands[command::find("set")]);
    EXPECT_EQ(filter.key->text(), "iam:*");
    EXPECT_EQ(filter.queue->text(), "bull:q");
    EXPECT_EQ(filter.script->text(), "move*");
    EXPECT_EQ(filter.round_trip_ns, 2'500'000U);
    EXPECT_EQ(filter.bytes, 1'048'576U);
    EXPECT_TRUE(filter.errors && filter.rules && read->shows_keys);
    EXPECT_EQ(filter.every, 100U);
    EXPECT_EQ(read->limit, 5U);
    EXPECT_EQ(read->time_limit, std::chrono::seconds(10));
}

TEST(TapQuery, RefusesWhatItWouldNotApply)
{
    EXPECT_TRUE(problem_of("?comand=get").starts_with("there is: client user db command"));
    EXPECT_TRUE(problem_of("?errors").starts_with("there is:"));
    EXPECT_EQ(problem_of("?db=1&db=2"), "db is there twice");
    EXPECT_EQ(problem_of("?client=%4"), "client: holds a % that is not %25");
    EXPECT_EQ(problem_of("?db=x"), "db: is the number of a database");
    EXPECT_EQ(problem_of("?every=0"), "every: is a number, 1 or more");
    EXPECT_EQ(problem_of("?limit=0"), "limit: is a number, 1 or more");
    EXPECT_EQ(problem_of("?min_ms=-1"), "min_ms: is a number of milliseconds");
    EXPECT_EQ(problem_of("?min_ms=nan"), "min_ms: is a number of milliseconds");
    EXPECT_EQ(problem_of("?errors=yes"), "errors: is 1 or 0");
    EXPECT_NE(problem_of("?for=10"), "(none)");
    EXPECT_NE(problem_of("?for=0s"), "(none)");
    EXPECT_NE(problem_of("?min_bytes=big"), "(none)");
    EXPECT_NE(problem_of("?command=nonsense"), "(none)");
    EXPECT_NE(problem_of("?key=%5B"), "(none)");
    EXPECT_EQ(problem_of("?key=" + std::string(129, 'k')), "key: is longer than 128 bytes");
}

TEST(TapQuery, AsksForNoKeysWhereKeysAreHidden)
{
    EXPECT_NE(problem_of("?key=iam:1", false), "(none)") << "one could guess them";
    EXPECT_NE(problem_of("?keys=1", false), "(none)");
    EXPECT_EQ(problem_of("?keys=0&command=get", false), "(none)");
}

}  // namespace
}  // namespace respguard::admin
