#include <boost/json/array.hpp>
#include <gtest/gtest.h>

#include "admin/page_template.hpp"

namespace respguard::admin {
namespace {

namespace json = boost::json;

TEST(PageTemplate, EscapesEveryValue)
{
    EXPECT_EQ(fill_template("<b title=\"{{x}}\">", {{"x", "<script>&\"'"}}),
              "<b title=\"&lt;script&gt;&amp;&quot;&#39;\">");
}

TEST(PageTemplate, DoesNotReadValuesAsTemplates)
{
    EXPECT_EQ(fill_template("{{x}}", {{"x", "{{y}}"}, {"y", "bad"}}), "{{y}}");
}

TEST(PageTemplate, RepeatsASectionForEachRow)
{
    json::object const values{
        {"rows", json::array{json::object{{"n", "1"}}, json::object{{"n", "2"}}}}};
    EXPECT_EQ(fill_template("[{{#rows}}<{{n}}>{{/rows}}]", values), "[<1><2>]");
}

TEST(PageTemplate, LooksInTheRowFirst)
{
    json::object const values{
        {"n", "outside"}, {"m", "around"}, {"rows", json::array{json::object{{"n", "inside"}}}}};
    EXPECT_EQ(fill_template("{{#rows}}{{n}} {{m}}{{/rows}} {{n}}", values),
              "inside around outside");
}

TEST(PageTemplate, ShowsASectionOrItsOpposite)
{
    std::string_view const text = "{{#x}}yes{{/x}}{{^x}}no{{/x}}";
    EXPECT_EQ(fill_template(text, {{"x", true}}), "yes");
    EXPECT_EQ(fill_template(text, {{"x", false}}), "no");
    EXPECT_EQ(fill_template(text, {{"x", "text"}}), "yes");
    EXPECT_EQ(fill_template(text, {{"x", ""}}), "no");
    EXPECT_EQ(fill_template(text, {{"x", json::array{}}}), "no");
    EXPECT_EQ(fill_template(text, {{"x", json::array{json::object{}}}}), "yes");
    EXPECT_EQ(fill_template(text, {}), "no");
}

TEST(PageTemplate, ToleratesMistakes)
{
    EXPECT_EQ(fill_template("a{{unknown}}b", {}), "ab");
    EXPECT_EQ(fill_template("a{{open", {{"open", "x"}}), "a{{open");
    EXPECT_EQ(fill_template("a{{#x}}b", {{"x", true}}), "a");
    EXPECT_EQ(fill_template("", {}), "");
}

}  // namespace
}  // namespace respguard::admin
