// The tables of docs/CONFIGURATION.md.
#include "respguard/config/describe.hpp"

#include <string_view>

#include "config/key_table.hpp"
#include "config/key_value.hpp"
#include "config/presets.hpp"

namespace respguard::config {

namespace {

std::string_view reload_words(reload_rule rule)
{
    switch (rule) {
    case reload_rule::at_once: return "at once";
    case reload_rule::new_connections: return "new connections";
    case reload_rule::restart: return "restart";
    }
    return "restart";
}

std::string code(std::string_view text) { return "`" + std::string(text) + "`"; }

std::string row(key const& k, settings& defaults)
{
    std::string about(k.help);
    if (!k.reason.empty()) about += " " + std::string(k.reason);
    if (!k.example.empty()) about += " Example: " + code(k.example) + ".";
    std::string also = code(environment_name(k.name));
    if (!k.flag.empty()) also = code(k.flag) + ", " + also;
    std::string const allowed = show_bounds(k);
    std::string out = "| " + code(k.name) + " | ";
    out += type_name(k) + (allowed.empty() ? "" : ": " + allowed) + " | ";
    out += code(show(k, defaults)) + " | " + about + " | ";
    return out + also + " | " + std::string(reload_words(k.reload)) + " |\n";
}

std::string presets()
{
    std::string out = "\n| preset | rules | what for |\n|---|---|---|\n";
    mistakes none;
    for (policy::builtin_file const& file : policy::builtin_presets()) {
        preset const read = read_preset(file, none);
        out += "| " + code(file.name) + " | " + std::to_string(read.rules.size()) + " | " +
               read.description + " |\n";
    }
    return out;
}

}  // namespace

std::string key_reference()
{
    settings defaults;
    std::string out;
    for (section const& s : sections()) {
        out += (out.empty() ? "### [" : "\n### [") + std::string(s.name) + "]\n\n";
        out += std::string(s.help) + "\n\n";
        out += "| key | type, allowed | default | what and why | also set by | reload |\n";
        out += "|---|---|---|---|---|---|\n";
        for (key const& k : keys()) {
            if (section_of(k.name) == s.name) out += row(k, defaults);
        }
        if (s.name == "policy") out += presets();
    }
    return out;
}

}  // namespace respguard::config
