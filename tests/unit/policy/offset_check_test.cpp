#include <gtest/gtest.h>

#include <string>

#include "policy/offset_check.hpp"
#include "unit/policy/judging.hpp"

namespace respguard::policy {
namespace {

using test::canonical;
using test::words;

tri beyond(words const& request, std::uint64_t limit, std::size_t bytes = std::string::npos)
{
    std::string const whole = canonical(request);
    request_facts facts;
    facts.command = command::identify(request[0], "").id;
    facts.arguments = static_cast<std::uint32_t>(request.size());
    facts.canonical = byte_view(whole).substr(0, bytes);
    return writes_beyond(facts, limit);
}

TEST(OffsetCheck, IsAboutThreeCommands)
{
    for (auto const* name : {"setrange", "setbit", "bitfield"})
        EXPECT_TRUE(writes_at_offset(command::find(name))) << name;
    for (auto const* name : {"getrange", "getbit", "bitfield_ro", "set", "append"})
        EXPECT_FALSE(writes_at_offset(command::find(name))) << name;
    EXPECT_FALSE(writes_at_offset(command::other));
}

TEST(OffsetCheck, CountsInBytes)
{
    EXPECT_EQ(beyond({"SETRANGE", "k", "100", "x"}, 100), tri::no);
    EXPECT_EQ(beyond({"SETRANGE", "k", "101", "x"}, 100), tri::yes);
    EXPECT_EQ(beyond({"SETRANGE", "k", "536870911", "x"}, 1 << 20), tri::yes);
    EXPECT_EQ(beyond({"SETBIT", "k", "807", "1"}, 100), tri::no);
    EXPECT_EQ(beyond({"SETBIT", "k", "808", "1"}, 100), tri::yes);
    EXPECT_EQ(beyond({"SETRANGE", "k", "0", "x"}, 0), tri::no);
}

TEST(OffsetCheck, ReadsEachWriteOfABitfield)
{
    EXPECT_EQ(beyond({"BITFIELD", "k", "SET", "u8", "807", "1"}, 100), tri::no);
    EXPECT_EQ(beyond({"BITFIELD", "k", "SET", "u8", "808", "1"}, 100), tri::yes);
    EXPECT_EQ(beyond({"BITFIELD", "k", "set", "i16", "#51", "1"}, 100), tri::yes);
    EXPECT_EQ(beyond({"BITFIELD", "k", "set", "i16", "#50", "1"}, 100), tri::no);
    EXPECT_EQ(beyond({"BITFIELD", "k", "GET", "u8", "9000", "IncrBy", "u8", "9000", "1"}, 100),
              tri::yes);
    EXPECT_EQ(beyond({"BITFIELD", "k", "GET", "u8", "9000"}, 100), tri::no) << "reads only";
    EXPECT_EQ(beyond({"BITFIELD", "k", "OVERFLOW", "SET", "INCRBY", "u8", "9000", "1"}, 100),
              tri::yes);
    EXPECT_EQ(beyond({"BITFIELD", "k", "SET", "u8", "0", "9000", "GET", "u8", "9000"}, 100),
              tri::no);
    EXPECT_EQ(beyond({"BITFIELD", "k", "SET", "", "#9", "1"}, 100), tri::no);
    EXPECT_EQ(beyond({"BITFIELD", "k", "SET", "u64", "#18446744073709551615", "1"}, 100), tri::yes);
    EXPECT_EQ(beyond({"BITFIELD", "k"}, 100), tri::no);
}

TEST(OffsetCheck, ReadsNumbersAsLaxlyAsAnyEngine)
{
    for (auto const* offset : {"+101", " 101", "0101", "101 ", "18446744073709551616", "\t+000101"})
        EXPECT_EQ(beyond({"SETRANGE", "k", offset, "x"}, 100), tri::yes) << offset;
    for (auto const* offset : {"-101", "", "x101", "1e9", "99.9"})
        EXPECT_EQ(beyond({"SETRANGE", "k", offset, "x"}, 100), tri::no) << offset;
}

TEST(OffsetCheck, IsNeverSurerThanTheBytesThatAreThere)
{
    for (words const& request :
         {words{"SETRANGE", "k", "101", "x"}, words{"SETRANGE", "k", "99", "x"},
          words{"SETBIT", "k", "9000", "1"}, words{"BITFIELD", "k", "GET", "u8", "5"},
          words{"BITFIELD", "k", "SET", "u8", "9000", "1"}, words{"SETRANGE", "k"}}) {
        tri const whole = beyond(request, 100);
        for (std::size_t bytes = 0; bytes < canonical(request).size(); ++bytes) {
            tri const seen = beyond(request, 100, bytes);
            EXPECT_TRUE(seen == tri::maybe || seen == whole) << request[0] << " at " << bytes;
        }
    }
}

}  // namespace
}  // namespace respguard::policy
