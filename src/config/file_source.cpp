// The configuration file.
#include "config/file_source.hpp"

#include <algorithm>
#include <utility>

#include "config/file_text.hpp"
#include "config/nearest.hpp"
#include "config/rule_reader.hpp"
#include "config/toml_text.hpp"

namespace respguard::config {

namespace {

/// policy.renamed = { config = "b840fc02" }; whether the names make sense, the policy says.
void read_renamed(table_entry const& entry, draft& into)
{
    if (entry.content.what != value::kind::table) {
        into.fail(entry.at, "policy.renamed", "expected a table such as { config = \"b840fc02\" }");
        return;
    }
    for (table_entry const& one : entry.content.entries) {
        if (one.content.what == value::kind::text) {
            into.values.policy.renamed[one.name] = one.content.text;
        } else {
            into.fail(one.at, "policy.renamed." + one.name,
                      "found " + one.content.describe() + ", expected the server's name for it");
        }
    }
}

void read_section(std::string const& section, value const& table, draft& into)
{
    for (table_entry const& entry : table.entries) {
        std::string const name = section + "." + entry.name;
        if (name == "policy.rule") {
            into.values.policy.rules = read_rules(entry.content, {name, ""}, into.errors);
        } else if (name == "policy.renamed") {
            read_renamed(entry, into);
        } else if (key const* k = find_key(name)) {
            into.set(*k, entry.content, rank::file);
        } else {
            into.fail(entry.at, name, unknown_key_text(name));
        }
    }
}

/// A name without a section in front of it that is no section itself.
void report_unknown(table_entry const& entry, draft& into)
{
    auto const names = section_names();
    if (entry.content.what == value::kind::table) {
        into.fail(entry.at, "[" + entry.name + "]",
                  "unknown section" + suggestion(entry.name, names));
        return;
    }
    for (key const& k : keys()) {
        if (leaf_of(k.name) != entry.name) continue;
        into.fail(entry.at, entry.name,
                  "unknown key, did you mean '" + std::string(k.name) + "'? (" + entry.name +
                      " belongs below [" + std::string(section_of(k.name)) + "])");
        return;
    }
    into.fail(entry.at, entry.name, "unknown key" + suggestion(entry.name, key_names()));
}

}  // namespace

void read_file(std::string const& path, draft& into)
{
    auto const text = read_whole_file(path, file_bytes_max);
    if (!text) {
        into.fail(place{path}, "", text.error().text);
        return;
    }
    auto const document = parse_toml(text->bytes, path);
    if (auto const* error = std::get_if<mistake>(&document)) {
        into.errors.push_back(*error);
        return;
    }
    auto const known = section_names();
    for (table_entry const& entry : std::get<value>(document).entries) {
        if (std::find(known.begin(), known.end(), entry.name) == known.end()) {
            report_unknown(entry, into);
        } else if (entry.content.what != value::kind::table) {
            into.fail(entry.at, entry.name,
                      "is a section: write [" + entry.name + "] and the keys below it");
        } else {
            read_section(entry.name, entry.content, into);
        }
    }
}

}  // namespace respguard::config
