#include "respguard/base/bytes.hpp"

#include <gtest/gtest.h>

#include <string>

#include "support/exact_block.hpp"

namespace respguard {
namespace {

TEST(Bytes, AreSameIfEveryOneIs)
{
    for (std::size_t size = 0; size <= 40; ++size) {
        std::string text;
        for (std::size_t i = 0; i < size; ++i)
            text += static_cast<char>('a' + i);
        // Exact, so that a look behind the end is seen.
        test::exact_block const one(text);
        test::exact_block other(text);
        EXPECT_TRUE(are_same(one.view().data(), other.view().data(), size));
        for (std::size_t at = 0; at < size; ++at) {
            other.span()[at] = static_cast<char>(text[at] ^ 1);
            EXPECT_FALSE(are_same(one.view().data(), other.view().data(), size)) << size << at;
            other.span()[at] = text[at];
        }
    }
}

}  // namespace
}  // namespace respguard
