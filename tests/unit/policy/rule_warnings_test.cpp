#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "policy/rule_warnings.hpp"
#include "unit/policy/judging.hpp"

namespace respguard::policy {
namespace {

using test::rule;
using lines = std::vector<std::string>;

TEST(NearestCommand, FindsTypingErrors)
{
    EXPECT_EQ(nearest_command("flushal"), "flushall");
    EXPECT_EQ(nearest_command("fluhsall"), "flushall");
    EXPECT_EQ(nearest_command("config|ste"), "config|set");
    EXPECT_EQ(nearest_command("json.set"), "");
    EXPECT_EQ(nearest_command("ft.search"), "");
    EXPECT_EQ(nearest_command("x"), "");
    EXPECT_EQ(nearest_command(""), "");
}

TEST(RuleWarnings, DoubtNamesThatAreNearlyKnown)
{
    EXPECT_EQ(warnings_of(rule("x", {"FlushAl", "get", "ft.search"}, action::reject)),
              lines{"rule 'x': no known command 'flushal' (did you mean 'flushall'?)"});
}

TEST(RuleWarnings, DoubtRefusingWhatIoredisNeeds)
{
    EXPECT_EQ(warnings_of(rule("x", {"info"}, action::reject)),
              lines{"rule 'x': it refuses 'info': ioredis never gets ready without INFO"});
    EXPECT_EQ(warnings_of(rule("x", {"h[e]llo"}, action::close)).size(), 1U);
    EXPECT_TRUE(warnings_of(rule("x", {"info"}, action::alert)).empty());
}

TEST(RuleWarnings, AreNoneForAGoodRule)
{
    EXPECT_TRUE(warnings_of(rule("x", {"flushall", "ft.*", "@unknown"}, action::reject)).empty());
    EXPECT_TRUE(warnings_of(test::size_rule("x", 100, action::reject)).empty());
}

}  // namespace
}  // namespace respguard::policy
