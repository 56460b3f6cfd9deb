#include "respguard/config/load.hpp"

#include <gtest/gtest.h>

#include <string>

#include "support/temporary_file.hpp"

namespace respguard::config {
namespace {

loaded with_names(std::string const& text)
{
    test::temporary_file const file(text);
    sources from;
    from.set = {"scripts.names=" + file.path()};
    return load(from);
}

TEST(ScriptNames, AreReadFromTheFile)
{
    auto const read =
        with_names("# ours\n\n8EB09338a4d68a0d75605cdbcaec70765c6b3a73 = take job\r\n");
    ASSERT_TRUE(read.errors.empty());
    ASSERT_EQ(read.values.relay.script_names.size(), 1U);
    EXPECT_EQ(read.values.relay.script_names[0].first, "8eb09338a4d68a0d75605cdbcaec70765c6b3a73");
    EXPECT_EQ(read.values.relay.script_names[0].second, "take job");
}

TEST(ScriptNames, SayWhichLineIsWrong)
{
    for (auto const* const line :
         {"8eb0 = x", "take job", "= x", "8eb09338a4d68a0d75605cdbcaec70765c6b3a73 ="}) {
        auto const read = with_names(std::string("# first\n") + line + "\n");
        ASSERT_EQ(read.errors.size(), 1U) << line;
        EXPECT_NE(read.errors[0].text.find("line 2"), std::string::npos) << read.errors[0].text;
    }
}

TEST(ScriptNames, SayThatThereIsNoFile)
{
    sources from;
    from.set = {"scripts.names=/nonexistent/names"};
    EXPECT_EQ(load(from).errors.size(), 1U);
}

}  // namespace
}  // namespace respguard::config
