#include "config/key_value.hpp"
#include "loading.hpp"

namespace respguard::config {
namespace {

using namespace std::chrono_literals;
using test::errors_of;
using test::lines;

/// What is said about one line of a section.
std::string said(std::string const& section, std::string const& line)
{
    auto const errors = errors_of("[" + section + "]\n" + line + "\n");
    if (errors.empty()) return "";
    std::string const& first = errors.front();
    return errors.size() == 1 ? first.substr(first.find(": ", first.find(": ") + 1) + 2)
                              : "several";
}

std::optional<problem> assign_bare(std::string_view name, std::string_view text, settings& into)
{
    return assign(*find_key(name), bare_value(text, place{"test"}), into);
}

TEST(Duration, TakesTextAndZero)
{
    EXPECT_EQ(said("upstream", "hold = \"250ms\""), "");
    EXPECT_EQ(said("upstream", "hold = \"0\""), "");
    EXPECT_EQ(said("upstream", "hold = 0"), "");
}

TEST(Duration, RefusesOtherTypesNumbersAndFractionsOfItsUnit)
{
    EXPECT_EQ(said("upstream", "hold = 60"),
              "the number 60 has no unit, expected a duration, such as \"1m\"");
    EXPECT_EQ(said("upstream", "hold = \"60\""),
              "a duration needs a unit: us, ms, s, m or h, such as \"250ms\" or \"5s\"");
    EXPECT_EQ(said("upstream", "hold = false"), "found false, expected a duration, such as \"1m\"");
    EXPECT_EQ(said("upstream", "hold = 1.5"),
              "found the number 1.5, expected a duration, such as \"1m\"");
    EXPECT_EQ(said("upstream", "hold = 12:00:00"),
              "found a date or time, expected a duration, such as \"1m\"");
    EXPECT_EQ(said("upstream", "hold = [1]"), "found a list, expected a duration, such as \"1m\"");
    EXPECT_EQ(said("upstream", "hold = { x = 1 }"),
              "found a table, expected a duration, such as \"1m\"");
    EXPECT_EQ(said("upstream", "hold = \"25h\""), "out of bounds, allowed: 0 to 24h");
    EXPECT_EQ(said("upstream", "hold = \"1500us\""), "is counted in steps of 1ms, such as \"1m\"");
    EXPECT_EQ(said("sockets", "keepalive = \"1500ms\""),
              "is counted in steps of 1s, such as \"30s\"");
    EXPECT_EQ(said("sockets", "keepalive = \"0\""), "out of bounds, allowed: 1s to 32767s");
}

TEST(Size, TakesTextAndBytes)
{
    settings into;
    value written;
    written.what = value::kind::integer;
    written.integer = 65'536;
    EXPECT_FALSE(assign(*find_key("limits.buffer"), written, into));
    EXPECT_EQ(into.relay.buffer_bytes, 65'536U);
    EXPECT_FALSE(assign_bare("limits.buffer", "1mb", into));
    EXPECT_EQ(into.relay.buffer_bytes, 1'048'576U);
}

TEST(Size, RefusesOtherTypesAndBounds)
{
    EXPECT_EQ(said("limits", "buffer = \"64\""), "out of bounds, allowed: 16kb to 1gb");
    EXPECT_EQ(said("limits", "buffer = -1"), "out of bounds, allowed: 16kb to 1gb");
    EXPECT_EQ(said("limits", "buffer = true"), "found true, expected a size, such as \"64kb\"");
    EXPECT_EQ(said("limits", "buffer = \"64 kb\""),
              "unknown unit of size: use b, kb, mb, gb (1024-based) or k, m, g (1000-based)");
    EXPECT_EQ(said("limits", "buffer = \"99999999999999999999gb\""), "number too large");
}

TEST(Number, RefusesOtherTypesAndBounds)
{
    EXPECT_EQ(said("runtime", "threads = 64"), "");
    EXPECT_EQ(said("runtime", "threads = 0"), "out of bounds, allowed: 1 to 64");
    EXPECT_EQ(said("runtime", "threads = 65"), "out of bounds, allowed: 1 to 64");
    EXPECT_EQ(said("runtime", "threads = -1"), "out of bounds, allowed: 1 to 64");
    EXPECT_EQ(said("runtime", "threads = 4294967297"), "out of bounds, allowed: 1 to 64");
    EXPECT_EQ(said("runtime", "threads = \"4\""),
              "found a string, expected a number (without quotes), such as 1");
    EXPECT_EQ(said("runtime", "threads = 1.0"), "found the number 1, expected a number, such as 1");
}

TEST(Truth, RefusesOtherTypes)
{
    EXPECT_EQ(said("policy", "enforce = false"), "");
    EXPECT_EQ(said("policy", "enforce = \"no\""),
              "found a string, expected true or false (without quotes)");
    EXPECT_EQ(said("policy", "enforce = 0"),
              "found the number 0, expected true or false (without quotes)");
}

TEST(String, RefusesOtherTypesEmptyTextAndControlCharacters)
{
    EXPECT_EQ(said("log", "file = \"\""), "");
    EXPECT_EQ(said("log", "file = 5"), "found the number 5, expected a string, such as "
                                       "\"/var/log/respguard/respguard.log\"");
    EXPECT_EQ(said("log", "level = \"\""), "is empty, expected a string, such as \"info\"");
    EXPECT_EQ(said("log", "file = \"/a\\nb\""), "holds a control character");
    EXPECT_EQ(said("log", "level = \"INFO\""), "'INFO' is not known, did you mean 'info'?");
    EXPECT_EQ(said("log", "level = \"warning\""), "'warning' is not known, did you mean 'warn'?");
    EXPECT_EQ(said("log", "format = \"xml\""), "'xml' is not known; known: text, json");
}

TEST(ListOfStrings, TakesAListOrOneString)
{
    EXPECT_EQ(said("listen", "addresses = [\"127.0.0.1:1\", \"[::1]:2\"]"), "");
    EXPECT_EQ(said("listen", "addresses = \"127.0.0.1:1\""), "");
    EXPECT_EQ(said("policy", "presets = []"), "");
    EXPECT_EQ(said("listen", "addresses = []"),
              "is empty, expected at least one, such as "
              "[\"127.0.0.1:6380\", \"unix:/run/respguard/redis.sock\"]");
    EXPECT_EQ(said("policy", "presets = [5]"),
              "found the number 5 in the list, expected strings, such as [\"emailengine\"]");
    EXPECT_EQ(said("policy", "presets = true"),
              "found true, expected a list of strings, such as [\"emailengine\"]");
    EXPECT_EQ(said("policy", "presets = [\"\"]"), "one of the list is empty");
    EXPECT_EQ(said("policy", "presets = [\"a\\tb\"]"), "holds a control character");
}

TEST(BareText, IsReadByTheTypeOfTheKey)
{
    settings into;
    EXPECT_FALSE(assign_bare("runtime.threads", "4", into));
    EXPECT_EQ(into.threads, 4U);
    EXPECT_FALSE(assign_bare("upstream.hold", "0", into));
    EXPECT_EQ(into.relay.hold, 0ms);
    EXPECT_FALSE(assign_bare("listen.addresses", " 127.0.0.1:1 , [::1]:2", into));
    EXPECT_EQ(into.listen, (std::vector<std::string>{"127.0.0.1:1", "[::1]:2"}));
    EXPECT_FALSE(assign_bare("policy.presets", "", into));
    EXPECT_TRUE(into.policy.presets.empty());
    EXPECT_FALSE(assign_bare("admin.address", "", into));
    EXPECT_EQ(into.admin.address, "");
    EXPECT_FALSE(assign_bare("log.format", "json", into));
    EXPECT_EQ(into.log.format, log_format::json);
    for (std::string_view const text : {"false", "no", "OFF", "0"}) {
        into.policy.enforce = true;
        EXPECT_FALSE(assign_bare("policy.enforce", text, into)) << text;
        EXPECT_FALSE(into.policy.enforce) << text;
    }
    for (std::string_view const text : {"true", "yes", "On", "1"}) {
        EXPECT_FALSE(assign_bare("policy.enforce", text, into)) << text;
        EXPECT_TRUE(into.policy.enforce) << text;
    }
}

TEST(BareText, ThatDoesNotFitChangesNothing)
{
    settings into;
    for (auto const& [name, text] : std::vector<std::pair<std::string, std::string>>{
             {"runtime.threads", "four"},
             {"runtime.threads", "4x"},
             {"runtime.threads", ""},
             {"runtime.threads", "99999999999999999999"},
             {"upstream.hold", "5"},
             {"limits.buffer", "-1"},
             {"policy.enforce", "maybe"},
             {"listen.addresses", ""},
             {"listen.addresses", "a,,b"},
             {"log.level", "loud"}}) {
        EXPECT_TRUE(assign_bare(name, text, into)) << name << " " << text;
    }
    EXPECT_EQ(into.threads, settings{}.threads);
    EXPECT_EQ(into.listen, settings{}.listen);
    EXPECT_EQ(into.log.level, "info");
}

TEST(Show, GivesTomlThatReadsBackToTheSame)
{
    settings changed;
    changed.listen = {"127.0.0.1:1", "unix:/tmp/a\"b\\c"};
    changed.relay.hold = 1'500ms;
    changed.relay.hold_bytes = 123'457;
    changed.log.format = log_format::json;
    changed.policy.enforce = false;
    for (key const& k : keys()) {
        if (k.secret) continue;
        std::string const toml = "[" + std::string(section_of(k.name)) + "]\n" +
                                 std::string(leaf_of(k.name)) + " = " + show(k, changed) + "\n";
        if (k.name == "policy.presets") continue;
        settings again = test::load_text(toml).values;
        EXPECT_EQ(show(k, again), show(k, changed)) << toml;
    }
}

TEST(Show, MasksTheSecretEvenIfItCanNotBeRead)
{
    settings values;
    values.upstream = "redis://ee:hunter2@cache:6379/8";
    EXPECT_EQ(show(*find_key("upstream.url"), values), "\"redis://ee:***@cache:6379/8\"");
    values.upstream = "redis://ee:hunter2@@";
    EXPECT_EQ(show(*find_key("upstream.url"), values), "\"***\"");
    EXPECT_EQ(show(*find_key("events.webhook"), values), "\"\"");
    values.events.webhook.url = "https://me:hunter2@alerts.example/hunter2?token=hunter2";
    EXPECT_EQ(show(*find_key("events.webhook"), values), "\"https://***@alerts.example/***\"");
}

}  // namespace
}  // namespace respguard::config
