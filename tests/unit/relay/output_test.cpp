#include <gtest/gtest.h>

#include <string>

#include "relay/output.hpp"

namespace respguard::relay {
namespace {

std::string joined(output const& out)
{
    std::string bytes;
    for (byte_view const piece : out.pieces())
        bytes += piece;
    return bytes;
}

TEST(Output, JoinsAdjacentBytes)
{
    std::string const buffer = "one two three";
    byte_view const view(buffer);
    output out;
    out.append(view.substr(0, 4));
    out.append(view.substr(4, 4));
    out.append({});
    out.append(view.substr(8));
    ASSERT_EQ(out.pieces().size(), 1U);
    EXPECT_EQ(out.pieces()[0].data(), buffer.data());
    EXPECT_EQ(joined(out), buffer);
}

TEST(Output, KeepsTheOrderOfWhatIsNotAdjacent)
{
    std::string const buffer = "one two three";
    byte_view const view(buffer);
    output out;
    out.append(view.substr(8));
    out.append_copy(" - ");
    out.append(view.substr(0, 3));
    EXPECT_EQ(joined(out), "three - one");
    EXPECT_EQ(out.size_bytes(), 11U);
}

TEST(Output, CopiesOutliveTheirSource)
{
    output out;
    std::string wanted;
    for (int i = 0; i < 10'000; ++i) {
        auto const text = "-ERR number " + std::to_string(i) + "\r\n";
        wanted += text;
        out.append_copy(text);
    }
    EXPECT_EQ(joined(out), wanted);
}

TEST(Output, CopiesOfAnySizeAreWhole)
{
    std::string const large(100'000, 'x');
    output out;
    out.append_copy("begin");
    out.append_copy(large);
    out.append_copy("end");
    EXPECT_EQ(joined(out), "begin" + large + "end");
}

TEST(Output, IsUsedAgain)
{
    output out;
    EXPECT_TRUE(out.empty());
    for (int round = 0; round < 3; ++round) {
        out.append_copy(std::string(50'000, 'y'));
        out.append_copy("z");
        EXPECT_EQ(joined(out), std::string(50'000, 'y') + "z");
        out.clear();
        EXPECT_TRUE(out.empty());
        EXPECT_EQ(out.pieces().size(), 0U);
    }
}

}  // namespace
}  // namespace respguard::relay
