#include "respguard/doctor/report.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include "unit/doctor/fixture.hpp"

namespace respguard::doctor {
namespace {

examination seen(std::string const& fixture)
{
    return make_examination("redis://:***@127.0.0.1:6379/8", facts_of(fixture), {});
}

TEST(Report, TextIsGroupedAndNarrow)
{
    auto const text = text_report(seen("redis-7.0.15-bad"), {});
    EXPECT_NE(text.find("\neviction\n  FAIL  evict.policy       allkeys-lru\n"), std::string::npos)
        << text;
    auto const problems = text.find("\nproblems\n");
    EXPECT_GT(problems, text.find("\nserver\n"));
    EXPECT_NE(
        text.find("  FAIL  evict.policy       allkeys-lru\n        why: evicts mailbox", problems),
        std::string::npos)
        << text;
    EXPECT_NE(text.find("doc: docs/DOCTOR.md#evict.policy"), std::string::npos);
    EXPECT_EQ(text.find('\x1b'), std::string::npos);
    std::size_t column = 0;
    for (char const c : text) {
        column = c == '\n' ? 0 : column + 1;
        ASSERT_LE(column, 80U) << text;
    }
}

TEST(Report, CommandsAreForThisServerAndBrokenWhereAShellGoesOn)
{
    auto from = facts_of("redis-7.0.15-bad");
    auto& info = from.answers["INFO"].reply->text;
    info.insert(info.find("config_file:") + 12, "/etc/redis.conf");
    from.read_info();
    from.redis_cli = "redis-cli -p 17201";
    auto const text = text_report(make_examination("redis://h:17201/8", from, {}), {});
    EXPECT_NE(
        text.find("        fix: redis-cli -p 17201 CONFIG SET maxmemory-policy noeviction &&\n"
                  "             redis-cli -p 17201 CONFIG REWRITE\n"),
        std::string::npos)
        << text;
    EXPECT_NE(
        text.find("tcp-keepalive 300 &&\n             redis-cli -p 17201 CONFIG REWRITE, then"),
        std::string::npos)
        << text;
}

TEST(Report, QuietLeavesOutWhatIsOk)
{
    auto const text = text_report(seen("redis-7.0.15-bad"), {false, false, true, 80});
    EXPECT_EQ(text.find("  ok  "), std::string::npos);
    EXPECT_NE(text.find("  FAIL  "), std::string::npos);
    EXPECT_NE(text.find(" failed, "), std::string::npos);
}

TEST(Report, ColourAndSymbolsOnlyIfWanted)
{
    auto const text = text_report(seen("redis-7.0.15-bad"), {true, true, false, 80});
    EXPECT_NE(text.find("\x1b[1;31m"), std::string::npos);
    EXPECT_NE(text.find("\u2717 FAIL"), std::string::npos);
}

TEST(Report, JsonIsOneDocumentAlsoWithoutConnection)
{
    facts from;
    from.connect_failure = "Connection refused";
    auto const text = json_report(make_examination("redis://h:1/8", from, {}), false);
    auto const value = boost::json::parse(text).as_object();
    EXPECT_EQ(value.at("schema").as_int64(), 1);
    EXPECT_EQ(value.at("reached").as_bool(), false);
    EXPECT_EQ(value.at("summary").as_object().at("exit").as_int64(), 3);
    EXPECT_EQ(value.at("checks").as_array().front().as_object().at("status").as_string(), "fail");
}

TEST(Report, RoundTripsAreNumbersForPrograms)
{
    facts from;
    from.rtt.pings = {std::chrono::microseconds(100), std::chrono::microseconds(300)};
    from.rtt.connects = {std::chrono::microseconds(50)};
    auto const rtt = boost::json::parse(json_report(make_examination("x", from, {}), false))
                         .as_object()
                         .at("rtt_us")
                         .as_object();
    EXPECT_EQ(rtt.at("p50").to_number<double>(), 300.0);
    EXPECT_EQ(rtt.at("min").to_number<double>(), 100.0);
    EXPECT_EQ(rtt.at("connect_min").to_number<double>(), 50.0);
    EXPECT_TRUE(rtt.at("tcp_min").is_null());
    EXPECT_EQ(rtt.at("samples").to_number<int>(), 2);
    EXPECT_FALSE(rtt.at("proxied").as_bool());
}

TEST(Report, ExitCodes)
{
    EXPECT_EQ(exit_code_of(seen("redis-7.0.15-bad"), false), 1);
    auto warned =
        make_examination("x", facts_of("redis-7.0.15-default"), {{"persist.rdb_age"}, {}});
    EXPECT_EQ(exit_code_of(warned, false), 0);
    EXPECT_EQ(exit_code_of(warned, true), 1);
    EXPECT_EQ(nagios_code_of(warned, false), 1);
    EXPECT_EQ(nagios_code_of(warned, true), 2);
    EXPECT_EQ(nagios_code_of(seen("redis-7.0.15-bad"), false), 2);
    auto noauth = facts_of("redis-7.0.15-noauth");
    noauth.authenticated = false;
    EXPECT_EQ(exit_code_of(make_examination("x", noauth, {}), false), 3);
}

TEST(Report, NagiosIsOneLine)
{
    auto const text = nagios_report(seen("redis-7.0.15-bad"), false);
    EXPECT_TRUE(text.starts_with("REDIS CRITICAL - ")) << text;
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1);
    EXPECT_EQ(std::count(text.begin(), text.end(), '|'), 1);
    EXPECT_NE(text.find("memory=100%;80;95"), std::string::npos) << text;
    EXPECT_NE(text.find("evicted=" +
                        std::string(facts_of("redis-7.0.15-bad").info("evicted_keys").value()) +
                        "c"),
              std::string::npos)
        << text;
}

TEST(Report, Annotations)
{
    EXPECT_NE(
        annotations(seen("redis-7.0.15-bad")).find("::error title=respguard doctor evict.policy::"),
        std::string::npos);
}

TEST(Report, HostileVersionDoesNotReachTheTerminal)
{
    facts from;
    from.answers["INFO"] = {resp_value{resp_value::kind::text, "redis_version:7.\x1b[31m\n", 0, {}},
                            {}};
    from.read_info();
    auto const text = text_report(make_examination("x", from, {}), {});
    EXPECT_EQ(text.find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace respguard::doctor
