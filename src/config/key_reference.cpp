// The tables of docs/CONFIGURATION.md.
#include "respguard/config/describe.hpp"

#include <string_view>

#include "config/key_table.hpp"
#include "config/key_value.hpp"

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

}  // namespace

std::string key_reference()
{
    settings defaults;
    std::string out;
    for (section const& s : sections()) {
        out += (out.empty() ? "### [" : "\n### [") + std::string(s.name) + "]\n\n";
        out += std::string(s.help) + "\n\n";
        out += "| key | type, allowed | default | what and why | also set by | change |\n";
        out += "|---|---|---|---|---|---|\n";
        for (key const& k : keys()) {
            if (section_of(k.name) == s.name) out += row(k, defaults);
        }
    }
    return out;
}

}  // namespace respguard::config
