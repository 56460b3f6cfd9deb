#include <gtest/gtest.h>

#include <string>

#include "policy/argument_check.hpp"
#include "unit/policy/judging.hpp"

namespace respguard::policy {
namespace {

using test::canonical;
using test::words;

tri judged(condition_settings const& match, words const& request, std::size_t bytes)
{
    std::string const whole = canonical(request);
    request_facts facts;
    facts.command = command::identify(request[0], request.size() > 1 ? request[1] : "").id;
    facts.arguments = static_cast<std::uint32_t>(request.size());
    facts.canonical = byte_view(whole).substr(0, bytes);
    return argument_check::make(match).value().matches(facts);
}

tri judged(condition_settings const& match, words const& request)
{
    return judged(match, request, std::string::npos);
}

condition_settings outside(std::vector<std::string> keys)
{
    condition_settings match;
    match.keys_outside = std::move(keys);
    return match;
}

TEST(ArgumentCheck, CountsArgumentsAndMeasuresThem)
{
    condition_settings match;
    match.arguments_over = 3;
    EXPECT_EQ(judged(match, {"DEL", "a", "b"}), tri::no);
    EXPECT_EQ(judged(match, {"DEL", "a", "b", "c"}), tri::yes);
    match = {};
    match.argument_bytes_over = 3;
    EXPECT_EQ(judged(match, {"GET", "abc"}), tri::no);
    EXPECT_EQ(judged(match, {"GET", "abcd"}), tri::yes);
    match = {};
    match.key_bytes_over = 2;
    EXPECT_EQ(judged(match, {"SET", "ab", "long value"}), tri::no);
    EXPECT_EQ(judged(match, {"MSET", "ab", "1", "abc", "1"}), tri::yes);
}

TEST(ArgumentCheck, KeysOutsideMeansAnyOtherKey)
{
    auto const match = outside({"ee:*", "bull:*"});
    EXPECT_EQ(judged(match, {"GET", "ee:1"}), tri::no);
    EXPECT_EQ(judged(match, {"GET", "EE:1"}), tri::yes) << "letter case counts";
    EXPECT_EQ(judged(match, {"MGET", "ee:1", "bull:1"}), tri::no);
    EXPECT_EQ(judged(match, {"MGET", "ee:1", "other"}), tri::yes);
    EXPECT_EQ(judged(match, {"EVAL", "return 1", "1", "x"}), tri::yes);
    EXPECT_EQ(judged(match, {"SCAN", "0", "MATCH", "ee:mail:*"}), tri::no);
    EXPECT_EQ(judged(match, {"SCAN", "0", "MATCH", "e*"}), tri::yes);
    EXPECT_EQ(judged(match, {"KEYS", "*"}), tri::yes);
    EXPECT_EQ(judged(match, {"SORT", "ee:l", "BY", "ee:w:*", "GET", "secret:*"}), tri::yes);
}

TEST(ArgumentCheck, KeysThatNobodyKnowsAreOutsideUnlessItSaysOtherwise)
{
    auto match = outside({"ee:*"});
    EXPECT_EQ(judged(match, {"FLUSHALL"}), tri::yes);
    EXPECT_EQ(judged(match, {"SCAN", "0"}), tri::yes);
    EXPECT_EQ(judged(match, {"FT.SEARCH", "i", "q"}), tri::yes);
    match.keys_unknown = false;
    EXPECT_EQ(judged(match, {"FLUSHALL"}), tri::no);
    match = {};
    match.keys_unknown = true;
    EXPECT_EQ(judged(match, {"FLUSHALL"}), tri::yes);
    EXPECT_EQ(judged(match, {"GET", "a"}), tri::no);
    match.keys_unknown = false;
    EXPECT_FALSE(argument_check::make(match));
}

TEST(ArgumentCheck, KeyMatchesNamedKeys)
{
    condition_settings match;
    match.keys = {"secret:*"};
    EXPECT_EQ(judged(match, {"DEL", "a", "secret:1"}), tri::yes);
    EXPECT_EQ(judged(match, {"DEL", "a"}), tri::no);
    EXPECT_EQ(judged(match, {"FLUSHALL"}), tri::no);
    EXPECT_EQ(judged(match, {"SCAN", "0", "MATCH", "secret:a*"}), tri::yes);
    EXPECT_EQ(judged(match, {"SCAN", "0", "MATCH", "s*"}), tri::maybe);
    EXPECT_EQ(judged(match, {"SCAN", "0", "MATCH", "x*"}), tri::no);
}

TEST(ArgumentCheck, IsNeverSurerThanTheBytesThatAreThere)
{
    auto const isolation = outside({"ee:*"});
    condition_settings length;
    length.argument_bytes_over = 4;
    words const requests[] = {{"MSET", "ee:1", "v", "other", "v"},
                              {"MSET", "ee:1", "v", "ee:2", "v"},
                              {"EVAL", "return 1", "2", "ee:1", "x"},
                              {"DEL", "ee:1", "longer"}};
    for (words const& request : requests) {
        for (auto const& match : {isolation, length}) {
            tri const whole = judged(match, request);
            ASSERT_NE(whole, tri::maybe);
            for (std::size_t bytes = 0; bytes < canonical(request).size(); ++bytes) {
                tri const seen = judged(match, request, bytes);
                EXPECT_TRUE(seen == tri::maybe || seen == whole) << request[0] << " at " << bytes;
            }
        }
    }
}

TEST(ArgumentCheck, FindsWordsInScriptTexts)
{
    condition_settings match;
    match.scripts_containing = {"FlushAll", "migrate"};
    EXPECT_EQ(judged(match, {"EVAL", "return redis.call('FLUSHALL')", "0"}), tri::yes);
    EXPECT_EQ(judged(match, {"EVAL", "return 1", "0", "flushall"}), tri::no);
    EXPECT_EQ(judged(match, {"SCRIPT", "LOAD", "redis.pcall('flushall')"}), tri::yes);
    EXPECT_EQ(judged(match, {"FUNCTION", "LOAD", "REPLACE", "#!lua\nflushall"}), tri::yes);
    EXPECT_EQ(judged(match, {"FUNCTION", "LOAD", "REPLACE", "#!lua\nx"}), tri::no);
    EXPECT_EQ(judged(match, {"EVAL", "return 1 -- long", "0"}, 30), tri::maybe);
    auto const check = argument_check::make(match).value();
    EXPECT_TRUE(check.concerns(command::find("eval")));
    EXPECT_FALSE(check.concerns(command::find("evalsha")));
    EXPECT_FALSE(check.concerns(command::find("get")));
}

}  // namespace
}  // namespace respguard::policy
