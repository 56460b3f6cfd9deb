#include <gtest/gtest.h>

#include <string>

#include "policy/config_check.hpp"

namespace respguard::policy {
namespace {

bool matches(match_settings const& match, std::string_view name, std::string_view value)
{
    auto const check = config_check::make(match).value();
    parameter_name const parameter(name);
    bool const may_match = (check.letters() & first_letters_of(parameter)) != 0;
    bool const found = check.matches({parameter, value});
    EXPECT_TRUE(may_match || !found) << name;
    return found;
}

match_settings of(std::vector<std::string> params, std::vector<std::string> values)
{
    match_settings match;
    match.params = std::move(params);
    match.values = std::move(values);
    return match;
}

TEST(ConfigCheck, IsWantedIfARuleLooksAtParametersOrValues)
{
    match_settings match;
    match.commands = {"config|set"};
    match.request_bytes_over = 5;
    EXPECT_FALSE(config_check::is_wanted(match));
    EXPECT_TRUE(config_check::is_wanted(of({"hz"}, {})));
    EXPECT_TRUE(config_check::is_wanted(of({}, {"1"})));
    match.value_between = {1, 2};
    EXPECT_TRUE(config_check::is_wanted(match));
}

TEST(ConfigCheck, TakesOneOfSeveralNamesAndOneOfSeveralValues)
{
    auto const match = of({"hz", "Active_Defrag.*"}, {"10", "ye?"});
    EXPECT_TRUE(matches(match, "HZ", "10"));
    EXPECT_TRUE(matches(match, "active-defrag-cycle-min", "YES"));
    EXPECT_FALSE(matches(match, "hz", "11"));
    EXPECT_FALSE(matches(match, "hzz", "10"));
}

TEST(ConfigCheck, ComparesAliasesAsTheirPrimaryName)
{
    EXPECT_TRUE(matches(of({"slave-priority"}, {}), "replica-priority", "1"));
    EXPECT_TRUE(matches(of({"replica-priority"}, {}), "slave-priority", "1"));
    EXPECT_TRUE(matches(of({"replica-*"}, {}), "slave-priority", "1"));
    EXPECT_TRUE(matches(of({"slave-*"}, {}), "slave-priority", "1"));
}

TEST(ConfigCheck, TakesNamesThatStartInAnyWay)
{
    EXPECT_TRUE(matches(of({"?z"}, {}), "hz", "1"));
    EXPECT_TRUE(matches(of({"[a-i]z"}, {}), "hz", "1"));
    EXPECT_TRUE(matches(of({"\\hz*"}, {}), "hz", "1"));
    EXPECT_TRUE(matches(of({"x", "*z"}, {}), "hz", "1"));
    EXPECT_TRUE(matches(of({"lua-*"}, {}), "lua-time-limit", "1"));
    EXPECT_TRUE(matches(of({"busy-*"}, {}), "lua-time-limit", "1"));
    EXPECT_TRUE(matches(of({"*"}, {}), "", "1"));
    EXPECT_FALSE(matches(of({"h?"}, {}), "", "1"));
    EXPECT_FALSE(matches(of({"hz"}, {}), "(z", "1"));  // '(' and 'h' share their low six bits.
}

TEST(ConfigCheck, TakesAVeryLongNameOnlyByAStar)
{
    std::string const name(5'000, 'a');
    EXPECT_TRUE(matches(of({"*"}, {}), name, "1"));
    EXPECT_TRUE(matches(of({}, {"1"}), name, "1"));
    EXPECT_FALSE(matches(of({"a*"}, {}), name, "1"));
}

TEST(ConfigCheck, TakesIntegersWithinBoundsOnly)
{
    match_settings match = of({"tcp-keepalive"}, {});
    match.value_between = {1, 300};
    EXPECT_TRUE(matches(match, "tcp-keepalive", "1"));
    EXPECT_TRUE(matches(match, "tcp-keepalive", "300"));
    for (auto const* value : {"0", "301", "-1", "01", "+1", "", "1s"}) {
        EXPECT_FALSE(matches(match, "tcp-keepalive", value)) << value;
    }
}

TEST(ConfigCheck, KnowsThePairThatAlsoSetsAsksFor)
{
    match_settings match = of({"save"}, {""});
    match.also_sets = {"AppendOnly", "y*"};
    auto const check = config_check::make(match).value();
    EXPECT_TRUE(check.has_also_sets());
    EXPECT_TRUE(check.is_also_set_by({parameter_name("APPENDONLY"), "Yes"}));
    EXPECT_FALSE(check.is_also_set_by({parameter_name("appendonly"), "no"}));
    EXPECT_FALSE(check.is_also_set_by({parameter_name("save"), "yes"}));
}

TEST(ConfigCheck, RefusesWhatCanNotWork)
{
    EXPECT_FALSE(config_check::make(of({"a[b"}, {})).has_value());
    EXPECT_FALSE(config_check::make(of({""}, {})).has_value());
    EXPECT_FALSE(config_check::make(of({"a"}, {"x\\"})).has_value());
    match_settings match = of({"a"}, {});
    match.value_between = {2, 1};
    EXPECT_EQ(config_check::make(match).error().text,
              "value_between has its lower bound above its upper one");
    match.value_between.reset();
    match.also_sets = {"b", "["};
    EXPECT_FALSE(config_check::make(match).has_value());
    match.also_sets = {"", "x"};
    EXPECT_EQ(config_check::make(match).error().text, "a parameter name is empty");
}

}  // namespace
}  // namespace respguard::policy
