#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "relay/request_owner.hpp"

namespace respguard::relay {
namespace {

std::string wire(std::vector<std::string> const& words)
{
    std::string out = "*" + std::to_string(words.size()) + "\r\n";
    for (auto const& word : words)
        out += "$" + std::to_string(word.size()) + "\r\n" + word + "\r\n";
    return out;
}

TEST(RequestOwner, QueueStandsBehindBull)
{
    EXPECT_EQ(queue_of("bull:notify:wait"), "notify");
    EXPECT_EQ(queue_of("ee:bull:submit:17"), "submit");
    EXPECT_EQ(queue_of("{ee}:bull:documents:meta"), "documents");
    for (auto const* const other :
         {"ia:accounts", "bulldog:1", "pitbull:notify:x", "bull:", "bull"})
        EXPECT_EQ(queue_of(other), "") << other;
}

TEST(RequestOwner, OfAScriptCallByItsSha)
{
    std::string const sha(40, 'a');
    auto const bytes = wire({"EVALSHA", sha, "2", "bull:notify:wait", "bull:notify:active", "x"});
    auto const id = command::identify("evalsha", {}).id;
    EXPECT_EQ(owner_of(id, bytes).script, sha);
    EXPECT_EQ(owner_of(id, bytes).queue, "notify");
}

TEST(RequestOwner, OfAScriptSentWhole)
{
    auto const bytes = wire({"eval", "return redis.call('get', KEYS[1])", "1", "bull:export:id"});
    auto const owner = owner_of(command::identify("eval", {}).id, bytes);
    EXPECT_EQ(owner.script, "EVAL");
    EXPECT_EQ(owner.queue, "export");
}

TEST(RequestOwner, PlainCommandsHaveNoScript)
{
    auto const bytes = wire({"SET", "bull:a:b", "x"});  // owner_of() gives views of it.
    auto const owner = owner_of(command::identify("set", {}).id, bytes);
    EXPECT_EQ(owner.script, "");
    EXPECT_EQ(owner.queue, "a");
    EXPECT_EQ(owner_of(command::identify("get", {}).id, wire({"GET", "plain"})).queue, "");
}

}  // namespace
}  // namespace respguard::relay
