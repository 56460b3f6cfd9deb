#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "config/key_table.hpp"

namespace respguard::config {
namespace {

TEST(Sections, NamesAreUniqueAndBelongToASection)
{
    std::set<std::string_view> seen;
    auto const sections = section_names();
    for (key const& k : keys()) {
        EXPECT_TRUE(seen.insert(k.name).second) << k.name;
        EXPECT_EQ(find_key(k.name), &k);
        EXPECT_NE(std::find(sections.begin(), sections.end(), section_of(k.name)), sections.end())
            << k.name;
    }
    EXPECT_EQ(find_key("upstream.hodl"), nullptr);
}

TEST(Sections, EnvironmentNamesAreUniqueAndRegular)
{
    std::set<std::string> seen;
    for (key const& k : keys())
        EXPECT_TRUE(seen.insert(environment_name(k.name)).second) << k.name;
    EXPECT_EQ(environment_name("upstream.url"), "RESPGUARD_UPSTREAM_URL");
    EXPECT_EQ(environment_name("admin.token_file"), "RESPGUARD_ADMIN_TOKEN_FILE");
}

/// A default outside its own bounds would be refused as soon as somebody wrote it down.

}  // namespace
}  // namespace respguard::config
