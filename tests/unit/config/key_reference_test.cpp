#include "respguard/config/describe.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <string>

#include "config/key_table.hpp"

namespace respguard::config {
namespace {

TEST(KeyReference, HasARowForEveryKeyWithItsEnvironmentNameAndFlag)
{
    std::string const text = key_reference();
    for (key const& k : keys()) {
        EXPECT_NE(text.find("| `" + std::string(k.name) + "` |"), std::string::npos) << k.name;
        EXPECT_NE(text.find("`" + environment_name(k.name) + "`"), std::string::npos) << k.name;
        if (!k.flag.empty()) {
            EXPECT_NE(text.find("`" + std::string(k.flag) + "`"), std::string::npos) << k.name;
        }
    }
}

TEST(KeyReference, EveryRowOfATableHasTheSameColumns)
{
    std::istringstream in(key_reference());
    std::ptrdiff_t columns = 0;
    for (std::string line; std::getline(in, line);) {
        auto const bars = std::count(line.begin(), line.end(), '|');
        if (bars != 0 && columns != 0) {
            EXPECT_EQ(bars, columns) << line;
        }
        columns = bars;
    }
}

}  // namespace
}  // namespace respguard::config
