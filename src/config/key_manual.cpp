// The keys, for respguard(1).
#include "respguard/config/describe.hpp"

#include <string_view>

#include "config/key_table.hpp"
#include "config/key_value.hpp"

namespace respguard::config {

namespace {

/// Text of man(7): no byte of it is a request or an escape.
std::string roff(std::string_view text)
{
    std::string out;
    for (char const c : text) {
        if (c == '\\') {
            out += "\\e";
        } else if (c == '-') {
            out += "\\-";
        } else if (c == '"') {
            out += "\\(dq";  // As it is, it would only hold arguments of a request together.
        } else {
            out += c;
        }
    }
    // A line that begins with one of these is read as a request.
    return out.starts_with('.') || out.starts_with('\'') ? "\\&" + out : out;
}

}  // namespace

std::string key_manual()
{
    settings defaults;
    std::string out;
    for (section const& s : sections()) {
        out += ".SS [" + std::string(s.name) + "]\n" + roff(s.help) + "\n";
        for (key const& k : keys()) {
            if (section_of(k.name) != s.name) continue;
            out += ".TP\n.B " + roff(leaf_of(k.name)) + " = " + roff(show(k, defaults)) + "\n";
            out += roff(k.help) + "\n";
            if (!k.reason.empty()) out += roff(k.reason) + "\n";
        }
    }
    return out;
}

}  // namespace respguard::config
