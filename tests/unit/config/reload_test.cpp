#include "respguard/config/reload.hpp"

#include <gtest/gtest.h>

#include <chrono>

#include "config/key_table.hpp"

namespace respguard::config {
namespace {

using namespace std::chrono_literals;
using names = std::vector<std::string>;

TEST(Reload, TakesOverWhatMayChangeAndNamesTheRest)
{
    settings running;
    settings fresh;
    fresh.policy.enforce = false;
    fresh.relay.hold = 5s;
    fresh.relay.bulk_bytes = 1U << 20U;
    fresh.log.level = "debug";
    fresh.listen = {"127.0.0.1:1"};
    fresh.threads = 2;
    changes const found = take_over(running, fresh);
    EXPECT_EQ(found.taken,
              (names{"upstream.hold", "limits.argument", "policy.enforce", "log.level"}));
    EXPECT_EQ(found.need_restart, (names{"listen.addresses", "runtime.threads"}));
    EXPECT_FALSE(running.policy.enforce);
    EXPECT_EQ(running.relay.hold, 5s);
    EXPECT_EQ(running.relay.bulk_bytes, 1U << 20U);
    EXPECT_EQ(running.log.level, "debug");
    EXPECT_EQ(running.listen, settings().listen);
    EXPECT_EQ(running.threads, 1U);
}

TEST(Reload, NamesNothingWhereNothingChanged)
{
    settings running;
    changes const found = take_over(running, settings());
    EXPECT_EQ(found.taken, names{});
    EXPECT_EQ(found.need_restart, names{});
}

TEST(Reload, TakesTheRulesAndSaysWhetherTheyAreOthers)
{
    settings running;
    settings fresh;
    fresh.policy.rules.resize(1);
    fresh.policy.rules.front().id = "mine";
    fresh.policy.rules.front().source = "a.toml:1";
    fresh.policy.renamed["config"] = "secret";
    EXPECT_EQ(take_over(running, fresh).taken, (names{"policy.rule", "policy.renamed"}));
    ASSERT_EQ(running.policy.rules.size(), 1U);
    EXPECT_EQ(running.policy.rules.front().id, "mine");
    EXPECT_EQ(running.policy.renamed, fresh.policy.renamed);

    fresh.policy.rules.front().source = "a.toml:7";
    EXPECT_EQ(take_over(running, fresh).taken, names{}) << "only moved in the file";
    EXPECT_EQ(running.policy.rules.front().source, "a.toml:7");
    fresh.policy.rules.front().message = "why";
    EXPECT_EQ(take_over(running, fresh).taken, names{"policy.rule"});
}

TEST(Reload, SeesAnotherTokenInTheSameFile)
{
    settings running;
    running.admin.token_file = "/run/token";
    settings fresh = running;
    fresh.admin.token = "new";
    EXPECT_EQ(take_over(running, fresh).need_restart, names{"admin.token_file"});
    EXPECT_EQ(running.admin.token, "");
}

TEST(Reload, SecretsAndAddressesNeedARestart)
{
    // Shards, probe and HTTP server were made with these.
    for (auto const* name : {"listen.addresses", "listen.clients_max", "upstream.url",
                             "upstream.url_file", "admin.address", "admin.hosts",
                             "admin.token_file", "runtime.threads", "log.file", "probe.interval"}) {
        ASSERT_NE(find_key(name), nullptr) << name;
        EXPECT_EQ(find_key(name)->reload, reload_rule::restart) << name;
    }
}

}  // namespace
}  // namespace respguard::config
