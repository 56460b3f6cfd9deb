// The `match` and `not` tables of a rule.
#include "config/match_reader.hpp"

#include "respguard/base/units.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "config/nearest.hpp"

namespace respguard::config {

namespace {

using namespace std::string_view_literals;
using kind = value::kind;
using policy::condition_settings;

struct text_field {
    std::string_view name;
    std::vector<std::string> condition_settings::*into;
};
constexpr std::array text_fields{
    text_field{"command", &condition_settings::commands},
    text_field{"param", &condition_settings::params},
    text_field{"value", &condition_settings::values},
    text_field{"key", &condition_settings::keys},
    text_field{"keys_outside", &condition_settings::keys_outside},
    text_field{"scripts_containing", &condition_settings::scripts_containing},
    text_field{"user", &condition_settings::users},
    text_field{"client_name", &condition_settings::client_names},
    text_field{"client", &condition_settings::clients},
    text_field{"listener", &condition_settings::listeners},
};

struct size_field {
    std::string_view name;
    std::optional<std::uint64_t> condition_settings::*into;
};
constexpr std::array size_fields{
    size_field{"request_bytes_over", &condition_settings::request_bytes_over},
    size_field{"reply_bytes_over", &condition_settings::reply_bytes_over},
    size_field{"argument_bytes_over", &condition_settings::argument_bytes_over},
    size_field{"key_bytes_over", &condition_settings::key_bytes_over},
    size_field{"offset_over", &condition_settings::offset_over},
    size_field{"arguments_over", &condition_settings::arguments_over},
};

constexpr std::array also_sets_fields{"param"sv, "value"sv};

std::vector<std::string_view> known_fields(bool nested)
{
    std::vector<std::string_view> names{"value_between", "also_sets", "keys_unknown", "db"};
    for (auto const& field : text_fields)
        names.push_back(field.name);
    for (auto const& field : size_fields)
        names.push_back(field.name);
    if (!nested) names.push_back("not");
    return names;
}

constexpr std::int64_t database_max = 1'000'000;

}  // namespace

void match_reader::fail(place const& at, std::string_view field, std::string text)
{
    errors_.push_back({at, key_ + "." + prefix_ + std::string(field), std::move(text)});
}

void match_reader::check_fields(value const& table, std::span<std::string_view const> known)
{
    for (table_entry const& entry : table.entries) {
        if (std::find(known.begin(), known.end(), entry.name) != known.end()) continue;
        fail(entry.at, entry.name, "unknown field" + suggestion(entry.name, known));
    }
}

policy::match_settings match_reader::read(value const& written)
{
    policy::match_settings out;
    if (written.what != kind::table) {
        errors_.push_back({written.at, key_ + ".match",
                           "found " + written.describe() +
                               ", expected a table such as { command = \"flushall\" }"});
        return out;
    }
    check_fields(written, known_fields(false));
    if (written.entries.empty()) {
        errors_.push_back({written.at, key_ + ".match",
                           "is empty: write { command = \"*\" } if every command is meant"});
    }
    read_conditions(written, out);
    auto const* unless = written.find("not");
    if (unless == nullptr) return out;
    if (unless->what != kind::table || unless->entries.empty()) {
        fail(unless->at, "not", "expected a table such as { user = \"admin\" }");
        return out;
    }
    prefix_ = "match.not.";
    check_fields(*unless, known_fields(true));
    read_conditions(*unless, out.unless.emplace());
    return out;
}

void match_reader::read_conditions(value const& written, policy::condition_settings& out)
{
    for (auto const& field : text_fields) {
        if (auto const* f = written.find(field.name)) out.*field.into = texts(*f, field.name);
    }
    for (auto const& field : size_fields) {
        if (auto const* f = written.find(field.name)) out.*field.into = size(*f, field.name);
    }
    if (auto const* f = written.find("value_between")) read_between(*f, out);
    if (auto const* f = written.find("also_sets")) out.also_sets = read_also_sets(*f);
    if (auto const* f = written.find("db")) out.dbs = databases(*f);
    if (auto const* f = written.find("keys_unknown")) {
        if (f->what == kind::boolean) {
            out.keys_unknown = f->boolean;
        } else {
            fail(f->at, "keys_unknown", "found " + f->describe() + ", expected true or false");
        }
    }
}

std::string match_reader::text(value const& written, std::string_view field)
{
    if (written.what == kind::text) return written.text;
    fail(written.at, field, "found " + written.describe() + ", expected a string");
    return {};
}

std::vector<std::string> match_reader::texts(value const& written, std::string_view field)
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

std::vector<std::uint32_t> match_reader::databases(value const& written)
{
    std::vector<std::uint32_t> out;
    std::span<value const> const items = written.what == kind::list
                                             ? std::span<value const>(written.items)
                                             : std::span<value const>(&written, 1);
    if (items.empty()) fail(written.at, "db", "is an empty list: it would never match");
    for (value const& item : items) {
        if (item.what == kind::integer && item.integer >= 0 && item.integer <= database_max) {
            out.push_back(static_cast<std::uint32_t>(item.integer));
        } else {
            fail(item.at, "db", "expected the number of a database or a list of them");
        }
    }
    return out;
}

void match_reader::read_between(value const& written, policy::condition_settings& out)
{
    auto const all_are = [&](kind what) {
        return written.what == kind::list && written.items.size() == 2 &&
               written.items[0].what == what && written.items[1].what == what;
    };
    if (all_are(kind::integer)) {
        out.value_between = {written.items[0].integer, written.items[1].integer};
    } else if (all_are(kind::text)) {
        auto const low = size(written.items[0], "value_between");
        auto const high = size(written.items[1], "value_between");
        if (low && high) out.value_bytes_between = {*low, *high};
    } else {
        fail(written.at, "value_between",
             "expected two numbers, such as [1, 299], or two sizes, such as [\"100mb\", \"4gb\"]");
    }
}

std::optional<std::pair<std::string, std::string>>
match_reader::read_also_sets(value const& written)
{
    auto const* param = written.find("param");
    auto const* what = written.find("value");
    if (written.what == kind::table) {
        for (table_entry const& entry : written.entries) {
            bool const known = std::find(also_sets_fields.begin(), also_sets_fields.end(),
                                         entry.name) != also_sets_fields.end();
            if (known) continue;
            fail(entry.at, "also_sets." + entry.name,
                 "unknown field" + suggestion(entry.name, also_sets_fields));
        }
    }
    if (param == nullptr || what == nullptr) {
        fail(written.at, "also_sets",
             "expected a table such as { param = \"appendonly\", value = \"yes\" }");
        return std::nullopt;
    }
    return std::pair{text(*param, "also_sets.param"), text(*what, "also_sets.value")};
}

std::optional<std::uint64_t> match_reader::size(value const& written, std::string_view field)
{
    if (written.what == kind::integer && written.integer >= 0) {
        return static_cast<std::uint64_t>(written.integer);
    }
    if (written.what != kind::text) {
        fail(written.at, field,
             "found " + written.describe() + ", expected a size such as \"1mb\"");
        return std::nullopt;
    }
    auto const read = parse_size(written.text);
    if (read) return *read;
    fail(written.at, field, read.error().text);
    return std::nullopt;
}

}  // namespace respguard::config
