#include "config/environment_source.hpp"
#include "loading.hpp"

namespace respguard::config {
namespace {

using test::lines;
using test::texts;

loaded with(std::map<std::string, std::string> variables)
{
    sources from;
    from.environment = std::move(variables);
    return load(from);
}

TEST(Environment, SetsEachTypeOfKey)
{
    loaded const got = with({{"RESPGUARD_LISTEN_ADDRESSES", "127.0.0.1:1,[::1]:2"},
                             {"RESPGUARD_UPSTREAM_URL", "redis://:secret@cache"},
                             {"RESPGUARD_UPSTREAM_HOLD", "5s"},
                             {"RESPGUARD_LIMITS_BUFFER", "128kb"},
                             {"RESPGUARD_RUNTIME_THREADS", "2"},
                             {"RESPGUARD_POLICY_ENFORCE", "off"},
                             {"RESPGUARD_POLICY_PRESETS", ""},
                             {"RESPGUARD_ADMIN_ADDRESS", ""}});
    EXPECT_EQ(texts(got.errors), lines{});
    EXPECT_EQ(got.values.listen.size(), 2U);
    EXPECT_EQ(got.values.upstream, "redis://:secret@cache");
    EXPECT_EQ(got.values.relay.buffer_bytes, 131'072U);
    EXPECT_EQ(got.values.threads, 2U);
    EXPECT_FALSE(got.values.policy.enforce);
    EXPECT_TRUE(got.values.policy.rules.empty());
    EXPECT_EQ(got.values.admin.address, "");
    EXPECT_EQ(got.origins.at("policy.enforce"), "RESPGUARD_POLICY_ENFORCE");
}

TEST(Environment, EveryKeyCanBeNamed)
{
    for (key const& k : keys()) {
        for (config_error const& error : with({{environment_name(k.name), "?"}}).errors) {
            EXPECT_EQ(error.text.find("unknown environment"), std::string::npos) << k.name;
        }
    }
}

TEST(Environment, AnUnknownVariableIsAnErrorWithTheNearestName)
{
    EXPECT_EQ(texts(with({{"RESPGUARD_LISTEN_ADRESSES", "x"}}).errors),
              lines{"RESPGUARD_LISTEN_ADRESSES: unknown environment variable, did you mean "
                    "'RESPGUARD_LISTEN_ADDRESSES'?"});
    EXPECT_EQ(texts(with({{"RESPGUARD_SOMETHING_QUITE_DIFFERENT", "x"}}).errors),
              lines{"RESPGUARD_SOMETHING_QUITE_DIFFERENT: unknown environment variable "
                    "(docs/CONFIGURATION.md lists them all)"});
    EXPECT_EQ(texts(with({{"RESPGUARD_POLICY_RULE", "x"}}).errors),
              lines{"RESPGUARD_POLICY_RULE: rules are written in the file only"});
}

/// A Service called "respguard" puts such variables into every pod beside it.
TEST(Environment, IgnoresWhatKubernetesAndOurScriptsSet)
{
    EXPECT_EQ(texts(with({{"RESPGUARD_SERVICE_HOST", "10.0.0.1"},
                          {"RESPGUARD_SERVICE_PORT", "6380"},
                          {"RESPGUARD_SERVICE_PORT_REDIS", "6380"},
                          {"RESPGUARD_PORT", "tcp://10.0.0.1:6380"},
                          {"RESPGUARD_PORT_6380_TCP_ADDR", "10.0.0.1"},
                          {"RESPGUARD_BUILD_JOBS", "2"},
                          {"RESPGUARD_CONFIG", "/etc/respguard.toml"}})
                        .errors),
              lines{});
}

}  // namespace
}  // namespace respguard::config
