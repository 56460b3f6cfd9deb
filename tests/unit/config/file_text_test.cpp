#include <gtest/gtest.h>

#include "config/file_text.hpp"
#include "support/temporary_file.hpp"

namespace respguard::config {
namespace {

using test::temporary_file;

TEST(ReadWholeFile, GivesEveryByteUpToTheLimit)
{
    std::string const content = std::string(100'000, 'x') + std::string("\0end", 4);
    temporary_file const file(content);
    auto const got = read_whole_file(file.path(), content.size());
    ASSERT_TRUE(got.has_value());
    EXPECT_EQ(got->bytes, content);
    EXPECT_TRUE(read_whole_file(file.path(), content.size() - 1).has_error());
}

TEST(ReadWholeFile, SaysWhyNot)
{
    EXPECT_EQ(read_whole_file("/nonexistent", 1).error().text,
              "can not be read: No such file or directory");
    EXPECT_EQ(read_whole_file("/tmp", 1).error().text, "can not be read: Is a directory");
    EXPECT_EQ(read_whole_file("/dev/zero", 1'024).error().text,
              "is larger than 1kb: that is no file of this kind");
}

TEST(ReadFirstLine, DropsLineEndsAndTrailingBlanks)
{
    for (std::string const content : {"secret", "secret\n", "secret \r\nmore\n"}) {
        temporary_file const file(content);
        auto const got = read_first_line(file.path());
        ASSERT_TRUE(got.has_value()) << content;
        EXPECT_EQ(got->bytes, "secret");
    }
}

TEST(ReadFirstLine, AnEmptyOneIsAProblem)
{
    for (std::string const content : {"", "\n", " \nsecret"}) {
        temporary_file const file(content);
        EXPECT_EQ(read_first_line(file.path()).error().text, "its first line is empty");
    }
}

}  // namespace
}  // namespace respguard::config
