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

}  // namespace
}  // namespace respguard::command
