#include "respguard/doctor/sizing.hpp"

#include <gtest/gtest.h>

namespace respguard::doctor {
namespace {

constexpr std::uint64_t gib = 1'024ULL * 1'024 * 1'024;

TEST(Sizing, FollowsThePage)
{
    auto const size = size_for(1'024);
    EXPECT_EQ(size.data_min_bytes, gib);
    EXPECT_EQ(size.data_max_bytes, 2 * gib);
    EXPECT_EQ(size.maxmemory_min_bytes, 2 * gib);
    EXPECT_EQ(size.maxmemory_max_bytes, 4 * gib);
    EXPECT_NEAR(static_cast<double>(size.maxmemory_max_bytes) / static_cast<double>(size.ram_bytes),
                0.75, 0.001);
}

TEST(Sizing, TextFitsATerminal)
{
    auto const text = sizing_text(size_for(5'000));
    EXPECT_NE(text.find("maxmemory 20000mb"), std::string::npos) << text;
    EXPECT_NE(text.find("maxmemory-policy noeviction\n  save 900 1 300 10\n  tcp-keepalive 300\n"),
              std::string::npos)
        << text;
    std::size_t column = 0;
    for (char const c : text) {
        column = c == '\n' ? 0 : column + 1;
        EXPECT_LE(column, 80U);
    }
    EXPECT_NE(sizing_json(size_for(5'000)).find("\"mailboxes\":5000"), std::string::npos);
}

}  // namespace
}  // namespace respguard::doctor
