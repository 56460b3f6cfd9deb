#include "respguard/command/keys.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/exact_block.hpp"

namespace respguard::command {
namespace {

using words = std::vector<std::string>;

std::string canonical(words const& arguments)
{
    std::string request = "*" + std::to_string(arguments.size()) + "\r\n";
    for (std::string const& a : arguments)
        request += "$" + std::to_string(a.size()) + "\r\n" + a + "\r\n";
    return request;
}

class noted_keys final : public key_visitor {
public:
    void on_key(named_key const& key) noexcept override
    {
        text += " " + std::string(key.is_pattern ? "~" : "") + std::string(key.bytes) +
                (key.is_whole() ? "" : "...");
    }
    std::string text;
};

std::string keys_in(byte_view bytes, command_id id)
{
    test::exact_block const block(bytes);
    noted_keys noted;
    keys_found const found = visit_keys(id, block.view(), noted);
    char const* const names[] = {"all:", "cut:", "unknown:"};
    return names[static_cast<std::size_t>(found)] + noted.text;
}

/// "all: k1 k2", "unknown:"; patterns with a "~".
std::string keys_of(words const& arguments)
{
    auto const id = identify(arguments[0], arguments.size() > 1 ? arguments[1] : "").id;
    return keys_in(canonical(arguments), id);
}

TEST(Keys, StandWhereTheServersTableSays)
{
    EXPECT_EQ(keys_of({"GET", "a"}), "all: a");
    EXPECT_EQ(keys_of({"set", "a", "b", "EX", "10"}), "all: a");
    EXPECT_EQ(keys_of({"MSET", "a", "1", "b", "2"}), "all: a b");
    EXPECT_EQ(keys_of({"DEL", "a", "b", "c"}), "all: a b c");
    EXPECT_EQ(keys_of({"RENAME", "a", "b"}), "all: a b");
    EXPECT_EQ(keys_of({"BITOP", "AND", "d", "a", "b"}), "all: d a b");
    EXPECT_EQ(keys_of({"BZPOPMIN", "a", "b", "5"}), "all: a b");
    EXPECT_EQ(keys_of({"SMOVE", "a", "b", "m"}), "all: a b");
    EXPECT_EQ(keys_of({"OBJECT", "ENCODING", "a"}), "all: a");
    EXPECT_EQ(keys_of({"MEMORY", "USAGE", "a"}), "all: a");
    EXPECT_EQ(keys_of({"XGROUP", "CREATE", "s", "g", "$"}), "all: s");
    EXPECT_EQ(keys_of({"WATCH", "a", "b"}), "all: a b");
    EXPECT_EQ(keys_of({"HEXPIRE", "h", "10", "FIELDS", "1", "f"}), "all: h");
    EXPECT_EQ(keys_of({"MSETEX", "2", "a", "1", "b", "2"}), "all: a b");
}

TEST(Keys, AreCountedByNumkeys)
{
    EXPECT_EQ(keys_of({"EVAL", "return 1", "2", "a", "b", "x"}), "all: a b");
    EXPECT_EQ(keys_of({"EVALSHA", "0123", "0", "x"}), "all:");
    EXPECT_EQ(keys_of({"FCALL", "f", "1", "a"}), "all: a");
    EXPECT_EQ(keys_of({"ZUNIONSTORE", "d", "2", "a", "b", "WEIGHTS", "1", "2"}), "all: d a b");
    EXPECT_EQ(keys_of({"LMPOP", "1", "a", "LEFT"}), "all: a");
    EXPECT_EQ(keys_of({"BLMPOP", "0", "2", "a", "b", "LEFT"}), "all: a b");
    // Redis refuses these; what they would have touched nobody knows.
    for (auto const* count : {"-1", "01", " 1", "x", "", "3", "99999999999"}) {
        EXPECT_EQ(keys_of({"EVAL", "return 1", count, "a", "b"}), "unknown:") << count;
    }
}

TEST(Keys, OfStreamsStandInTheFirstHalfBehindStreams)
{
    EXPECT_EQ(keys_of({"XREAD", "STREAMS", "a", "b", "0", "0"}), "all: a b");
    EXPECT_EQ(keys_of({"XREAD", "BLOCK", "5000", "COUNT", "1", "STREAMS", "a", "$"}), "all: a");
    EXPECT_EQ(keys_of({"XREADGROUP", "GROUP", "g", "c", "NOACK", "STREAMS", "a", ">"}), "all: a");
    // The server's own specification would take the group for the keyword.
    EXPECT_EQ(keys_of({"XREADGROUP", "COUNT", "1", "GROUP", "STREAMS", "c", "STREAMS", "k", ">"}),
              "all: k");
    EXPECT_EQ(keys_of({"XREADGROUP", "GROUP", "streams", "streams", "STREAMS", "k", ">"}),
              "all: k");
    EXPECT_EQ(keys_of({"XREAD", "STREAMS", "a"}), "unknown:");
    EXPECT_EQ(keys_of({"XREAD", "COUNT", "1"}), "unknown:");
}

TEST(Keys, BehindStoreAreAllShown)
{
    EXPECT_EQ(keys_of({"GEORADIUS", "g", "0", "0", "1", "m", "STORE", "a", "store", "b"}),
              "all: g a b");
    EXPECT_EQ(keys_of({"GEORADIUSBYMEMBER", "g", "m", "1", "m", "STOREDIST", "a"}), "all: g a");
    EXPECT_EQ(keys_of({"SORT", "l", "STORE", "a", "STORE", "b"}), "all: l a b");
    EXPECT_EQ(keys_of({"SORT", "l", "BY", "STORE", "STORE", "b"}), "all: l b");
    EXPECT_EQ(keys_of({"SORT", "l", "BY", "w_*", "GET", "#", "GET", "o_*->f", "LIMIT", "0", "5"}),
              "all: l ~w_* ~o_*->f");
    EXPECT_EQ(keys_of({"SORT", "l", "BY", "nosort", "ALPHA", "DESC"}), "all: l");
    EXPECT_EQ(keys_of({"SORT_RO", "l", "GET", "x*"}), "all: l ~x*");
    EXPECT_EQ(keys_of({"SORT", "l", "WHATEVER"}), "unknown: l");
}

TEST(Keys, OfAScanAreItsPattern)
{
    EXPECT_EQ(keys_of({"SCAN", "0", "MATCH", "ee:*", "COUNT", "10"}), "all: ~ee:*");
    EXPECT_EQ(keys_of({"SCAN", "0", "MATCH", "ee:*", "MATCH", "*"}), "all: ~ee:* ~*");
    EXPECT_EQ(keys_of({"KEYS", "ee:*"}), "all: ~ee:*");
    EXPECT_EQ(keys_of({"SCAN", "0"}), "unknown:");
    EXPECT_EQ(keys_of({"SCAN", "0", "TYPE", "match", "COUNT", "1"}), "unknown:");
    EXPECT_EQ(keys_of({"SCAN", "0", "MATCH"}), "unknown:");
    EXPECT_EQ(keys_of({"HSCAN", "h", "0"}), "all: h");
}

TEST(Keys, AreUnknownOfCommandsThatNameNone)
{
    for (words const& request : {words{"FLUSHALL"}, words{"RANDOMKEY"}, words{"SWAPDB", "0", "1"},
                                 words{"MIGRATE", "h", "1", "a", "0", "1"}, words{"DEBUG", "SLEEP"},
                                 words{"MONITOR"}, words{"FT.SEARCH", "i", "q"},
                                 words{"CONFIG", "nosuch"}, words{"CLUSTER", "GETKEYSINSLOT"}}) {
        EXPECT_EQ(keys_of(request), "unknown:") << request[0];
    }
    for (words const& request :
         {words{"PING"}, words{"MULTI"}, words{"EXEC"}, words{"INFO"}, words{"CONFIG", "GET", "x"},
          words{"PUBLISH", "c", "m"}, words{"SPUBLISH", "c", "m"}, words{"SSUBSCRIBE", "c"},
          words{"DBSIZE"}, words{"SCRIPT", "LOAD", "x"}}) {
        EXPECT_EQ(keys_of(request), "all:") << request[0];
        EXPECT_FALSE(may_touch_keys(identify(request[0], request.back()).id) &&
                     request.size() == 1);
    }
}

TEST(Keys, SayWhenTheyAreNotThere)
{
    words const requests[] = {{"MSET", "a", "1", "b", "2"},
                              {"EVAL", "return 1", "2", "a", "b", "x"},
                              {"XREAD", "COUNT", "1", "STREAMS", "a", "b", "0", "0"},
                              {"SORT", "l", "BY", "w*", "STORE", "d"},
                              {"SCAN", "0", "MATCH", "p"},
                              {"GEORADIUS", "g", "0", "0", "1", "m", "STORE", "a"},
                              {"DEL", "a", "b"}};
    for (words const& request : requests) {
        std::string const whole = canonical(request);
        auto const id = find(lowered(request[0]));
        std::string const all = keys_in(whole, id);
        for (std::size_t size = 0; size < whole.size(); ++size) {
            std::string const seen = keys_in(whole.substr(0, size), id);
            if (seen.starts_with("all:")) {
                EXPECT_EQ(seen, all) << size;
                continue;
            }
            EXPECT_TRUE(seen.starts_with("cut:")) << seen << " at " << size;
        }
    }
    EXPECT_EQ(keys_in("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$500\r\n", find("set")), "all: k");
    EXPECT_EQ(keys_in("*2\r\n$3\r\nGET\r\n$500\r\nab", find("get")), "cut: ab...");
}

TEST(FirstKey, StandsWhereTheServerSays)
{
    using kind = first_key_place::kind;
    auto const of = [](char const* name) { return first_key_of(find(name)); };
    EXPECT_EQ(of("get").how, kind::fixed);
    EXPECT_EQ(of("get").index, 1U);
    EXPECT_EQ(of("bitop").index, 2U);
    EXPECT_EQ(of("evalsha").how, kind::counted);
    EXPECT_EQ(of("evalsha").index, 3U);
    EXPECT_EQ(of("evalsha").count_index, 2U);
    EXPECT_EQ(of("xread").how, kind::search);
    EXPECT_EQ(of("ping").how, kind::none);
    EXPECT_EQ(of("scan").how, kind::none);
}

}  // namespace
}  // namespace respguard::command
