#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "relay/key_family.hpp"

namespace respguard::relay {
namespace {

TEST(KeyFamily, KeepsWordsOfEmailEngineAndMasksTheRest)
{
    EXPECT_EQ(family_name("settings"), "settings");
    EXPECT_EQ(family_name("iad:john@example.com"), "iad:*");
    EXPECT_EQ(family_name("iam:john:h:9f86d081884c"), "iam:*:h:*");
    EXPECT_EQ(family_name("iam:john:g"), "iam:*:g");
    EXPECT_EQ(family_name("tomb:john:2026-11-28"), "tomb:*:*");
    EXPECT_EQ(family_name("tokens:access"), "tokens:access");
    EXPECT_EQ(family_name("iar:b:john"), "iar:b:*");
}

TEST(KeyFamily, FindsThemBehindAPrefix)
{
    EXPECT_EQ(family_name("ee:iad:john"), "ee:iad:*");
    EXPECT_EQ(family_name("prod:iam:john:l:5"), "prod:iam:*:l:*");
}

TEST(KeyFamily, ShowsOfOtherKeysOnlyAFirstWord)
{
    EXPECT_EQ(family_name("key:000000000012"), "key:*");
    EXPECT_EQ(family_name("cache:users:john"), "cache:*:*");
    EXPECT_EQ(family_name("4711:x"), "*:*");
    EXPECT_EQ(family_name("john@example.com:box"), "*:*");
    EXPECT_EQ(family_name("john.doe:box"), "*:*");
    EXPECT_EQ(family_name("example.com:box"), "*:*");
    EXPECT_EQ(family_name("{tag}:x"), "*:*");
    EXPECT_EQ(family_name("john"), "*");
    EXPECT_EQ(family_name(""), "*");
}

TEST(KeyFamily, NeverShowsAnAccountThatIsCalledLikeAWord)
{
    EXPECT_EQ(family_name("iad:accounts"), "iad:*");
    EXPECT_EQ(family_name("iad:h"), "iad:*");
    EXPECT_EQ(family_name("iam:g:h:access"), "iam:*:h:*");
    EXPECT_EQ(family_name("tokens:settings"), "tokens:*");
}

TEST(KeyFamily, EndsAfterSixParts) { EXPECT_EQ(family_name("a:b:c:d:e:f:g:h"), "a:*:*:*:*:*"); }

TEST(KeyFamily, TwoKeysHaveOneHashIfAndOnlyIfTheyHaveOneName)
{
    std::vector<std::string> const parts{"",         "a",        "key",       "iad",
                                         "iam",      "h",        "accounts",  "ia",
                                         "tokens",   "access",   "4711",      "x@y",
                                         "settings", "abcdefgh", "abcdefghi", std::string(25, 'w'),
                                         "stats"};
    std::map<std::string, std::uint64_t> of_name;
    std::map<std::uint64_t, std::string> of_hash;
    auto const check = [&](std::string const& key) {
        auto const name = family_name(key);
        auto const hash = family_hash(key);
        EXPECT_EQ(of_name.emplace(name, hash).first->second, hash) << key;
        EXPECT_EQ(of_hash.emplace(hash, name).first->second, name) << key;
    };
    for (auto const& a : parts) {
        check(a);
        for (auto const& b : parts) {
            check(a + ':' + b);
            for (auto const& c : parts) {
                check(a + ':' + b + ':' + c);
                check(a + ':' + b + ':' + c + ":1:2:3:4");
            }
        }
    }
}

TEST(KeyFamily, HashesAsItNames)
{
    EXPECT_EQ(family_hash("iad:john"), family_hash("iad:jane"));
    EXPECT_NE(family_hash("iad:john"), family_hash("ial:john"));
    EXPECT_NE(family_hash("iad:john"), family_hash("iad:john:x"));
    EXPECT_NE(family_hash("iam:a:h:1"), family_hash("iam:a:l:1"));
    EXPECT_EQ(family_hash("a:b:c:d:e:f:g"), family_hash("a:b:c:d:e:f"));
}

TEST(KeyFamily, KnowsTheKeysOfAQueue)
{
    EXPECT_TRUE(is_queue_part("wait"));
    EXPECT_TRUE(is_queue_part("waiting-children"));
    EXPECT_FALSE(is_queue_part("17"));
    EXPECT_FALSE(is_queue_part(""));
}

}  // namespace
}  // namespace respguard::relay
