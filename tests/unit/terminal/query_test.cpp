#include "respguard/terminal/query.hpp"

#include <gtest/gtest.h>

namespace respguard::terminal {
namespace {

TEST(Query, JoinsWhatHasAValue)
{
    EXPECT_EQ(query("/events").text(), "/events");
    EXPECT_EQ(query("/events").add("since", "").add("type", "a,b").add("limit", "5").text(),
              "/events?type=a,b&limit=5");
}

TEST(Query, WritesAsHexWhatWouldEndTheValue)
{
    EXPECT_EQ(query("/tap").add("key", "a:*&b c%\xC3\xA4#").text(),
              "/tap?key=a%3A%2A%26b%20c%25%C3%A4%23");
}

}  // namespace
}  // namespace respguard::terminal
