#include "respguard/base/arguments.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/exact_block.hpp"
#include "support/wire.hpp"

namespace respguard {
namespace {

std::vector<std::string> walked(byte_view bytes)
{
    test::exact_block const block(bytes);
    std::vector<std::string> found;
    for (byte_view const argument : arguments(block.view()))
        found.emplace_back(argument);
    return found;
}

using words = std::vector<std::string>;

TEST(Arguments, AreThoseOfTheRequest)
{
    EXPECT_EQ(walked(test::request({"SET", "key", "value"})), (words{"SET", "key", "value"}));
}

TEST(Arguments, MayBeEmptyAndHoldAnyByte)
{
    byte_view const odd("\0\r\n$3\r\n", 7);
    EXPECT_EQ(walked(test::request({"", odd, ""})), (words{"", std::string(odd), ""}));
}

TEST(Arguments, AreOnlyThoseThatAreWhollyThere)
{
    auto const sent = test::request({"CONFIG", "SET", "", "10"});
    words const all{"CONFIG", "SET", "", "10"};
    std::size_t most = 0;
    for (std::size_t size = 0; size <= sent.size(); ++size) {
        auto const found = walked(byte_view(sent).substr(0, size));
        ASSERT_LE(found.size(), all.size());
        EXPECT_EQ(found,
                  words(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(found.size())))
            << size;
        EXPECT_GE(found.size(), most);
        most = found.size();
    }
    EXPECT_EQ(most, 4U);
}

TEST(Arguments, OfAnEmptyRequestAreNone)
{
    EXPECT_EQ(walked(""), words{});
    EXPECT_EQ(walked("*0\r\n"), words{});
    EXPECT_EQ(walked("*1\r\n$5\r\nabc"), words{});
}

TEST(Arguments, OfHugeAnnouncedSizeAreNotThere)
{
    EXPECT_EQ(walked("*2\r\n$1\r\na\r\n$536870912\r\nabc"), words{"a"});
}

TEST(Arguments, AreWalkedByHandToo)
{
    auto const sent = test::request({"a", "b"});
    auto at = arguments(sent).begin();
    EXPECT_EQ(*at, "a");
    at++;
    EXPECT_EQ(*at, "b");
    EXPECT_EQ(++at, arguments(sent).end());
}

}  // namespace
}  // namespace respguard
