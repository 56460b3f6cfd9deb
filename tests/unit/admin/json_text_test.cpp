#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <limits>

#include "admin/json_text.hpp"

namespace respguard::admin {
namespace {

namespace json = boost::json;

TEST(JsonText, PutsRowsOnLinesOfTheirOwn)
{
    json::object const value{{"rows", json::array{json::object{{"a", 1}, {"b", json::array{1, 2}}},
                                                  json::object{{"a", 2}, {"b", json::array{}}}}},
                             {"now", json::object{{"x", true}, {"y", nullptr}}}};
    EXPECT_EQ(json_text(value), "{\n"
                                " \"rows\": [\n"
                                "  {\"a\": 1, \"b\": [1, 2]},\n"
                                "  {\"a\": 2, \"b\": []}\n"
                                " ],\n"
                                " \"now\": {\n"
                                "  \"x\": true,\n"
                                "  \"y\": null\n"
                                " }\n"
                                "}\n");
}

TEST(JsonText, OfNothingIsAnEmptyObject)
{
    EXPECT_EQ(json_text({}), "{}\n");
    EXPECT_EQ(json_text({{"rows", json::array{}}}), "{\n \"rows\": []\n}\n");
}

TEST(JsonText, WritesPlainDecimals)
{
    auto const text = json_text({{"rtt", 83.5},
                                 {"zero", 0.0},
                                 {"big", std::uint64_t{18'446'744'073'709'551'615U}},
                                 {"none", std::numeric_limits<double>::infinity()}});
    EXPECT_NE(text.find("\"rtt\": 83.5,"), std::string::npos) << text;
    EXPECT_NE(text.find("\"zero\": 0,"), std::string::npos) << text;
    EXPECT_NE(text.find("\"big\": 18446744073709551615,"), std::string::npos) << text;
    EXPECT_NE(text.find("\"none\": null"), std::string::npos) << text;
}

TEST(JsonText, ReadsBackAsWhatItWas)
{
    json::object const value{{"text", "quote \" backslash \\ line \n"},
                             {"number", 0.1},
                             {"list", json::array{1, "two", json::object{{"three", 3.25}}}}};
    EXPECT_EQ(json::parse(json_text(value)), json::value(value));
}

TEST(JsonText, RoundsTimes)
{
    EXPECT_EQ(microseconds(83'456), 83.5);
    EXPECT_EQ(microseconds(0), 0.0);
    EXPECT_EQ(milliseconds(4'250'499), 4.25);
}

}  // namespace
}  // namespace respguard::admin
