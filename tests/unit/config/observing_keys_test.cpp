#include <gtest/gtest.h>

#include <algorithm>

#include "config/key_table.hpp"

namespace respguard::config {
namespace {

TEST(ObservingKeys, ArePartOfAllKeys)
{
    ASSERT_FALSE(observing_keys().empty());
    for (key const& each : observing_keys()) {
        auto const* const found = find_key(each.name);
        ASSERT_NE(found, nullptr) << each.name;
        EXPECT_EQ(found->help, each.help);
    }
}

TEST(ObservingKeys, HaveSectionsThatAreDocumented)
{
    auto const names = section_names();
    for (key const& each : observing_keys()) {
        EXPECT_NE(std::find(names.begin(), names.end(), section_of(each.name)), names.end())
            << each.name;
    }
}

}  // namespace
}  // namespace respguard::config
