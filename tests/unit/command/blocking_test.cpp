#include "respguard/command/blocking.hpp"

#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

namespace respguard::command {
namespace {

/// "XREAD BLOCK 0" in canonical form; words are separated by one blank.
std::string canonical(std::string const& words)
{
    std::vector<std::string> arguments;
    std::istringstream stream(words);
    for (std::string word; stream >> word;)
        arguments.push_back(word);
    std::string request = "*" + std::to_string(arguments.size()) + "\r\n";
    for (std::string const& a : arguments) {
        request += "$" + std::to_string(a.size()) + "\r\n" + a + "\r\n";
    }
    return request;
}

bool does_block(std::string const& words)
{
    std::string const name = words.substr(0, words.find(' '));
    return blocks(identify(name, {}).id, canonical(words));
}

TEST(Blocks, IsTrueForCommandsThatMayWait)
{
    EXPECT_TRUE(does_block("BLPOP key 0"));
    EXPECT_TRUE(does_block("bzpopmin key 5"));
    EXPECT_TRUE(does_block("WAIT 1 0"));
    EXPECT_TRUE(does_block("waitaof 1 0 0"));
    EXPECT_FALSE(does_block("GET key"));
    EXPECT_FALSE(does_block("NOPE key"));
}

TEST(Blocks, LooksForTheBlockOptionOfStreams)
{
    EXPECT_TRUE(does_block("XREAD BLOCK 0 STREAMS s $"));
    EXPECT_TRUE(does_block("xread COUNT 1 block 0 STREAMS s $"));
    EXPECT_TRUE(does_block("XREADGROUP GROUP g c COUNT 1 BLOCK 5 NOACK STREAMS s >"));
    EXPECT_FALSE(does_block("XREAD STREAMS s 0"));
    EXPECT_FALSE(does_block("XREAD COUNT 1 STREAMS s 0"));
}

TEST(Blocks, DoesNotTakeAnotherArgumentForTheOption)
{
    EXPECT_FALSE(does_block("XREAD STREAMS block 0"));
    EXPECT_FALSE(does_block("XREADGROUP GROUP block streams STREAMS s >"));
    EXPECT_FALSE(does_block("XREADGROUP GROUP g block COUNT 1 STREAMS s >"));
    EXPECT_TRUE(does_block("XREADGROUP GROUP streams c BLOCK 0 STREAMS s >"));
}

TEST(Blocks, LooksAtWhatIsThereOfACutRequest)
{
    std::string const whole = canonical("XREAD BLOCK 0 STREAMS s $");
    command_id const xread = find("xread");
    std::size_t const behind_block = whole.find("BLOCK") + 5;
    for (std::size_t size = 0; size <= whole.size(); ++size) {
        EXPECT_EQ(blocks(xread, whole.substr(0, size)), size >= behind_block) << size;
    }
}

TEST(BlockTimeout, IsWhatTheRequestSays)
{
    using std::chrono::milliseconds;
    auto const of = [](char const* name, std::initializer_list<char const*> arguments) {
        std::string wire = "*" + std::to_string(arguments.size()) + "\r\n";
        for (std::string const each : arguments)
            wire += "$" + std::to_string(each.size()) + "\r\n" + each + "\r\n";
        return block_timeout(find(name), wire);
    };
    EXPECT_EQ(of("bzpopmin", {"BZPOPMIN", "bull:q:marker", "5"}), milliseconds(5'000));
    EXPECT_EQ(of("bzpopmin", {"BZPOPMIN", "bull:q:marker", "3.24"}), milliseconds(3'240));
    EXPECT_EQ(of("blpop", {"BLPOP", "a", "b", "0"}), milliseconds(0));
    EXPECT_EQ(of("blmpop", {"BLMPOP", "2", "1", "a", "LEFT"}), milliseconds(2'000));
    EXPECT_EQ(of("xread", {"XREAD", "COUNT", "1", "BLOCK", "10000", "STREAMS", "s", "$"}),
              milliseconds(10'000));
    EXPECT_EQ(of("xread", {"XREAD", "STREAMS", "block", "5"}), std::nullopt);
    EXPECT_EQ(of("wait", {"WAIT", "1", "250"}), milliseconds(250));
    EXPECT_EQ(of("blpop", {"BLPOP", "a", "soon"}), std::nullopt);
    EXPECT_EQ(of("blpop", {"BLPOP", "a", "-1"}), std::nullopt);
    EXPECT_EQ(of("blpop", {"BLPOP", "a", "nan"}), std::nullopt);
    EXPECT_EQ(block_timeout(find("blpop"), "*3\r\n$5\r\nBLPOP\r\n$1\r\na\r\n$4\r\n12"),
              std::nullopt);
}

}  // namespace
}  // namespace respguard::command
