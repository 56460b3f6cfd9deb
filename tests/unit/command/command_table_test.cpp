#include "respguard/command/command_table.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace respguard::command {
namespace {

std::string name_of(identity const& found) { return std::string(traits_of(found.id).name); }

std::string in_random_case(std::string_view name, std::mt19937& random)
{
    std::string mixed(name);
    for (char& c : mixed) {
        if (c >= 'a' && c <= 'z' && random() % 2 == 0) c = static_cast<char>(c - 'a' + 'A');
    }
    return mixed;
}

/// From a heap block of exactly this size, so that ASan sees a read beyond it.
identity identify_exact(std::string_view name, std::string_view subcommand)
{
    auto const copy = [](std::string_view text) {
        auto block = std::make_unique<char[]>(text.size());
        std::copy(text.begin(), text.end(), block.get());
        return block;
    };
    auto const first = copy(name);
    auto const second = copy(subcommand);
    return identify({first.get(), name.size()}, {second.get(), subcommand.size()});
}

std::set<std::string> names_with(trait t)
{
    std::set<std::string> names;
    for (command_traits const& c : table()) {
        if (c.has(t)) names.emplace(c.name);
    }
    return names;
}

std::set<std::string> names_with(role what)
{
    std::set<std::string> names;
    for (command_traits const& c : table()) {
        if (c.what == what) names.emplace(c.name);
    }
    return names;
}

TEST(CommandTable, IsSortedAndStartsWithOther)
{
    ASSERT_GT(table().size(), 400U);
    EXPECT_EQ(table()[other].name, "other");
    for (std::size_t i = 2; i < table().size(); ++i) {
        EXPECT_LT(table()[i - 1].name, table()[i].name);
    }
}

TEST(CommandTable, NamesTheContainerOfEachSubcommand)
{
    for (command_traits const& c : table()) {
        std::size_t const bar = c.name.find('|');
        EXPECT_EQ(bar != std::string_view::npos, c.container != other) << c.name;
        if (c.container == other) continue;
        EXPECT_EQ(traits_of(c.container).name, c.name.substr(0, bar));
        EXPECT_TRUE(traits_of(c.container).has(trait::container)) << c.name;
        EXPECT_FALSE(c.has(trait::container)) << c.name;
    }
}

TEST(CommandTable, FindsEachByItsName)
{
    for (std::size_t i = 0; i < table().size(); ++i)
        EXPECT_EQ(find(table()[i].name), i);
    for (auto const* name :
         {"", "|", "flush", "config|", "config|nope", "get|set", "|set", "nope|set"}) {
        EXPECT_EQ(find(name), other) << name;
    }
}

TEST(Identify, KnowsEveryCommandInAnyLetterCase)
{
    std::mt19937 random(7);  // The same letters each time.
    for (std::size_t i = 1; i < table().size(); ++i) {
        std::string_view const full = table()[i].name;
        bool const sub = table()[i].container != other;
        std::size_t const bar = sub ? full.find('|') : full.size();
        for (int round = 0; round < 20; ++round) {
            std::string const name = in_random_case(full.substr(0, bar), random);
            std::string const second =
                sub ? in_random_case(full.substr(bar + 1), random) : std::string("x");
            identity const found = identify_exact(name, second);
            EXPECT_EQ(found.id, i) << name << ' ' << second;
            EXPECT_FALSE(found.nul_in_name || found.nul_in_subcommand) << name;
        }
    }
}

TEST(Identify, KnowsNoNameThatDiffersInOneByte)
{
    for (std::size_t i = 1; i < table().size(); ++i) {
        if (table()[i].container != other) continue;
        std::string const name(table()[i].name);
        for (std::size_t at = 0; at < name.size(); ++at) {
            for (char const c : {'\x01', '\x7f', '\x80', '\xff', ' ', '|', '@', '[', '`', '{'}) {
                std::string changed = name;
                changed[at] = c;
                EXPECT_EQ(identify_exact(changed, {}).id, other) << name << ' ' << at;
            }
            // Only letters fold: the bit that turns A into a turns other bytes into others.
            std::string flipped = name;
            flipped[at] = static_cast<char>(flipped[at] ^ 0x20);
            bool const letter = name[at] >= 'a' && name[at] <= 'z';
            EXPECT_EQ(identify_exact(flipped, {}).id, letter ? i : other) << flipped;
        }
        EXPECT_EQ(identify_exact(name + "x", {}).id, find(name + "x")) << name;
        EXPECT_EQ(identify_exact(" " + name, {}).id, other) << name;
        EXPECT_EQ(identify_exact(name + " ", {}).id, other) << name;
    }
}

TEST(Identify, GivesTheContainerForAnUnknownSubcommandOrNone)
{
    EXPECT_EQ(name_of(identify("CONFIG", "")), "config");
    EXPECT_EQ(name_of(identify("CONFIG", "NOPE")), "config");
    EXPECT_EQ(name_of(identify("CONFIG", "set ")), "config");
    EXPECT_EQ(name_of(identify("GET", "set")), "get");
}

// EVASION E15: the model crashed on "|" and took `client|reply x off` for CLIENT REPLY.
TEST(Identify, CanNotBeForgedByABarOrBlank)
{
    for (auto const* name : {"CONFIG|SET", "config|set", "CONFIG SET", "|", "||", "config|", "|set",
                             "client|reply", "other", "OTHER"}) {
        EXPECT_EQ(identify(name, "").id, other) << name;
        EXPECT_EQ(identify(name, "set").id, other) << name;
    }
    EXPECT_EQ(name_of(identify("config", "|set")), "config");
    EXPECT_EQ(name_of(identify("config", "config|set")), "config");
}

// EVASION E3: a server may read a name with a NUL as the command in front of the NUL.
TEST(Identify, FindsANulWhereverItStands)
{
    for (std::size_t size = 1; size <= 40; ++size) {
        for (std::size_t at = 0; at < size; ++at) {
            std::string name(size, 'q');
            name[at] = '\0';
            identity const found = identify_exact(name, {});
            EXPECT_TRUE(found.nul_in_name) << size << ' ' << at;
            EXPECT_EQ(found.id, other);
            identity const sub = identify_exact("config", name);
            EXPECT_TRUE(sub.nul_in_subcommand) << size << ' ' << at;
            EXPECT_FALSE(sub.nul_in_name);
        }
        EXPECT_FALSE(identify_exact(std::string(size, 'q'), {}).nul_in_name) << size;
    }
}

TEST(Identify, ComparesUpToTheFirstNul)
{
    using namespace std::string_literals;
    identity const found = identify("CONFIG\0abc"s, "SET\0x"s);
    EXPECT_EQ(name_of(found), "config|set");
    EXPECT_TRUE(found.nul_in_name);
    EXPECT_TRUE(found.nul_in_subcommand);
    EXPECT_EQ(name_of(identify("georadiusbymember\0x"s, {})), "georadiusbymember");
    EXPECT_EQ(name_of(identify("get\0"s + std::string(5'000, 'x'), {})), "get");
    EXPECT_EQ(identify("\0get"s, {}).id, other);
}

TEST(Identify, TakesNamesOfAnyLength)
{
    EXPECT_EQ(identify({}, {}).id, other);
    for (std::size_t size = 1; size < 300; ++size) {
        EXPECT_EQ(identify_exact(std::string(size, 'z'), {}).id, other);
    }
    EXPECT_EQ(identify(std::string(1'000'000, 'g'), {}).id, other);
}

TEST(NeedsSubcommand, IsTrueForContainersOnly)
{
    EXPECT_TRUE(needs_subcommand("ConFig"));
    EXPECT_TRUE(needs_subcommand("XGROUP"));
    EXPECT_FALSE(needs_subcommand("debug"));
    EXPECT_FALSE(needs_subcommand("get"));
    EXPECT_FALSE(needs_subcommand("nope"));
    EXPECT_FALSE(needs_subcommand(""));
}

TEST(CommandTraits, NameTheRoles)
{
    using set = std::set<std::string>;
    EXPECT_EQ(names_with(role::takeover), (set{"monitor", "psync", "replconf", "sync"}));
    EXPECT_EQ(names_with(role::subscribe), (set{"psubscribe", "ssubscribe", "subscribe"}));
    EXPECT_EQ(names_with(role::unsubscribe), (set{"punsubscribe", "sunsubscribe", "unsubscribe"}));
    EXPECT_EQ(names_with(role::cross_protocol), (set{"host:", "post"}));
    EXPECT_EQ(names_with(role::client_reply), (set{"client|reply"}));
    EXPECT_EQ(names_with(role::client_setname), (set{"client|setname"}));
    EXPECT_EQ(names_with(role::config_set), (set{"config|set"}));
    EXPECT_EQ(names_with(role::multi), (set{"multi"}));
    EXPECT_EQ(names_with(role::exec), (set{"exec"}));
    EXPECT_EQ(names_with(role::discard), (set{"discard"}));
    EXPECT_EQ(names_with(role::hello), (set{"hello"}));
    EXPECT_EQ(names_with(role::auth), (set{"auth"}));
    EXPECT_EQ(names_with(role::select), (set{"select"}));
    EXPECT_EQ(names_with(role::reset), (set{"reset"}));
    EXPECT_EQ(names_with(role::quit), (set{"quit"}));
    EXPECT_EQ(names_with(role::shutdown), (set{"shutdown"}));
}

TEST(CommandTraits, NameWhatIsSpecial)
{
    using set = std::set<std::string>;
    EXPECT_EQ(names_with(trait::unsafe_in_multi),
              (set{"client|reply", "hello", "monitor", "psubscribe", "psync", "punsubscribe",
                   "replconf", "ssubscribe", "subscribe", "sunsubscribe", "sync", "unsubscribe"}));
    EXPECT_EQ(names_with(trait::blocking),
              (set{"blmove", "blmpop", "blpop", "brpop", "brpoplpush", "bzmpop", "bzpopmax",
                   "bzpopmin", "wait", "waitaof", "xread", "xreadgroup"}));
    EXPECT_EQ(names_with(trait::block_option), (set{"xread", "xreadgroup"}));
    EXPECT_EQ(names_with(trait::script),
              (set{"eval", "eval_ro", "evalsha", "evalsha_ro", "fcall", "fcall_ro"}));
    EXPECT_EQ(names_with(trait::no_multi), (set{"psync", "save", "shutdown", "sync"}));
    EXPECT_EQ(names_with(trait::secret),
              (set{"acl|setuser", "auth", "config|set", "hello", "migrate"}));
}

TEST(CommandTraits, ComeFromTheServersTable)
{
    EXPECT_TRUE(traits_of(find("set")).has(trait::write));
    EXPECT_FALSE(traits_of(find("set")).has(trait::readonly));
    EXPECT_TRUE(traits_of(find("get")).has(trait::readonly));
    EXPECT_EQ(traits_of(find("get")).arity, 2);
    EXPECT_EQ(traits_of(find("config|set")).arity, -4);
    EXPECT_TRUE(traits_of(find("flushall")).has(trait::dangerous));
    EXPECT_TRUE(traits_of(find("publish")).has(trait::pubsub));
    EXPECT_TRUE(traits_of(find("config|get")).has(trait::admin));
}

TEST(CommandTable, KnowsNamesOfOtherEngines)
{
    for (auto const* name :
         {"post", "host:", "keydb.cron", "rreplay", "keydb.mvccrestore", "dfly", "dflycluster",
          "waitaof", "client|no-touch", "client|setinfo", "hexpire"}) {
        EXPECT_NE(find(name), other) << name;
    }
}

}  // namespace
}  // namespace respguard::command
