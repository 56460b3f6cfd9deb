#include "respguard/stats/shown_request.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace respguard::stats {
namespace {

using texts = std::vector<std::string>;

std::string wire(texts const& arguments)
{
    std::string out = "*" + std::to_string(arguments.size()) + "\r\n";
    for (auto const& each : arguments)
        out += "$" + std::to_string(each.size()) + "\r\n" + each + "\r\n";
    return out;
}

texts shown(std::string_view name, texts const& arguments, privacy show)
{
    return shown_arguments(command::find(name), wire(arguments),
                           static_cast<std::uint32_t>(arguments.size()), show);
}

TEST(ShownRequest, HidesValuesAndShowsKeys)
{
    EXPECT_EQ(shown("hset", {"HSET", "iaq:john", "field", "mail"}, privacy::keys),
              (texts{"HSET", "iaq:john", "(5 bytes)", "(4 bytes)"}));
}

TEST(ShownRequest, HidesKeysIfAsked)
{
    EXPECT_EQ(shown("get", {"GET", "iad:john"}, privacy::none), (texts{"GET", "(8 bytes)"}));
}

TEST(ShownRequest, ShowsValuesIfAsked)
{
    EXPECT_EQ(shown("set", {"SET", "k", "v"}, privacy::all), (texts{"SET", "k", "v"}));
}

TEST(ShownRequest, NeverShowsPasswords)
{
    for (auto const show : {privacy::none, privacy::keys, privacy::all}) {
        EXPECT_EQ(shown("auth", {"AUTH", "joe", "s3cret"}, show),
                  (texts{"AUTH", "(redacted)", "(redacted)"}));
        EXPECT_EQ(shown("hello", {"HELLO", "3", "AUTH", "joe", "s3cret"}, show),
                  (texts{"HELLO", "(redacted)", "(redacted)", "(redacted)", "(redacted)"}));
        EXPECT_EQ(shown("acl|setuser", {"ACL", "SETUSER", "joe", ">s3cret"}, show),
                  (texts{"ACL", "SETUSER", "(redacted)", "(redacted)"}));
        for (auto const& text :
             shown("migrate",
                   {"MIGRATE", "host", "6379", "", "0", "100", "AUTH", "s3cret", "KEYS", "a"},
                   show)) {
            EXPECT_NE(text, "s3cret");
        }
    }
}

TEST(ShownRequest, NeverShowsPasswordsInsideOtherCommands)
{
    std::string const redacted = "(redacted)";
    for (auto const show : {privacy::none, privacy::keys, privacy::all}) {
        EXPECT_EQ(shown("sentinel", {"Sentinel", "SET", "mymaster", "auth-pass", "s3cret"}, show),
                  (texts{"Sentinel", show == privacy::all ? "SET" : "(3 bytes)", redacted, redacted,
                         redacted}));
        auto const config =
            shown("sentinel", {"SENTINEL", "config", "set", "sentinel-pass", "s3cret"}, show);
        EXPECT_EQ(config.back(), redacted);
        auto const tried = shown("acl|dryrun", {"ACL", "DRYRUN", "joe", "AUTH", "s3cret"}, show);
        EXPECT_EQ(tried.back(), redacted);
        EXPECT_EQ(tried[1], "DRYRUN");
    }
    EXPECT_EQ(shown("acl|dryrun", {"ACL", "DRYRUN", "joe", "AUTH"}, privacy::all),
              (texts{"ACL", "DRYRUN", "joe", "AUTH"}));
    EXPECT_EQ(shown("sentinel", {"SENTINEL", "MASTER", "mymaster"}, privacy::all),
              (texts{"SENTINEL", "MASTER", "mymaster"}));
    EXPECT_EQ(shown("set", {"SET", "set", "config"}, privacy::all),
              (texts{"SET", "set", "config"}));
}

TEST(ShownRequest, ShowsWhatConfigSetIsAbout)
{
    EXPECT_EQ(shown("config|set", {"CONFIG", "SET", "requirepass", "s3cret", "maxmemory", "1gb"},
                    privacy::all),
              (texts{"CONFIG", "SET", "requirepass", "(redacted)", "maxmemory", "1gb"}));
    EXPECT_EQ(shown("config|set", {"CONFIG", "SET", "maxmemory", "1gb"}, privacy::keys),
              (texts{"CONFIG", "SET", "maxmemory", "(3 bytes)"}));
}

TEST(ShownRequest, ShowsWhichScriptButNoText)
{
    EXPECT_EQ(shown("evalsha", {"EVALSHA", "8eb0", "1", "k", "v"}, privacy::keys),
              (texts{"EVALSHA", "8eb0", "(1 byte)", "k", "(1 byte)"}));
    EXPECT_EQ(shown("eval", {"EVAL", "return 1", "0"}, privacy::keys),
              (texts{"EVAL", "(8 bytes)", "(1 byte)"}));
}

TEST(ShownRequest, CutsAsRedisDoes)
{
    texts many{"DEL"};
    for (int i = 0; i < 40; ++i)
        many.push_back("k" + std::to_string(i));
    auto const cut = shown("del", many, privacy::keys);
    ASSERT_EQ(cut.size(), 32U);
    EXPECT_EQ(cut.back(), "... (10 more arguments)");

    auto const lengthy = shown("get", {"GET", std::string(200, 'x')}, privacy::keys);
    EXPECT_EQ(lengthy[1], std::string(128, 'x') + "... (72 more bytes)");
}

TEST(ShownRequest, SaysWhatIsNotThereAnyMore)
{
    std::string request = wire({"SET", "key", std::string(1'000, 'x')});
    request.resize(40);
    EXPECT_EQ(shown_arguments(command::find("set"), request, 3, privacy::keys),
              (texts{"SET", "key", "(1000 bytes)"}));
    request.resize(24);
    EXPECT_EQ(shown_arguments(command::find("set"), request, 3, privacy::keys),
              (texts{"SET", "key", "... (1 more arguments)"}));
    EXPECT_EQ(shown_arguments(command::find("set"), "", 3, privacy::keys),
              (texts{"... (3 more arguments)"}));
}

TEST(ShownRequest, HidesAfterwards)
{
    texts config{"CONFIG", "SET", "maxmemory", "1gb"};
    hide_arguments(command::find("config|set"), config, 4);
    EXPECT_EQ(config, (texts{"CONFIG", "SET", "(hidden)", "(hidden)"}));

    texts cut{"DEL", "a", "... (10 more arguments)"};
    hide_arguments(command::find("del"), cut, 12);
    EXPECT_EQ(cut, (texts{"DEL", "(hidden)", "... (10 more arguments)"}));

    texts none;
    hide_arguments(command::find("del"), none, 3);
    EXPECT_TRUE(none.empty());
}

TEST(Privacy, HasNames)
{
    EXPECT_EQ(privacy_named("none"), privacy::none);
    EXPECT_EQ(privacy_named("keys"), privacy::keys);
    EXPECT_EQ(privacy_named("all"), privacy::all);
    EXPECT_FALSE(privacy_named("some"));
}

}  // namespace
}  // namespace respguard::stats
