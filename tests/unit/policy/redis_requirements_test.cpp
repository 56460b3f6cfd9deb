#include "respguard/policy/builtin_presets.hpp"
#include "respguard/policy/redis_requirements.hpp"

#include <gtest/gtest.h>

#include <string>

namespace respguard::policy {
namespace {

namespace need = redis_requirements;

std::string preset(std::string_view name)
{
    for (auto const& each : builtin_presets()) {
        if (each.name == name) return std::string(each.content);
    }
    return {};
}

/// Advice (doctor) and enforcement (presets) must not disagree.
TEST(RedisRequirements, PresetsUseTheSameNumbers)
{
    auto const main = preset("emailengine");
    auto const keepalive = std::to_string(need::tcp_keepalive.count());
    EXPECT_NE(main.find("param = \"tcp-keepalive\", value = \"" + keepalive + "\""),
              std::string::npos);
    auto const policy = std::string(need::eviction_policy);
    EXPECT_NE(main.find(policy), std::string::npos);
    EXPECT_EQ(need::command_limits[0], 1'048'576U);
    EXPECT_NE(preset("upstash-1mb").find("request_bytes_over = \"1mb\""), std::string::npos);
    EXPECT_NE(preset("upstash-10mb").find("request_bytes_over = \"10mb\""), std::string::npos);
}

TEST(RedisRequirements, AreThoseOfThePage)
{
    EXPECT_EQ(need::version_min.major, 6);
    EXPECT_EQ(need::rtt_max, std::chrono::milliseconds(5));
    EXPECT_EQ(need::rtt_preferred, std::chrono::milliseconds(1));
    EXPECT_EQ(need::provision_factor * need::mailbox_bytes_max, 4U * 1'024 * 1'024);
    EXPECT_EQ(need::aof_iops_min, 10'000);
}

}  // namespace
}  // namespace respguard::policy
