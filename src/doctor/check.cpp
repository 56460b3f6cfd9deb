#include "respguard/doctor/check.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace respguard::doctor {

namespace {

bool names(std::string_view chosen, std::string_view id)
{
    return id == chosen || (id.starts_with(chosen) && id.substr(chosen.size()).starts_with('.'));
}

bool any_names(std::vector<std::string> const& chosen, std::string_view id)
{
    return std::any_of(chosen.begin(), chosen.end(),
                       [&](std::string const& each) { return names(each, id); });
}

std::optional<finding> judge(check const& by, facts const& from, selection const& chosen)
{
    if (any_names(chosen.skip, by.id)) {
        return finding{status::skip, "accepted by you (--skip)", {}, {}, {}, {}};
    }
    bool const needs_server = by.id != "conn.reach" && by.id != "backup.fresh";
    if (!from.connect_failure.empty() && needs_server) {
        return finding{status::skip, "not asked: no connection", {}, {}, from.connect_failure, {}};
    }
    return by.judge(from);
}

/// "a / b / c" in three; the last takes what is left.
std::array<std::string, 3> rule_cells(std::string_view rule)
{
    std::array<std::string, 3> out;
    constexpr std::string_view mark = " / ";
    for (std::size_t i = 0; i < out.size(); ++i) {
        auto const end = i + 1 < out.size() ? rule.find(mark) : rule.npos;
        out[i] = rule.substr(0, end);
        if (end == rule.npos) break;
        rule.remove_prefix(end + mark.size());
    }
    return out;
}

}  // namespace

std::string_view to_string(status what) noexcept
{
    switch (what) {
    case status::ok: return "ok";
    case status::warn: return "warn";
    case status::fail: return "fail";
    case status::skip: return "skip";
    }
    return "skip";
}

check const* find_check(std::string_view id)
{
    for (auto const& each : checks()) {
        if (each.id == id) return &each;
    }
    return nullptr;
}

std::vector<std::string> unknown_names(selection const& chosen)
{
    std::vector<std::string> out;
    for (auto const* const list : {&chosen.only, &chosen.skip}) {
        for (auto const& name : *list) {
            auto const all = checks();
            bool const known = std::any_of(all.begin(), all.end(),
                                           [&](check const& c) { return names(name, c.id); });
            if (!known) out.push_back(name);
        }
    }
    return out;
}

std::vector<judged> examine(facts const& from, selection const& chosen)
{
    std::vector<judged> out;
    for (auto const& each : checks()) {
        if (!chosen.only.empty() && !any_names(chosen.only, each.id)) continue;
        if (auto found = judge(each, from, chosen)) out.push_back({&each, std::move(*found)});
    }
    return out;
}

summary count(std::vector<judged> const& findings) noexcept
{
    summary out;
    for (auto const& each : findings) {
        switch (each.found.what) {
        case status::ok: ++out.ok; break;
        case status::warn: ++out.warn; break;
        case status::fail: ++out.fail; break;
        case status::skip: ++out.skip; break;
        }
    }
    return out;
}

std::string doc_link(std::string_view id) { return std::string("docs/DOCTOR.md#").append(id); }

std::string check_reference()
{
    std::string out = "| check | EmailEngine's page | ok | warn | fail |\n|---|---|---|---|---|\n";
    for (auto const& each : checks()) {
        auto const cells = rule_cells(each.rule);
        out += "| [`" + std::string(each.id) + "`](#" + std::string(each.id) + ") | " +
               std::string(each.seed) + " | " + cells[0] + " | " + cells[1] + " | " + cells[2] +
               " |\n";
    }
    std::string_view group;
    for (auto const& each : checks()) {
        if (each.group != group) {
            group = each.group;
            out.append("\n### ").append(group).append("\n");
        }
        out.append("\n<a id=\"").append(each.id).append("\"></a>\n**`");
        out.append(each.id).append("`**: ").append(each.why);
        if (!each.fix.empty()) out.append("  \nfix: ").append(each.fix);
        out.append("\n");
    }
    return out;
}

}  // namespace respguard::doctor
