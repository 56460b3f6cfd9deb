#include "respguard/resp/protocol_error.hpp"

#include <gtest/gtest.h>

namespace respguard {
namespace {

using code = resp::protocol_error::code;

TEST(ProtocolError, RepliesInTheWordsOfRedis)
{
    EXPECT_EQ(resp::to_reply({code::too_big_multibulk_count}),
              "-ERR Protocol error: too big mbulk count string\r\n");
    EXPECT_EQ(resp::to_reply({code::too_big_bulk_count}),
              "-ERR Protocol error: too big bulk count string\r\n");
    EXPECT_EQ(resp::to_reply({code::invalid_multibulk_length}),
              "-ERR Protocol error: invalid multibulk length\r\n");
    EXPECT_EQ(resp::to_reply({code::invalid_bulk_length}),
              "-ERR Protocol error: invalid bulk length\r\n");
    EXPECT_EQ(resp::to_reply({code::expected_dollar, ':'}),
              "-ERR Protocol error: expected '$', got ':'\r\n");
    EXPECT_EQ(resp::to_reply({code::too_big_inline}),
              "-ERR Protocol error: too big inline request\r\n");
    EXPECT_EQ(resp::to_reply({code::unbalanced_quotes}),
              "-ERR Protocol error: unbalanced quotes in request\r\n");
}

TEST(ProtocolError, HasANameForEachCode)
{
    using resp::to_string;
    EXPECT_STREQ(to_string(code::none), "none");
    EXPECT_STREQ(to_string(code::too_big_multibulk_count), "too_big_multibulk_count");
    EXPECT_STREQ(to_string(code::too_big_bulk_count), "too_big_bulk_count");
    EXPECT_STREQ(to_string(code::invalid_multibulk_length), "invalid_multibulk_length");
    EXPECT_STREQ(to_string(code::invalid_bulk_length), "invalid_bulk_length");
    EXPECT_STREQ(to_string(code::expected_dollar), "expected_dollar");
    EXPECT_STREQ(to_string(code::too_big_inline), "too_big_inline");
    EXPECT_STREQ(to_string(code::unbalanced_quotes), "unbalanced_quotes");
}

}  // namespace
}  // namespace respguard
