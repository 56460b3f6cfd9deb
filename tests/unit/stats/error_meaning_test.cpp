#include "respguard/stats/error_meaning.hpp"

#include <gtest/gtest.h>

#include <string>

namespace respguard::stats {
namespace {

std::string meaning(byte_view line)
{
    auto const* const known = meaning_of(line);
    return known == nullptr ? std::string() : std::string(known->meaning);
}

TEST(ErrorMeaning, SaysHowEmailEngineShowsThatMemoryIsFull)
{
    auto const text = meaning("OOM command not allowed when used memory > 'maxmemory'.");
    EXPECT_NE(text.find("401 Bad token"), std::string::npos) << text;
    EXPECT_NE(text.find("maxmemory"), std::string::npos) << text;
}

TEST(ErrorMeaning, IsKnownForWhatStopsEmailEngine)
{
    for (byte_view const line :
         {"LOADING Redis is loading the dataset in memory",
          "READONLY You can't write against a read only replica.",
          "MISCONF Redis is configured to save RDB snapshots", "NOAUTH Authentication required.",
          "WRONGPASS invalid username-password pair or user is disabled.",
          "NOPERM this user has no permissions to run the 'get' command",
          "BUSY Redis is busy running a script.", "NOSCRIPT No matching script.",
          "EXECABORT Transaction discarded because of previous errors.",
          "CLUSTERDOWN Hash slot not served", "MOVED 3999 127.0.0.1:6381",
          "ERR max number of clients reached", "ERR unknown command 'foo', with args beginning"}) {
        EXPECT_NE(meaning(line), "") << line;
    }
}

TEST(ErrorMeaning, ComparesWholeWords)
{
    EXPECT_EQ(meaning("BUSYGROUP Consumer Group name already exists"), "");
    EXPECT_EQ(meaning("OOMPH"), "");
    EXPECT_EQ(meaning("ERR syntax error"), "");
    EXPECT_EQ(meaning(""), "");
    EXPECT_NE(meaning("OOM"), "");
    EXPECT_NE(meaning("ERR max request size exceeded. Limit: 1048576"), "");
}

TEST(ErrorMeaning, CallsHarmlessOnlyWhatTheClientMends)
{
    EXPECT_TRUE(meaning_of("NOSCRIPT No matching script.")->harmless);
    EXPECT_FALSE(meaning_of("OOM command")->harmless);
}

}  // namespace
}  // namespace respguard::stats
