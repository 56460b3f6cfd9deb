#include "respguard/policy/rule_set.hpp"

#include <gtest/gtest.h>

#include "config/presets.hpp"

namespace respguard::config {
namespace {

TEST(Presets, AllOfOursReadWithoutAMistakeAndCompile)
{
    ASSERT_FALSE(policy::builtin_presets().empty());
    for (policy::builtin_file const& file : policy::builtin_presets()) {
        mistakes found;
        preset const read = read_preset(file, found);
        for (mistake const& m : found)
            ADD_FAILURE() << m.at.where() << m.key << m.text;
        EXPECT_FALSE(read.description.empty()) << file.name;
        policy::policy_settings settings;
        settings.rules = read.rules;
        auto const compiled = policy::rule_set::compile(settings);
        EXPECT_TRUE(compiled.has_value()) << compiled.error().text;
    }
}

TEST(Presets, AreFoundByName)
{
    ASSERT_NE(find_preset("emailengine"), nullptr);
    EXPECT_EQ(find_preset("emailengine")->name, "emailengine");
    EXPECT_EQ(find_preset("emailengin"), nullptr);
    EXPECT_EQ(preset_names().size(), policy::builtin_presets().size());
}

TEST(Presets, MistakesNameThePreset)
{
    mistakes found;
    preset const read = read_preset({"mine", "descripton = 1\nenforce = \"no\"\n"}, found);
    EXPECT_EQ(read.name, "mine");
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].at.where(), "preset mine:1:1");
    EXPECT_EQ(found[0].text, "unknown key, did you mean 'description'?");
    EXPECT_EQ(found[1].key, "enforce");
    EXPECT_EQ(read_preset({"mine", "["}, found).rules.size(), 0U);
    EXPECT_EQ(found.size(), 3U);
}

TEST(Presets, MaySwitchEnforcementOff)
{
    mistakes found;
    EXPECT_FALSE(read_preset({"mine", "enforce = false\n"}, found).enforce);
    EXPECT_TRUE(read_preset({"mine", ""}, found).enforce);
    EXPECT_TRUE(found.empty());
}

}  // namespace
}  // namespace respguard::config
