// EVASION.md: the spellings of a denied command that reach the policy, against the default preset.
// What is undone before it (inline forms, odd lengths, splits) is tested with module resp.
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "policy/config_parameter.hpp"
#include "unit/policy/judging.hpp"
#include "unit/policy/preset_rules.hpp"

namespace respguard::policy {
namespace {

using namespace std::string_literals;
using test::canonical;
using test::emailengine;
using test::said;
using test::words;

std::string in_random_case(std::string text, std::mt19937& random)
{
    for (char& c : text) {
        if (c >= 'a' && c <= 'z' && random() % 2 == 0) c = static_cast<char>(c - 'a' + 'A');
    }
    return text;
}

// E1
TEST(Evasion, LetterCaseDoesNotMatter)
{
    EXPECT_EQ(said(emailengine(), {"cOnFiG", "sEt", "MaxMemory-Policy", "ALLKEYS-LRU"}),
              "reject eviction");
    std::mt19937 random(3);  // The same letters each time.
    for (int i = 0; i < 500; ++i) {
        words request{"config", "set", "tcp-keepalive", "300", "maxmemory-policy", "allkeys-lru"};
        for (std::string& word : request)
            word = in_random_case(word, random);
        EXPECT_EQ(said(emailengine(), request), "reject eviction");
        EXPECT_EQ(said(emailengine(), {in_random_case("flushall", random)}), "reject flush");
    }
}

// E3: what the policy sees of a NUL. The relay refuses these whatever the verdict is.
TEST(Evasion, ANulHidesNothing)
{
    EXPECT_EQ(said(emailengine(), {"config", "set", "maxmemory-policy", "allkeys-lru\0x"s}),
              "reject eviction");
    EXPECT_EQ(said(emailengine(), {"config", "set", "maxmemory-policy\0x"s, "allkeys-lru"}),
              "reject eviction");
    EXPECT_EQ(said(emailengine(), {"config\0x"s, "set\0y"s, "maxmemory-policy", "allkeys-lru"}),
              "reject eviction");
    EXPECT_EQ(said(emailengine(), {"flushall\0x"s}), "reject flush");
    EXPECT_EQ(said(emailengine(), {"config", "set", "tcp-keepalive", "300\0x"s}),
              "allow keepalive-300");
    for (words const& request :
         {words{"config", "set", "tcp-keepalive", "300\0x"s}, words{"config", "set", "hz\0"s, "1"},
          words{"config", "set", "hz", "1", "\0"s}}) {
        EXPECT_TRUE(nul_in_config_set(canonical(request)));
    }
}

// E11
TEST(Evasion, EveryPairCounts)
{
    words const bad{"maxmemory-policy", "allkeys-lru"};
    for (std::size_t before = 0; before < 20; ++before) {
        words request{"config", "set"};
        for (std::size_t i = 0; i < before; ++i)
            request.insert(request.end(), {"hz", "10"});
        request.insert(request.end(), bad.begin(), bad.end());
        EXPECT_EQ(said(emailengine(), request), "reject eviction") << before;
        request.insert(request.end(), {"loglevel", "notice"});
        EXPECT_EQ(said(emailengine(), request), "reject eviction") << before;
        request.emplace_back("odd-tail");
        EXPECT_EQ(said(emailengine(), request), "reject eviction") << before;
    }
    EXPECT_EQ(said(emailengine(), {"config", "set", "maxmemory-policy", "noeviction",
                                   "maxmemory-policy", "allkeys-lru"}),
              "reject eviction");
}

// E12, E13: an allow list of values refuses what the server would refuse, too.
TEST(Evasion, BlanksAndQuotesDoNotMakeAValueGood)
{
    for (auto const* value : {" allkeys-lru", "allkeys-lru ", "\"allkeys-lru\"", " noeviction",
                              "noeviction ", "'noeviction'", "noeviction\n"}) {
        EXPECT_EQ(said(emailengine(), {"config", "set", "maxmemory-policy", value}),
                  "reject eviction")
            << value;
    }
    for (auto const* name :
         {" maxmemory-policy", "maxmemory-policy ", "maxmemory*", "max\\memory-policy"}) {
        EXPECT_EQ(said(emailengine(), {"config", "set", name, "allkeys-lru"}),
                  "alert other-settings")
            << name;
    }
}

// E14
TEST(Evasion, AnAliasIsJudgedAsItsPrimaryName)
{
    for (parameter_alias const& a : parameter_aliases()) {
        for (auto const* value : {"0", "1", "5", "yes", "no", ""}) {
            EXPECT_EQ(said(emailengine(), {"config", "set", std::string(a.alias), value}),
                      said(emailengine(), {"config", "set", std::string(a.primary), value}))
                << a.alias;
        }
    }
    EXPECT_EQ(said(emailengine(), {"SLAVEOF", "h", "1"}), "reject replication");
    EXPECT_EQ(said(emailengine(), {"config", "set", "SLAVE-READ-ONLY", "no"}),
              "reject replication-settings");
    EXPECT_EQ(said(emailengine(), {"config", "set", "tcp.keepalive", "0"}), "reject keepalive");
    EXPECT_EQ(said(emailengine(), {"config", "set", "TCP_KeepAlive", "0"}), "reject keepalive");
    EXPECT_EQ(said(emailengine(), {"config", "set", "maxmemory_policy", "allkeys-lru"}),
              "reject eviction");
}

// E15
TEST(Evasion, ABarMakesNoSubcommand)
{
    for (auto const* name :
         {"CONFIG|SET", "CONFIG SET", "|", "client|reply", "script|flush", "config|"}) {
        EXPECT_EQ(said(emailengine(), {name}), "alert unknown-command") << name;
        EXPECT_EQ(said(emailengine(), {name, "x", "off"}), "alert unknown-command") << name;
    }
    EXPECT_EQ(said(emailengine(), {"config", "|set", "maxmemory-policy", "allkeys-lru"}),
              "alert unknown-command");
}

// E16
TEST(Evasion, NumbersAreReadStrictly)
{
    for (auto const* value :
         {"00", "+0", "-0", " 0", "0 ", "0x0", "4294967296", "", "1e1", "300.0", "0300"}) {
        EXPECT_EQ(said(emailengine(), {"config", "set", "tcp-keepalive", value}),
                  "reject keepalive")
            << value;
    }
    for (auto const* value : {"", "001KB", "1k", "18446744073709551616"}) {
        EXPECT_EQ(said(emailengine(), {"config", "set", "maxmemory", value}), "alert memory")
            << value;
    }
}

// E19 to E28: indirection by other commands is refused where it can be seen.
TEST(Evasion, DetoursAreRefused)
{
    for (words const& request : std::vector<words>{{"debug", "set-disable-deny-scripts", "1"},
                                                   {"function", "load", "x"},
                                                   {"replicaof", "h", "1"},
                                                   {"module", "load", "x"},
                                                   {"restore", "k", "0", "x"},
                                                   {"acl", "setuser", "x"},
                                                   {"config", "set", "port", "7306"},
                                                   {"config", "set", "requirepass", "x"},
                                                   {"config", "set", "maxclients", "1"},
                                                   {"script", "flush"},
                                                   {"psync", "?", "-1"},
                                                   {"keydb.cron", "x"},
                                                   {"client", "pause", "1"}}) {
        EXPECT_EQ(test::judge(emailengine(), request).what, action::reject) << request[0];
    }
}

TEST(Evasion, ManyPairsHideNothing)
{
    words request{"config", "set"};
    for (int i = 0; i < 5'000; ++i)
        request.insert(request.end(), {"loglevel", "notice"});
    request.insert(request.end(), {"maxmemory-policy", "allkeys-lru"});
    EXPECT_EQ(test::judge(emailengine(), request).what, action::reject);
}

// A request that is larger than what somebody wants to be told of is not judged more mildly.
TEST(Evasion, PaddingDoesNotHelp)
{
    words const padded{
        "config",           "set",        "proc-title-template", std::string(1'100'000, 'x'),
        "maxmemory-policy", "allkeys-lru"};
    EXPECT_EQ(said(emailengine(), padded), "reject eviction");
}

}  // namespace
}  // namespace respguard::policy
