#include "respguard/config/describe.hpp"

#include <regex>

#include "config/key_table.hpp"
#include "loading.hpp"

namespace respguard::config {
namespace {

using test::lines;

/// "# hold = ..." to "hold = ...": what an operator does; comments in words stay.
std::string uncommented(std::string const& text)
{
    std::string const some = std::regex_replace(
        text,
        std::regex("^# ((id|match|action|message|[a-z_]+) = (?!.*[.]$).*)$", std::regex::multiline),
        "$1");
    return std::regex_replace(
        some, std::regex("^# (\\[\\[policy.rule\\]\\])$", std::regex::multiline), "$1");
}

TEST(SampleFile, LoadsAsItIsAndIsTheDefaults)
{
    loaded const got = test::load_text(sample_file());
    EXPECT_EQ(test::texts(got.errors), lines{});
    loaded expected = load({});
    expected.origins = got.origins;
    EXPECT_EQ(effective_file(got), effective_file(expected));
}

TEST(SampleFile, LoadsWithEveryKeyAndRuleUncommented)
{
    std::string const all = uncommented(sample_file());
    // url and url_file exclude each other; an empty url_file is none.
    std::string const text = std::regex_replace(all, std::regex("\nurl = [^\n]*"), "\n");
    loaded const got = test::load_text(text);
    EXPECT_EQ(test::texts(got.errors), lines{});
    EXPECT_EQ(got.values.policy.rules[0].id, "no-eviction-change");
    for (key const& k : keys()) {
        if (k.name == "upstream.url") continue;
        EXPECT_NE(got.origins.at(std::string(k.name)), "default") << k.name;
    }
}

TEST(SampleFile, NamesEveryKeyWithHelpAndFitsAScreen)
{
    std::string const text = sample_file();
    for (key const& k : keys()) {
        EXPECT_NE(text.find(std::string(leaf_of(k.name)) + " = "), std::string::npos) << k.name;
    }
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);)
        EXPECT_LE(line.size(), 100U) << line;
}

}  // namespace
}  // namespace respguard::config
