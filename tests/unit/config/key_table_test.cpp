#include <gtest/gtest.h>

#include <set>

#include "config/key_table.hpp"
#include "config/key_value.hpp"
#include "config/toml_text.hpp"

namespace respguard::config {
namespace {

TEST(KeyTable, EveryDefaultAndEveryExampleIsAllowed)
{
    settings values;
    for (key const& k : keys()) {
        for (std::string const& text : {show(k, values), example_of(k)}) {
            auto const written = parse_toml_value(text, place{"test"});
            ASSERT_TRUE(std::holds_alternative<value>(written)) << k.name << " " << text;
            auto const wrong = assign(k, std::get<value>(written), values);
            if (!(text == "\"\"" && k.may_be_empty)) {
                EXPECT_FALSE(wrong) << k.name << " " << text << ": " << wrong->text;
            }
            values = settings{};
        }
    }
}

TEST(KeyTable, EveryKeyIsASentenceWithoutWhatBreaksAMarkdownTable)
{
    for (key const& k : keys()) {
        EXPECT_TRUE(k.help.ends_with('.')) << k.name;
        for (std::string_view const text : {k.help, k.reason}) {
            EXPECT_EQ(text.find_first_of("|\n"), std::string_view::npos) << k.name;
        }
    }
}

TEST(KeyTable, EachFieldIsReachedByOneKeyOnly)
{
    settings values;
    std::set<void const*> seen;
    for (key const& k : keys()) {
        void const* const address = std::visit(
            [&](auto member) { return static_cast<void const*>(&member(values)); }, k.where);
        EXPECT_TRUE(seen.insert(address).second) << k.name << " sets what another key sets";
    }
}

}  // namespace
}  // namespace respguard::config
