#include <gtest/gtest.h>

#include "app/size_limits.hpp"

namespace respguard::app {
namespace {

policy::rule_set compiled(bool enforce)
{
    policy::policy_settings settings;
    settings.enforce = enforce;
    policy::rule_settings alerts;
    alerts.id = "alerts";
    alerts.what = policy::action::alert;
    alerts.match.request_bytes_over = 1'000;
    policy::rule_settings refuses = alerts;
    refuses.id = "refuses";
    refuses.what = policy::action::reject;
    refuses.match.request_bytes_over = 5'000;
    policy::rule_settings closes;
    closes.id = "closes";
    closes.what = policy::action::close;
    closes.match.reply_bytes_over = 7'000;
    settings.rules = {refuses, alerts, closes};
    auto made = policy::rule_set::compile(settings);
    return made ? *made : policy::rule_set();
}

TEST(SizeLimits, AreThoseOfRulesThatRefuse)
{
    auto const limits = size_limits_of(compiled(true), {});
    auto const set = command::find("set");
    EXPECT_EQ(limits.requests.at(set).bytes, 5'000U);
    EXPECT_EQ(limits.requests.at(set).name, "rule refuses");
    EXPECT_EQ(limits.replies.at(set).bytes, 7'000U);
    EXPECT_EQ(limits.replies.at(set).name, "rule closes");
    EXPECT_EQ(limits.argument.bytes, 512ULL * 1024 * 1024);
    EXPECT_EQ(limits.argument.name, "limits.argument");
}

TEST(SizeLimits, AreNoneWhereNothingIsEnforced)
{
    auto const limits = size_limits_of(compiled(false), {});
    EXPECT_EQ(limits.requests.at(command::find("set")).bytes, stats::size_limit::none);
    EXPECT_EQ(limits.replies.at(command::find("set")).bytes, stats::size_limit::none);
}

}  // namespace
}  // namespace respguard::app
