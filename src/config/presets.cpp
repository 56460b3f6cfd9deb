// The rule sets that come with the guard.
#include "config/presets.hpp"

#include <array>

#include "config/nearest.hpp"
#include "config/rule_reader.hpp"
#include "config/toml_text.hpp"

namespace respguard::config {

namespace {

using namespace std::string_view_literals;

constexpr std::array fields{"description"sv, "enforce"sv, "rule"sv};

void fail(mistakes& errors, place const& at, std::string key, std::string text)
{
    errors.push_back({at, std::move(key), std::move(text)});
}

}  // namespace

preset read_preset(policy::builtin_file const& file, mistakes& errors)
{
    preset out;
    out.name = file.name;
    std::string const source = "preset " + out.name;
    auto const document = parse_toml(file.content, source);
    if (auto const* error = std::get_if<mistake>(&document)) {
        errors.push_back(*error);
        return out;
    }
    for (table_entry const& entry : std::get<value>(document).entries) {
        value const& content = entry.content;
        if (entry.name == "description" && content.what == value::kind::text) {
            out.description = content.text;
        } else if (entry.name == "enforce" && content.what == value::kind::boolean) {
            out.enforce = content.boolean;
        } else if (entry.name == "rule") {
            out.rules = read_rules(content, {"rule", source}, errors);
        } else if (entry.name == "description" || entry.name == "enforce") {
            fail(errors, content.at, entry.name, "found " + content.describe());
        } else {
            fail(errors, entry.at, entry.name, "unknown key" + suggestion(entry.name, fields));
        }
    }
    return out;
}

std::vector<std::string_view> preset_names()
{
    std::vector<std::string_view> out;
    for (policy::builtin_file const& file : policy::builtin_presets())
        out.push_back(file.name);
    return out;
}

policy::builtin_file const* find_preset(std::string_view name)
{
    for (policy::builtin_file const& file : policy::builtin_presets()) {
        if (file.name == name) return &file;
    }
    return nullptr;
}

}  // namespace respguard::config
