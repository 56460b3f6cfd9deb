#include "respguard/base/hash.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <set>
#include <string>

namespace respguard {
namespace {

TEST(Hash, DependsOnEveryByteAndOnTheLength)
{
    std::set<std::uint64_t> seen;
    std::size_t made = 0;
    for (std::size_t size = 0; size < 40; ++size) {
        std::string const zeros(size, '\0');
        seen.insert(hash_of(zeros));
        ++made;
        for (std::size_t i = 0; i < size; ++i) {
            std::string changed = zeros;
            changed[i] = 'x';
            seen.insert(hash_of(changed));
            ++made;
        }
    }
    EXPECT_EQ(seen.size(), made);
}

TEST(Hash, DependsOnTheSeed)
{
    EXPECT_NE(hash_of("bull", 1), hash_of("bull", 2));
    EXPECT_EQ(hash_of("bull", 1), hash_of("bull", 1));
}

}  // namespace
}  // namespace respguard
