#include "respguard/base/units.hpp"
#include "respguard/policy/builtin_presets.hpp"
#include "respguard/policy/reply_text.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <toml++/toml.h>
#include <utility>

#include "unit/policy/judging.hpp"
#include "unit/policy/preset_rules.hpp"

namespace respguard::policy {
namespace test {
namespace {

[[noreturn]] void fail(std::string const& what) { throw std::runtime_error("preset: " + what); }

std::vector<std::string> strings(toml::node const& node)
{
    if (auto const one = node.value<std::string>()) return {*one};
    if (!node.is_array()) fail("not a string or a list of strings");
    std::vector<std::string> all;
    for (toml::node const& entry : *node.as_array()) {
        all.push_back(entry.value<std::string>().value());
    }
    return all;
}

std::pair<std::int64_t, std::int64_t> bounds(toml::node const& node)
{
    auto const* const pair = node.as_array();
    if (pair == nullptr || pair->size() != 2) fail("value_between is not a pair");
    return {pair->at(0).value<std::int64_t>().value(), pair->at(1).value<std::int64_t>().value()};
}

std::pair<std::string, std::string> also_sets(toml::node const& node)
{
    auto const& table = *node.as_table();
    return {table["param"].value<std::string>().value(),
            table["value"].value<std::string>().value()};
}

std::uint64_t size(toml::node const& node)
{
    return parse_size(node.value<std::string>().value()).value();
}

match_settings match_of(toml::table const& table)
{
    match_settings match;
    for (auto const& [key, node] : table) {
        if (key == "command") {
            match.commands = strings(node);
        } else if (key == "param") {
            match.params = strings(node);
        } else if (key == "value") {
            match.values = strings(node);
        } else if (key == "value_between") {
            match.value_between = bounds(node);
        } else if (key == "also_sets") {
            match.also_sets = also_sets(node);
        } else if (key == "request_bytes_over") {
            match.request_bytes_over = size(node);
        } else if (key == "reply_bytes_over") {
            match.reply_bytes_over = size(node);
        } else if (key == "key_bytes_over") {
            match.key_bytes_over = size(node);
        } else if (key == "offset_over") {
            match.offset_over = size(node);
        } else if (key == "keys_unknown") {
            match.keys_unknown = node.value<bool>().value();
        } else if (key == "not") {
            match.unless = match_of(*node.as_table());
        } else {
            fail("unknown condition " + std::string(key.str()));
        }
    }
    return match;
}

action action_of(std::string_view name)
{
    for (action const what : {action::allow, action::alert, action::reject, action::close}) {
        if (to_string(what) == name) return what;
    }
    fail("unknown action " + std::string(name));
}

rule_settings rule_of(toml::table const& table)
{
    rule_settings made;
    for (auto const& [key, node] : table) {
        if (key == "id") {
            made.id = node.value<std::string>().value();
        } else if (key == "match") {
            made.match = match_of(*node.as_table());
        } else if (key == "action") {
            made.what = action_of(node.value<std::string>().value());
        } else if (key == "message") {
            made.message = node.value<std::string>().value();
        } else if (key == "shadow") {
            made.shadow = node.value<bool>().value();
        } else {
            fail("unknown key " + std::string(key.str()));
        }
    }
    return made;
}

}  // namespace

policy_settings preset_settings(std::string_view name)
{
    auto const files = builtin_presets();
    auto const file = std::find_if(files.begin(), files.end(),
                                   [&](builtin_file const& f) { return f.name == name; });
    if (file == files.end()) fail("no preset " + std::string(name));
    toml::table const document = toml::parse(file->content);
    policy_settings settings;
    for (auto const& [key, node] : document) {
        if (key == "rule") {
            for (toml::node const& entry : *node.as_array()) {
                settings.rules.push_back(rule_of(*entry.as_table()));
            }
        } else if (key == "enforce") {
            settings.enforce = node.value<bool>().value();
        } else if (key != "description") {
            fail("unknown key " + std::string(key.str()));
        }
    }
    return settings;
}

rule_set const& emailengine()
{
    static rule_set const rules = rule_set::compile(preset_settings("emailengine")).value();
    return rules;
}

}  // namespace test

namespace {

TEST(Presets, CompileWithoutAWarning)
{
    ASSERT_FALSE(builtin_presets().empty());
    for (builtin_file const& file : builtin_presets()) {
        auto const rules = rule_set::compile(test::preset_settings(file.name));
        ASSERT_TRUE(rules.has_value()) << file.name << ": " << rules.error().text;
        for (std::string const& line : rules->warnings())
            ADD_FAILURE() << file.name << ": " << line;
    }
}

TEST(Presets, SayWhatTheyAreFor)
{
    for (builtin_file const& file : builtin_presets()) {
        EXPECT_TRUE(file.content.starts_with("# ")) << file.name;
        EXPECT_TRUE(toml::parse(file.content)["description"].is_string()) << file.name;
        for (rule_settings const& rule : test::preset_settings(file.name).rules) {
            bool const silent = rule.what == action::allow;
            EXPECT_TRUE(silent || !rule.message.empty()) << file.name << ": " << rule.id;
        }
    }
}

// EVASION section 4: for every rule and every command, whichever of them it may ever meet.
TEST(Presets, GiveNoReplyThatClientsActOn)
{
    for (builtin_file const& file : builtin_presets()) {
        for (rule_settings const& rule : test::preset_settings(file.name).rules) {
            for (std::size_t id = 0; id < command::table().size(); ++id) {
                std::string const text = refused_text(static_cast<command::command_id>(id), rule);
                EXPECT_LE(text.size(), 200U) << text;
                for (std::string_view const token : forbidden_tokens()) {
                    EXPECT_EQ(text.find(token), std::string::npos) << text;
                }
            }
        }
    }
}

// docs/POLICY.md shows the default preset as a table.
TEST(Presets, AreInTheManualRuleByRule)
{
    std::ifstream file(RESPGUARD_TEST_DATA "/../../docs/POLICY.md");
    std::string const manual(std::istreambuf_iterator<char>(file), {});
    ASSERT_FALSE(manual.empty());
    for (rule_settings const& rule : test::preset_settings("emailengine").rules) {
        std::string const row = "\n| `" + rule.id + "` | ";
        std::size_t const start = manual.find(row);
        ASSERT_NE(start, std::string::npos) << rule.id;
        std::string const line = manual.substr(start + 1, manual.find('\n', start + 1) - start - 1);
        std::string const end =
            " | " + std::string(to_string(rule.what)) + " | " + rule.message + " |";
        EXPECT_TRUE(line.ends_with(end)) << line;
    }
}

TEST(Presets, OfEnginesOnlyRehearse)
{
    for (auto const* name : {"elasticache", "memorystore", "azure", "dragonfly"}) {
        policy_settings const settings = test::preset_settings(name);
        ASSERT_FALSE(settings.rules.empty()) << name;
        for (rule_settings const& rule : settings.rules)
            EXPECT_TRUE(rule.shadow) << rule.id;
    }
}

TEST(Presets, CanAllBeUsedAtOnce)
{
    policy_settings all;
    for (builtin_file const& file : builtin_presets()) {
        for (rule_settings& rule : test::preset_settings(file.name).rules)
            all.rules.push_back(std::move(rule));
    }
    auto const rules = rule_set::compile(all);
    EXPECT_TRUE(rules.has_value()) << rules.error().text;
}

std::string said_by(char const* preset, test::words const& request, std::uint64_t size = 0)
{
    auto const rules = rule_set::compile(test::preset_settings(preset)).value();
    return size == 0 ? test::said(rules, request) : test::said(rules, request, size);
}

TEST(Presets, UpstashRefusesBySizeAndWhatItDoesNotKnow)
{
    EXPECT_EQ(said_by("upstash-1mb", {"SET", "k", "v"}, 1 << 20), "allow");
    EXPECT_EQ(said_by("upstash-1mb", {"SET", "k", "v"}, (1 << 20) + 1),
              "reject upstash-1mb-request");
    EXPECT_EQ(said_by("upstash-10mb", {"SET", "k", "v"}, (1 << 20) + 1), "allow");
    EXPECT_EQ(said_by("upstash-10mb", {"SET", std::string(32'769, 'k'), "v"}),
              "reject upstash-10mb-key");
    EXPECT_EQ(said_by("upstash-10mb", {"SLOWLOG", "LEN"}), "reject upstash-10mb-slowlog");
    EXPECT_EQ(said_by("upstash-10mb", {"CONFIG", "GET", "maxmemory"}), "allow");
    EXPECT_EQ(said_by("upstash-10mb", {"CONFIG", "SET", "notify-keyspace-events", "KEA"}), "allow");
    EXPECT_EQ(said_by("upstash-10mb", {"CONFIG", "SET", "notify-keyspace-events", "", "hz", "1"}),
              "reject upstash-10mb-config-set");
}

TEST(Presets, SharedLeavesOthersAlone)
{
    for (test::words const& request : {test::words{"FLUSHDB"},
                                       test::words{"KEYS", "*"},
                                       test::words{"MONITOR"},
                                       test::words{"CLIENT", "KILL", "ID", "5"},
                                       test::words{"SCRIPT", "FLUSH"},
                                       test::words{"FT.SEARCH", "i", "q"},
                                       test::words{"CONFIG", "SET", "hz", "10"},
                                       test::words{"CONFIG", "GET", "maxmemory"},
                                       test::words{"CONFIG", "REWRITE"},
                                       test::words{"SLOWLOG", "GET"},
                                       test::words{"SLOWLOG", "RESET"},
                                       test::words{"COMMANDLOG", "GET", "5", "slow"},
                                       test::words{"CLIENT", "TRACKING", "ON", "BCAST"},
                                       test::words{"ACL", "LIST"},
                                       test::words{"ACL", "GETUSER", "default"},
                                       test::words{"ACL", "USERS"},
                                       test::words{"ACL", "LOG"},
                                       test::words{"KEYDB.CRON", "a"},
                                       test::words{"DFLYCLUSTER"},
                                       test::words{"RREPLAY", "a"},
                                       test::words{"PFDEBUG", "GETREG", "k"},
                                       test::words{"PFSELFTEST"},
                                       test::words{"CLUSTER", "BUMPEPOCH"},
                                       test::words{"CLUSTER", "SET-CONFIG-EPOCH", "1"},
                                       test::words{"CLUSTER", "FLUSHSLOTS"},
                                       test::words{"CLUSTER", "GETKEYSINSLOT", "1", "9"},
                                       test::words{"SCRIPT", "DEBUG", "SYNC"}}) {
        EXPECT_TRUE(said_by("shared", request).starts_with("reject shared-")) << request[0];
    }
    for (test::words const& request :
         {test::words{"GET", "k"}, test::words{"SCAN", "0"}, test::words{"INFO"},
          test::words{"CLIENT", "SETNAME", "x"}, test::words{"CLIENT", "LIST"},
          test::words{"EVALSHA", "0", "0"}, test::words{"CONFIG", "HELP"},
          test::words{"SLOWLOG", "LEN"}, test::words{"ACL", "WHOAMI"},
          test::words{"CLUSTER", "INFO"}, test::words{"CLIENT", "TRACKINGINFO"}}) {
        EXPECT_EQ(said_by("shared", request), "allow") << request[0];
    }
}

// What the default preset rejects because it concerns everybody is rejected here, too: nobody has
// to load both.
TEST(Presets, SharedAloneRejectsWhateverCommandEmailengineRejects)
{
    auto const shared = rule_set::compile(test::preset_settings("shared")).value();
    for (std::size_t i = 1; i < command::table().size(); ++i) {
        auto const id = static_cast<command::command_id>(i);
        if (command::traits_of(id).what == command::role::config_set) continue;
        request_facts facts;
        facts.command = id;
        facts.size_bytes = 20;
        facts.arguments = 1;
        facts.canonical = "*1\r\n$1\r\nx\r\n";
        if (test::emailengine().judge(facts).what != action::reject) continue;
        EXPECT_EQ(shared.judge(facts).what, action::reject) << command::traits_of(id).name;
    }
}

TEST(Presets, ObserveOnlyEnforcesNothing)
{
    policy_settings const settings = test::preset_settings("observe-only");
    EXPECT_TRUE(settings.rules.empty());
    EXPECT_FALSE(settings.enforce);
}

}  // namespace
}  // namespace respguard::policy
