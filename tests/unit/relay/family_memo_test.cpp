#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "relay/family_memo.hpp"
#include "relay/key_family.hpp"

namespace respguard::relay {
namespace {

TEST(FamilyMemo, KnowsAKeyByItsFirstWord)
{
    family_memo memo;
    std::uint64_t const word = family_memo::word_of("key:000000000012");
    ASSERT_NE(word, 0U);
    EXPECT_EQ(memo.find(word), stats::no_label);
    memo.remember(word, 5);
    EXPECT_EQ(memo.find(family_memo::word_of("key:000000000099")), 5);
    EXPECT_EQ(memo.find(family_memo::word_of("kez:000000000099")), stats::no_label);
    memo.clear();
    EXPECT_EQ(memo.find(word), stats::no_label);
}

TEST(FamilyMemo, LeavesWhatItCanNotSayToTheLongWay)
{
    EXPECT_EQ(family_memo::word_of(""), 0U);
    EXPECT_EQ(family_memo::word_of("a:b"), 0U) << "too short to be read as one number";
    EXPECT_EQ(family_memo::word_of("no-colon-at-all"), 0U);
    EXPECT_EQ(family_memo::word_of("bull:notify:wait"), 0U) << "two colons: it may be a queue's";
    EXPECT_EQ(family_memo::word_of("tokens:access"), 0U) << "the second part may be a word";
    EXPECT_EQ(family_memo::word_of("prefix9:settings"), 0U);
    EXPECT_NE(family_memo::word_of("prefix9:Settings"), 0U);
    EXPECT_EQ(family_memo::word_of("a-first-word:1234567"), 0U) << "its colon stands too far";
}

// Whatever the two keys: if the memo takes one for the other, the long way does so too.
TEST(FamilyMemo, OneWordIsOneFamily)
{
    std::vector<std::string> const words{"",
                                         "a",
                                         "key",
                                         "iad",
                                         "iam",
                                         "ia",
                                         "tokens",
                                         "access",
                                         "4711",
                                         "x@y",
                                         "stats",
                                         "lists",
                                         "bull",
                                         "1234567",
                                         "abcdefg",
                                         "a.b",
                                         "wh",
                                         "iar",
                                         "ee",
                                         "idempotency",
                                         std::string("a\0", 2),
                                         std::string("a\0b", 3),
                                         std::string("\0", 1),
                                         std::string("\0key", 4),
                                         std::string("\0\0ee", 4)};
    std::vector<std::string> const rests{"",
                                         "1",
                                         "access",
                                         "accounts",
                                         "settings",
                                         "12345678",
                                         "Access",
                                         "b",
                                         "unsub",
                                         "idempotency",
                                         "abcdefghijk",
                                         "abcdefghijkl",
                                         "0access0",
                                         "bucket",
                                         "keys",
                                         "a:b",
                                         "access:1",
                                         ":",
                                         std::string(300, 'x'),
                                         "@access",
                                         "john@example.com"};
    std::map<std::uint64_t, std::string> families;
    for (auto const& word : words) {
        for (auto const& rest : rests) {
            std::string const key = word + ':' + rest;
            std::uint64_t const known = family_memo::word_of(key);
            if (known == 0) continue;
            auto const [at, is_new] = families.try_emplace(known, family_name(key));
            EXPECT_EQ(at->second, family_name(key)) << key;
        }
    }
    EXPECT_GT(families.size(), 10U);
}

}  // namespace
}  // namespace respguard::relay
