#include <boost/json/array.hpp>
#include <gtest/gtest.h>

#include <memory>
#include <regex>
#include <set>
#include <string>
#include <utility>

#include "admin/page.hpp"
#include "sample_report.hpp"

namespace respguard::admin {
namespace {

constexpr std::uint64_t now_ns = 1'700'000'160'000'000'000;

std::string shown(stats::report const& report) { return page(report, "abc", now_ns); }

bool contains(std::string const& text, std::string_view part)
{
    return text.find(part) != std::string::npos;
}

void collect_names(boost::json::object const& values, std::set<std::string>& names)
{
    for (auto const& member : values) {
        names.emplace(member.key());
        if (auto const* const rows = member.value().if_array()) {
            for (auto const& row : *rows)
                collect_names(row.as_object(), names);
        }
    }
}

TEST(Page, FindsAValueForEveryTagAndUsesEveryValue)
{
    std::set<std::string> given;
    collect_names(page_values(sample_report(), "abc", now_ns), given);
    std::set<std::string> used;
    std::string const html(page_html());
    std::regex const tag(R"(\{\{[#^/]?(\w+)\}\})");
    for (std::sregex_iterator at(html.begin(), html.end(), tag), end; at != end; ++at) {
        used.insert((*at)[1]);
    }
    for (auto const& name : used)
        EXPECT_TRUE(given.contains(name)) << name << " has no value";
    for (auto const& name : given)
        EXPECT_TRUE(used.contains(name)) << name << " is not shown";
}

TEST(Page, LoadsNothingFromElsewhere)
{
    std::string const html(page_html());
    for (auto const* const part : {"http:", "https:", "src=", "url(", "@import", "//cdn"}) {
        EXPECT_FALSE(contains(html, part)) << part;
    }
}

TEST(Page, EscapesWhatPeersAndFilesSay)
{
    auto const html = shown(sample_report());
    EXPECT_FALSE(contains(html, hostile_text));
    EXPECT_FALSE(contains(html, "\x1b"));
    EXPECT_TRUE(contains(html, "&lt;script&gt;&quot;&#39;&amp;\\x1b[31m\\xff&lt;/script&gt;"));
}

TEST(Page, ShowsTheStateTheCommandsAndTheRules)
{
    auto const html = shown(sample_report());
    for (auto const* const part :
         {"redis://127.0.0.1:6379/8 answers", "rules enforced", "<code>config|set</code>",
          "<code>bzpopmin</code>", "no-eviction", "presets emailengine", "WRONGTYPE", "orderly",
          "127.0.0.1:50001", "user worker", "held, subscribed", "bzpopmin 4.25 ms", "1 h 2 min",
          "Last rejected: config|set, 2 min 40 s ago, by rule no-eviction.",
          "config|set: reject by no-eviction, 3 more since the last one", "Redis back"}) {
        EXPECT_TRUE(contains(html, part)) << part;
    }
}

TEST(Page, ShowsWhatAShadowRuleWouldHaveDone)
{
    auto stats = std::make_shared<stats::shard_stats>(1);
    stats->rules[0].shadow = 41;
    auto report = report_of(std::move(stats));
    report.rules = {{"rehearsal", "reject", "file", "keys", "", true}};
    auto const html = shown(report);
    EXPECT_TRUE(contains(html, "<code>rehearsal</code>"));
    EXPECT_TRUE(contains(html, ">41<"));
    EXPECT_TRUE(contains(html, "reject, shadow"));
    EXPECT_FALSE(contains(html, "No request has matched a rule."));
}

TEST(Page, SaysThatRedisDoesNotAnswer)
{
    auto report = sample_report();
    report.upstream_up = false;
    report.enforce = false;
    report.draining = true;
    report.reloads.last_refused = true;
    report.log_dropped = 12;
    auto const html = shown(report);
    for (auto const* const part :
         {"Redis does not answer", "1 client is held, waiting for it", "nothing is rejected",
          "draining", "last reload refused", "12 log lines dropped: the log is too slow"}) {
        EXPECT_TRUE(contains(html, part)) << part;
    }
    EXPECT_FALSE(contains(html, "Redis answers"));
    EXPECT_FALSE(contains(shown(sample_report()), "log lines dropped"));
}

TEST(Page, OfAGuardThatHasSeenNothingHelpsOn)
{
    auto const html = shown(empty_report());
    EXPECT_TRUE(contains(html, "redis-cli -p 6380 ping"));
    EXPECT_TRUE(contains(html, "No request has matched a rule."));
    EXPECT_TRUE(contains(html, "No client is connected."));
    EXPECT_TRUE(contains(html, "None since the start."));
    EXPECT_FALSE(contains(html, "<tbody>"));
}

TEST(Page, ShowsTheLongestWaitingOfManyConnections)
{
    auto stats = std::make_shared<stats::shard_stats>(0);
    stats->clients_now = 1'200;
    auto report = report_of(std::move(stats));
    report.counted.clients.resize(1'000);
    report.counted.clients.back().address = "the longest waiting";
    report.counted.clients.back().inflight = 1;
    report.counted.clients.back().oldest_inflight_ns = 1;
    auto const values = page_values(report, "abc", now_ns);
    auto const& rows = values.at("connections").as_array();
    ASSERT_EQ(rows.size(), page_connections_max);
    EXPECT_EQ(rows[0].at("address").as_string(), "the longest waiting");
    EXPECT_EQ(values.at("connections_summary").as_string(), "200 of 1200; more in /clients");
}

}  // namespace
}  // namespace respguard::admin
