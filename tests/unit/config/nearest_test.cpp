#include <gtest/gtest.h>

#include <array>

#include "config/nearest.hpp"

namespace respguard::config {
namespace {

using namespace std::string_view_literals;

constexpr std::array names{"hold"sv, "url"sv, "retry_min"sv, "retry_max"sv, "warn"sv};

TEST(Nearest, FindsSwappedMissingExtraAndWrongLetters)
{
    EXPECT_EQ(nearest("hodl", names), "hold");
    EXPECT_EQ(nearest("hld", names), "hold");
    EXPECT_EQ(nearest("holdd", names), "hold");
    EXPECT_EQ(nearest("hile", names), "hold");
    EXPECT_EQ(nearest("HOLD", names), "hold");
    EXPECT_EQ(nearest("retry-mix", names), "retry_min");
    EXPECT_EQ(nearest("warning", names), "warn");
}

TEST(Nearest, IsEmptyForOtherWords)
{
    EXPECT_EQ(nearest("threads", names), "");
    EXPECT_EQ(nearest("", names), "");
    EXPECT_EQ(nearest("x", {}), "");
    EXPECT_EQ(nearest(std::string(10'000, 'h'), names), "");
}

TEST(Nearest, AShortWordMustNotBecomeAnother)
{
    EXPECT_EQ(nearest("tls", names), "");
    EXPECT_EQ(nearest("ulr", names), "url");
}

TEST(Suggestion, NamesTheNearestOrAll)
{
    EXPECT_EQ(suggestion("hodl", names), ", did you mean 'hold'?");
    EXPECT_EQ(suggestion("zzz", std::array{"a"sv, "b"sv}), "; known: a, b");
}

}  // namespace
}  // namespace respguard::config
