#include "respguard/doctor/resp_value.hpp"

#include <gtest/gtest.h>

#include "support/exact_block.hpp"

namespace respguard::doctor {
namespace {

using kind = resp_value::kind;

TEST(RespValue, ReadsEveryType)
{
    EXPECT_EQ(decode_reply("+OK\r\n")->text, "OK");
    EXPECT_TRUE(decode_reply("-ERR x\r\n")->is_error());
    EXPECT_EQ(decode_reply(":-7\r\n")->integer, -7);
    EXPECT_EQ(decode_reply("$3\r\nabc\r\n")->text, "abc");
    EXPECT_EQ(decode_reply("$-1\r\n")->what, kind::null);
    EXPECT_EQ(decode_reply("*-1\r\n")->what, kind::null);
    EXPECT_EQ(decode_reply("_\r\n")->what, kind::null);
    EXPECT_EQ(decode_reply("=7\r\ntxt:abc\r\n")->text, "abc");
    EXPECT_EQ(decode_reply("!5\r\nERR x\r\n")->what, kind::error);
    EXPECT_EQ(decode_reply(",1.5\r\n")->text, "1.5");
    EXPECT_EQ(decode_reply("#t\r\n")->text, "t");
    EXPECT_EQ(decode_reply("(12345678901234567890\r\n")->text, "12345678901234567890");
    EXPECT_EQ(decode_reply("%1\r\n+a\r\n:1\r\n")->items.size(), 2U);
    EXPECT_EQ(decode_reply("~2\r\n:1\r\n:2\r\n")->items.size(), 2U);
    EXPECT_EQ(decode_reply("|1\r\n+a\r\n+b\r\n+v\r\n")->text, "v");
}

TEST(RespValue, RefusesWhatIsCutOffAnywhere)
{
    std::string const whole = "*3\r\n$3\r\nabc\r\n:12\r\n*1\r\n+x\r\n";
    ASSERT_TRUE(decode_reply(whole));
    for (std::size_t size = 0; size < whole.size(); ++size) {
        test::exact_block const block(whole.substr(0, size));
        EXPECT_FALSE(decode_reply(block.view())) << size;
    }
    EXPECT_FALSE(decode_reply(whole + "x"));
}

TEST(RespValue, RefusesLies)
{
    for (auto const* const bytes :
         {"$9\r\nabc\r\n", "$99999999999999999999\r\n", "*9223372036854775807\r\n",
          "*1000000000\r\n+x\r\n", "?\r\n", "=2\r\nab\r\n", ":x\r\n", "$x\r\n"}) {
        EXPECT_FALSE(decode_reply(bytes)) << bytes;
    }
}

TEST(RespValue, DepthIsLimited)
{
    std::string deep;
    for (int i = 0; i <= resp_depth_max; ++i)
        deep += "*1\r\n";
    EXPECT_FALSE(decode_reply(deep + "+x\r\n"));
}

TEST(RespValue, RequestsAreCanonical)
{
    EXPECT_EQ(encode_request({"GET", ""}), "*2\r\n$3\r\nGET\r\n$0\r\n\r\n");
}

}  // namespace
}  // namespace respguard::doctor
