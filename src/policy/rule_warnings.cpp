#include "policy/rule_warnings.hpp"

#include "respguard/command/command_table.hpp"

#include <algorithm>
#include <array>
#include <numeric>

#include "policy/rule_compiler.hpp"

namespace respguard::policy {

namespace {

/// Letters to insert, delete, replace or swap with their neighbour until both are equal.
std::size_t edit_distance(std::string_view a, std::string_view b)
{
    std::vector<std::size_t> before_last;
    std::vector<std::size_t> last(b.size() + 1);
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(last.begin(), last.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            std::size_t const replace = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, replace});
            bool const swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
        }
        before_last = last;
        last = row;
    }
    return last[b.size()];
}

std::string unknown_name(rule_settings const& rule, std::string const& text)
{
    std::string const name = lowered(text);
    auto const pattern = name_pattern::parse(name);
    if (!pattern || !pattern->is_exact_unknown()) return {};
    std::string_view const near = nearest_command(name);
    if (near.empty()) return {};
    return name_of(rule) + ": no known command '" + name + "' (did you mean '" + std::string(near) +
           "'?)";
}

struct handshake {
    std::string_view command;
    std::string_view consequence;
};

constexpr std::array<handshake, 2> handshakes{{
    {"hello", "an error to HELLO ends ioredis 6's connect for good"},
    {"info", "ioredis never gets ready without INFO"},
}};

}  // namespace

std::string_view nearest_command(std::string_view name)
{
    std::size_t best = std::min<std::size_t>(2, name.size() / 3) + 1;
    std::string_view nearest;
    for (command::command_traits const& c : command::table().subspan(1)) {
        std::size_t const distance = edit_distance(name, c.name);
        if (distance < best) {
            best = distance;
            nearest = c.name;
        }
    }
    return nearest;
}

std::vector<std::string> warnings_of(rule_settings const& rule)
{
    std::vector<std::string> warnings;
    for (std::string const& text : rule.match.commands) {
        if (std::string line = unknown_name(rule, text); !line.empty()) warnings.push_back(line);
    }
    auto const compiled = compile_rule(rule);
    if (!compiled || rule.what < action::reject || compiled->sized || rule.shadow || rule.limit) {
        return warnings;
    }
    for (handshake const& h : handshakes) {
        auto const id = command::find(h.command);
        auto const& names = compiled->names;
        bool const covered = std::any_of(names.begin(), names.end(), [&](name_pattern const& name) {
            return name.covers(id) == cover::always;
        });
        if (covered) {
            warnings.push_back(name_of(rule) + ": it refuses '" + std::string(h.command) +
                               "': " + std::string(h.consequence));
        }
    }
    return warnings;
}

}  // namespace respguard::policy
