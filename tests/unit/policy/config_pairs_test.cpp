#include <gtest/gtest.h>

#include <string>

#include "policy/config_pairs.hpp"
#include "unit/policy/judging.hpp"

namespace respguard::policy {
namespace {

using test::canonical;

/// "hz=10 port=1", then "(cut)" if the bytes ended too early.
std::string shown(std::string_view bytes)
{
    std::string text;
    config_pairs pairs(bytes);
    while (auto const pair = pairs.next()) {
        text += std::string(pair->name.primary()) + "=" + std::string(pair->value) + " ";
    }
    return pairs.cut() ? text + "(cut)" : text;
}

TEST(ConfigPairs, ShowsEachParameterWithItsValue)
{
    EXPECT_EQ(shown(canonical({"CONFIG", "SET", "HZ", "10", "save", "", "port", "1"})),
              "hz=10 save= port=1 ");
}

TEST(ConfigPairs, LeavesAnOddTailOut)
{
    EXPECT_EQ(shown(canonical({"config", "set", "hz", "10", "port"})), "hz=10 ");
    EXPECT_EQ(shown(canonical({"config", "set", "hz"})), "");
    EXPECT_EQ(shown(canonical({"config", "set"})), "");
    EXPECT_EQ(shown(canonical({"config"})), "");
}

TEST(ConfigPairs, EndsNamesAndValuesAtANul)
{
    using namespace std::string_literals;
    EXPECT_EQ(shown(canonical({"config", "set", "hz\0x"s, "10\0y"s})), "hz=10 ");
}

TEST(ConfigPairs, ShowsNoMoreThanAServerCanTake)
{
    for (int const extra : {0, 1}) {
        test::words request{"config", "set"};
        for (int i = 0; i < config_pairs::pairs_max + extra; ++i) {
            request.insert(request.end(), {"hz", "1"});
        }
        std::string const bytes = canonical(request);
        config_pairs pairs(bytes);
        int count = 0;
        while (pairs.next())
            ++count;
        EXPECT_EQ(count, config_pairs::pairs_max);
        EXPECT_EQ(pairs.cut(), extra == 1);
    }
}

TEST(ConfigPairs, SaysWhenTheBytesEndedEarly)
{
    std::string const whole = canonical({"config", "set", "hz", "10", "port", "1"});
    // The last CR LF is not needed to know the last argument.
    for (std::size_t size = 0; size + 2 < whole.size(); ++size) {
        EXPECT_NE(shown(whole.substr(0, size)).find("(cut)"), std::string::npos) << size;
    }
    EXPECT_EQ(shown(whole), "hz=10 port=1 ");
}

}  // namespace
}  // namespace respguard::policy
