#include "respguard/config/load.hpp"

#include "loading.hpp"

namespace respguard::config {
namespace {

using test::errors_of;
using test::lines;
using test::load_text;
using test::temporary_file;
using test::texts;

TEST(Load, NothingGivenIsTheDefaultsWithPresetEmailengine)
{
    loaded const got = load({});
    EXPECT_EQ(texts(got.errors), lines{});
    EXPECT_EQ(texts(got.warnings), lines{});
    EXPECT_EQ(got.values.listen, std::vector<std::string>{"127.0.0.1:6380"});
    EXPECT_EQ(got.values.upstream, "redis://127.0.0.1:6379");
    EXPECT_EQ(got.values.admin.address, "127.0.0.1:9379");
    EXPECT_TRUE(got.values.policy.enforce);
    EXPECT_GT(got.values.policy.rules.size(), 20U);
    EXPECT_EQ(got.origins.at("upstream.url"), "default");
}

TEST(Load, ReadsTheExampleOfTheInterface)
{
    loaded const got = load_text(R"(
[listen]
addresses = ["127.0.0.1:6380"]
[upstream]
url = "redis://127.0.0.1:6379"
[admin]
address = "127.0.0.1:9379"
[policy]
presets = ["emailengine"]
enforce = true

[[policy.rule]]
id = "no-eviction-change"
match = { command = "config|set", param = "maxmemory-policy", value = "allkeys-*" }
action = "reject"
message = "eviction would delete mailbox indexes"

[[policy.rule]]
id = "big-command"
match = { request_bytes_over = "1mb" }
action = "alert"
)");
    ASSERT_EQ(texts(got.errors), lines{});
    auto const& rules = got.values.policy.rules;
    ASSERT_GT(rules.size(), 2U);
    EXPECT_EQ(rules[0].id, "no-eviction-change");
    EXPECT_EQ(rules[0].source, "FILE:12");
    EXPECT_EQ(rules[1].match.request_bytes_over, 1'048'576U);
    EXPECT_EQ(rules[2].source, "preset emailengine");
}

TEST(Load, ReportsEverythingThatIsWrongAtOnceInTheOrderOfTheSources)
{
    sources from;
    from.environment = {{"RESPGUARD_RUNTIME_THREADS", "100"}, {"RESPGUARD_UPSTREAM_ULR", "x"}};
    from.set = {"upstream.hodl=5s"};
    from.log_level = "loud";
    EXPECT_EQ(errors_of(R"(threads = 4
[listen]
adresses = ["127.0.0.1:6380"]
[upstream]
hold = 60
retry_min = "2s"
[upstrem]
url = "x"
[policy]
presets = ["emailengin"]
[[policy.rule]]
id = "x"
match = { comand = "flushall" }
action = "deny"
)",
                        from),
              (lines{
                  "FILE:1:1: threads: unknown key, did you mean 'runtime.threads'? "
                  "(threads belongs below [runtime])",
                  "FILE:3:1: listen.adresses: unknown key, did you mean 'listen.addresses'?",
                  "FILE:5:8: upstream.hold: the number 60 has no unit, expected a duration, such "
                  "as \"1m\"",
                  "FILE:6:13: upstream.retry_min: upstream.retry_min (2s) is longer than "
                  "upstream.retry_max (1s)",
                  "FILE:7:2: [upstrem]: unknown section, did you mean 'upstream'?",
                  "FILE:10:11: policy.presets: 'emailengin' is no preset, did you mean "
                  "'emailengine'?",
                  "FILE:13:11: policy.rule.match.comand: unknown field, did you mean 'command'?",
                  "FILE:14:10: policy.rule.action: 'deny' is not known; known: allow, alert, "
                  "reject, close",
                  "RESPGUARD_RUNTIME_THREADS: runtime.threads: out of bounds, allowed: 1 to 64",
                  "RESPGUARD_UPSTREAM_ULR: unknown environment variable, did you mean "
                  "'RESPGUARD_UPSTREAM_URL'?",
                  "--set: upstream.hodl: unknown key, did you mean 'upstream.hold'?",
                  "--log-level: log.level: 'loud' is not known; known: debug, info, warn, error",
              }));
}

TEST(Load, FlagWinsOverEnvironmentOverFileOverDefault)
{
    std::string const file = "[upstream]\nhold = \"1s\"\n[log]\nlevel = \"debug\"\n";
    sources from;
    EXPECT_EQ(load_text(file, from).values.relay.hold, std::chrono::seconds{1});
    EXPECT_EQ(load_text(file, from).origins.at("upstream.hold"), "FILE:2");

    from.environment["RESPGUARD_UPSTREAM_HOLD"] = "2s";
    EXPECT_EQ(load_text(file, from).values.relay.hold, std::chrono::seconds{2});
    EXPECT_EQ(load_text(file, from).origins.at("upstream.hold"), "RESPGUARD_UPSTREAM_HOLD");

    from.set = {"upstream.hold=3s"};
    EXPECT_EQ(load_text(file, from).values.relay.hold, std::chrono::seconds{3});
    EXPECT_EQ(load_text(file, from).origins.at("upstream.hold"), "--set");

    from.log_level = "warn";
    loaded const got = load_text(file, from);
    EXPECT_EQ(got.values.log.level, "warn");
    EXPECT_EQ(got.origins.at("log.level"), "--log-level");
    EXPECT_EQ(got.origins.at("runtime.threads"), "default");
}

TEST(Load, AMistakeIsReportedEvenIfAHigherSourceHidesIt)
{
    sources from;
    from.set = {"upstream.hold=3s"};
    EXPECT_EQ(errors_of("[upstream]\nhold = true\n", from),
              lines{"FILE:2:8: upstream.hold: found true, expected a duration, such as \"1m\""});
}

TEST(Load, NoErrorTextHoldsAPassword)
{
    for (std::string const url :
         {"redis://ee:hunter2@", "redis://hunter2@x", "rediss://:hunter2@x", "hunter2",
          "redis://ee:hunter2@127.0.0.1:6380", "redis://ee:hunter2@127.0.0.1:9379",
          "redis://ee:hunter2%@x", "redis://ee:hunter2@x:99999"}) {
        temporary_file const secret(url + "\n");
        sources by_file;
        by_file.environment = {{"RESPGUARD_UPSTREAM_URL_FILE", secret.path()}};
        sources by_flag;
        by_flag.upstream = url;
        for (sources const& from : {by_file, by_flag}) {
            loaded const got = load(from);
            EXPECT_EQ(got.errors.size(), 1U) << url;
            for (config_error const& error : got.errors) {
                EXPECT_EQ(error.to_string().find("hunter2"), std::string::npos)
                    << error.to_string();
            }
        }
    }
}

TEST(ConfigError, IsOneLineWithPlaceAndKey)
{
    EXPECT_EQ((config_error{"a.toml:1:2", "x.y", "is wrong"}).to_string(),
              "a.toml:1:2: x.y: is wrong");
    EXPECT_EQ((config_error{"a.toml:1:2", "", "is wrong"}).to_string(), "a.toml:1:2: is wrong");
}

}  // namespace
}  // namespace respguard::config
