// The configuration while it is being put together.
#include "config/draft.hpp"

#include <algorithm>
#include <utility>

#include "config/key_value.hpp"
#include "config/nearest.hpp"

namespace respguard::config {

void draft::set(key const& k, value const& written, rank by)
{
    marks_[std::string(k.name)] = {written.at, by};
    if (auto const wrong = assign(k, written, values)) {
        fail(written.at, std::string(k.name), wrong->text);
    }
}

void draft::fail(std::string_view key_name, std::string text)
{
    fail(place_of(key_name), std::string(key_name), std::move(text));
}

void draft::fail(place const& at, std::string key_name, std::string text)
{
    errors.push_back({at, std::move(key_name), std::move(text)});
}

bool draft::is_broken(std::string_view key_name) const
{
    return std::any_of(errors.begin(), errors.end(),
                       [&](mistake const& m) { return m.key == key_name; });
}

rank draft::rank_of(std::string_view key_name) const
{
    auto const found = marks_.find(key_name);
    return found == marks_.end() ? rank::built_in : found->second.by;
}

place draft::place_of(std::string_view key_name) const
{
    auto const found = marks_.find(key_name);
    return found == marks_.end() ? place{"default"} : found->second.at;
}

void draft::came_from(std::string_view key_name, place at)
{
    marks_[std::string(key_name)].at = std::move(at);
}

std::map<std::string, std::string> draft::origins() const
{
    std::map<std::string, std::string> out;
    for (key const& k : keys())
        out.emplace(k.name, place_of(k.name).origin());
    return out;
}

std::string unknown_key_text(std::string_view name)
{
    std::string_view const section = section_of(name);
    std::vector<std::string_view> leaves;
    for (key const& k : keys()) {
        if (section_of(k.name) == section) leaves.push_back(leaf_of(k.name));
    }
    if (section == "policy") leaves.push_back("rule");
    std::string_view const leaf = nearest(leaf_of(name), leaves);
    if (!leaf.empty()) {
        return "unknown key, did you mean '" + std::string(section) + "." + std::string(leaf) +
               "'?";
    }
    for (key const& k : keys()) {  // The right name in the wrong section.
        if (leaf_of(k.name) == leaf_of(name)) {
            return "unknown key, did you mean '" + std::string(k.name) + "'?";
        }
    }
    if (!leaves.empty()) {
        return "unknown key; [" + std::string(section) + "] has " + joined(leaves);
    }
    return "unknown key" + suggestion(name, key_names());
}

}  // namespace respguard::config
