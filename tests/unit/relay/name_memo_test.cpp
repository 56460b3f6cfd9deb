#include <gtest/gtest.h>

#include <string>

#include "relay/name_memo.hpp"

namespace respguard::relay {
namespace {

TEST(NameMemo, KnowsExactlyTheBytesThatWereRemembered)
{
    name_memo names;
    EXPECT_EQ(names.find("get"), nullptr);
    names.remember("get", {{7}});
    ASSERT_NE(names.find("get"), nullptr);
    EXPECT_EQ(names.find("get")->is.id, 7);
    for (byte_view const other : {"GET", "ge", "gett", "geT", "et", ""})
        EXPECT_EQ(names.find(other), nullptr) << other;
    EXPECT_EQ(names.find(byte_view("get\0", 4)), nullptr);
    names.clear();
    EXPECT_EQ(names.find("get"), nullptr);
}

TEST(NameMemo, EveryNameOfUpToEightBytesIsItself)
{
    // Two names that differ in one byte, at every length and place.
    for (std::size_t size = 1; size <= name_memo::name_bytes_max; ++size) {
        for (std::size_t place = 0; place < size; ++place) {
            name_memo names;
            std::string name(size, 'a');
            names.remember(name, {{1}});
            ASSERT_NE(names.find(name), nullptr);
            name[place] = 'b';
            EXPECT_EQ(names.find(name), nullptr) << size << ' ' << place;
        }
    }
}

TEST(NameMemo, FindsANameInWhatStandsAroundIt)
{
    name_memo names;
    names.remember("get", {{7}});
    names.remember("evalshas", {{8}});
    EXPECT_EQ(names.find_in("get\r\n$16\r\n", 3)->is.id, 7);
    EXPECT_EQ(names.find_in("get\0\0\0\0\0", 3)->is.id, 7);
    EXPECT_EQ(names.find_in("evalshas\r\n", 8)->is.id, 8);
    EXPECT_EQ(names.find_in("get\r\n$16\r\n", 2), nullptr);
    EXPECT_EQ(names.find_in("get\r\n$16\r\n", 4), nullptr);
    EXPECT_EQ(names.find_in("get\r\n$16\r\n", 0), nullptr);
    EXPECT_EQ(names.find_in("evalshasx\r\n", 9), nullptr);
}

TEST(NameMemo, LeavesLongNamesToTheTable)
{
    name_memo names;
    names.remember("zrangebyscore", {{3}});
    EXPECT_EQ(names.find("zrangebyscore"), nullptr);
}

}  // namespace
}  // namespace respguard::relay
