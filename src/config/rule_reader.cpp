// Rules as they are written, in the file and in presets.
#include "config/rule_reader.hpp"

#include "respguard/base/units.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <utility>

#include "config/nearest.hpp"

namespace respguard::config {

namespace {

using namespace std::string_view_literals;
using kind = value::kind;

constexpr std::array rule_fields{"id"sv, "match"sv, "action"sv, "message"sv};
constexpr std::array match_fields{"command"sv,       "param"sv,     "value"sv,
                                  "value_between"sv, "also_sets"sv, "request_bytes_over"sv};
constexpr std::array also_sets_fields{"param"sv, "value"sv};
constexpr std::array actions{policy::action::allow, policy::action::alert, policy::action::reject,
                             policy::action::close};

/// Reads one rule; collects what is wrong with it.
class rule_reader {
public:
    rule_reader(std::string key, mistakes& errors) : key_(std::move(key)), errors_(errors) {}

    policy::rule_settings read(value const& rule)
    {
        policy::rule_settings out;
        check_fields(rule, "", rule_fields);
        if (auto const* id = rule.find("id")) {
            out.id = text(*id, "id");
        } else {
            fail(rule.at, "id", "is missing: each rule has its own, such as id = \"big-command\"");
        }
        if (auto const* message = rule.find("message")) out.message = text(*message, "message");
        if (auto const* action = rule.find("action")) {
            out.what = read_action(*action);
        } else {
            fail(rule.at, "action", "is missing: allow, alert, reject or close");
        }
        if (auto const* match = rule.find("match")) {
            out.match = read_match(*match);
        } else {
            fail(rule.at, "match", "is missing, such as match = { command = \"flushall\" }");
        }
        return out;
    }

private:
    void fail(place const& at, std::string_view field, std::string text)
    {
        errors_.push_back({at, key_ + "." + std::string(field), std::move(text)});
    }

    void check_fields(value const& table, std::string const& prefix,
                      std::span<std::string_view const> known)
    {
        for (table_entry const& entry : table.entries) {
            if (std::find(known.begin(), known.end(), entry.name) != known.end()) continue;
            fail(entry.at, prefix + entry.name, "unknown field" + suggestion(entry.name, known));
        }
    }

    std::string text(value const& written, std::string_view field)
    {
        if (written.what == kind::text) return written.text;
        fail(written.at, field, "found " + written.describe() + ", expected a string");
        return {};
    }

    policy::action read_action(value const& written)
    {
        std::string const name = text(written, "action");
        std::vector<std::string_view> names;
        for (policy::action const a : actions) {
            if (name == policy::to_string(a)) return a;
            names.push_back(policy::to_string(a));
        }
        if (written.what == kind::text) {
            fail(written.at, "action", "'" + name + "' is not known" + suggestion(name, names));
        }
        return policy::action::alert;
    }

    policy::match_settings read_match(value const& written)
    {
        policy::match_settings out;
        if (written.what != kind::table) {
            fail(written.at, "match",
                 "found " + written.describe() +
                     ", expected a table such as { command = \"flushall\" }");
            return out;
        }
        check_fields(written, "match.", match_fields);
        if (written.entries.empty()) {
            fail(written.at, "match",
                 "is empty: write { command = \"*\" } if every command is meant");
        }
        if (auto const* f = written.find("command")) out.commands = texts(*f, "match.command");
        if (auto const* f = written.find("param")) out.params = texts(*f, "match.param");
        if (auto const* f = written.find("value")) out.values = texts(*f, "match.value");
        if (auto const* f = written.find("value_between")) out.value_between = read_between(*f);
        if (auto const* f = written.find("also_sets")) out.also_sets = read_also_sets(*f);
        if (auto const* f = written.find("request_bytes_over")) {
            out.request_bytes_over = read_size(*f, "match.request_bytes_over");
        }
        return out;
    }

    /// One string or a list of them. Numbers are taken as they are written (value = 0).
    std::vector<std::string> texts(value const& written, std::string_view field)
    {
        std::vector<std::string> out;
        std::span<value const> const items = written.what == kind::list
                                                 ? std::span<value const>(written.items)
                                                 : std::span<value const>(&written, 1);
        if (items.empty()) fail(written.at, field, "is an empty list: it would never match");
        for (value const& item : items) {
            if (item.what == kind::text) {
                out.push_back(item.text);
            } else if (item.what == kind::integer) {
                out.push_back(std::to_string(item.integer));
            } else {
                fail(item.at, field,
                     "found " + item.describe() + ", expected a string or a list of strings");
            }
        }
        return out;
    }

    std::optional<std::pair<std::int64_t, std::int64_t>> read_between(value const& written)
    {
        auto const is_integer = [](value const& v) { return v.what == kind::integer; };
        if (written.what == kind::list && written.items.size() == 2 &&
            std::all_of(written.items.begin(), written.items.end(), is_integer)) {
            return std::pair{written.items[0].integer, written.items[1].integer};
        }
        fail(written.at, "match.value_between", "expected two numbers, such as [1, 299]");
        return std::nullopt;
    }

    std::optional<std::pair<std::string, std::string>> read_also_sets(value const& written)
    {
        auto const* param = written.find("param");
        auto const* what = written.find("value");
        if (written.what == kind::table)
            check_fields(written, "match.also_sets.", also_sets_fields);
        if (param == nullptr || what == nullptr) {
            fail(written.at, "match.also_sets",
                 "expected a table such as { param = \"appendonly\", value = \"yes\" }");
            return std::nullopt;
        }
        return std::pair{text(*param, "match.also_sets.param"),
                         text(*what, "match.also_sets.value")};
    }

    std::optional<std::uint64_t> read_size(value const& written, std::string_view field)
    {
        if (written.what == kind::integer && written.integer >= 0) {
            return static_cast<std::uint64_t>(written.integer);
        }
        if (written.what != kind::text) {
            fail(written.at, field,
                 "found " + written.describe() + ", expected a size such as \"1mb\"");
            return std::nullopt;
        }
        auto const size = parse_size(written.text);
        if (size) return *size;
        fail(written.at, field, size.error().text);
        return std::nullopt;
    }

    std::string key_;
    mistakes& errors_;
};

}  // namespace

std::vector<policy::rule_settings> read_rules(value const& list, rules_origin const& from,
                                              mistakes& errors)
{
    std::vector<policy::rule_settings> out;
    if (list.what != kind::list) {
        errors.push_back({list.at, from.key,
                          "found " + list.describe() + ", expected [[" + from.key +
                              "]] (two brackets on each side)"});
        return out;
    }
    for (value const& item : list.items) {
        std::size_t const before = errors.size();
        if (item.what != kind::table) {
            errors.push_back({item.at, from.key,
                              "found " + item.describe() + ", expected [[" + from.key + "]]"});
            continue;
        }
        auto rule = rule_reader(from.key, errors).read(item);
        rule.source = from.source.empty() ? item.at.origin() : from.source;
        if (errors.size() == before) out.push_back(std::move(rule));
    }
    return out;
}

}  // namespace respguard::config
