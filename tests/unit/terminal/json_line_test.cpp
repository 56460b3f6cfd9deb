#include "respguard/terminal/json_line.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <limits>

namespace respguard::terminal {
namespace {

std::string same_of(std::string_view text) { return json_line(boost::json::parse(text)); }

TEST(JsonLine, WritesNumbersAsPeopleDo)
{
    EXPECT_EQ(same_of(R"({"rtt_us": 4.24E1, "bytes": 1048576, "less": -3, "half": 0.5})"),
              R"({"rtt_us":42.4,"bytes":1048576,"less":-3,"half":0.5})");
    EXPECT_EQ(json_line(std::numeric_limits<double>::infinity()), "null");
}

TEST(JsonLine, IsOneLineWhateverIsInIt)
{
    EXPECT_EQ(same_of(R"( {"a\n\"": [1, [], {}, "x\ny", true, null], "b": {"c": [2.5]}} )"),
              R"({"a\n\"":[1,[],{},"x\ny",true,null],"b":{"c":[2.5]}})");
}

}  // namespace
}  // namespace respguard::terminal
