#include "respguard/doctor/report.hpp"

#include "respguard/base/version.hpp"
#include "respguard/policy/redis_requirements.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "doctor/advice.hpp"
#include "doctor/wording.hpp"

namespace respguard::doctor {

namespace {

namespace json = boost::json;

std::string_view colour_of(status what) noexcept
{
    switch (what) {
    case status::ok: return "\x1b[32m";
    case status::warn: return "\x1b[33m";
    case status::fail: return "\x1b[1;31m";
    case status::skip: return "\x1b[2m";
    }
    return "";
}

std::string_view symbol_of(status what) noexcept
{
    switch (what) {
    case status::ok: return "\u2713 ";
    case status::warn: return "! ";
    case status::fail: return "\u2717 ";
    case status::skip: return "- ";
    }
    return "";
}

/// The length of the word at the front; of a command that fits into a line, the length of all up
/// to its "&&" or its end: it is broken where a shell goes on reading.
std::size_t unbroken(std::string_view text, std::size_t room)
{
    auto const word = std::min(text.find(' '), text.size());
    if (!text.starts_with("redis-cli")) return word;
    constexpr std::string_view joint = " &&";
    auto end = text.find(joint);
    if (end != text.npos) {
        end += joint.size();
    } else {
        // Behind it only more advice: ", then restart EmailEngine", "(refuses writes while ...)".
        end = std::min(text.find_first_of(",;("), text.size());
        if (end < text.size()) end = text[end] == '(' ? end - 1 : end + 1;
    }
    return end <= room ? end : word;
}

/// `text` broken at blanks so that no line is longer than `width`; it starts at `column`.
std::string wrapped(std::string_view text, std::size_t column, std::size_t indent,
                    std::size_t width)
{
    std::string out;
    while (!text.empty()) {
        auto const end = unbroken(text, width - indent);
        auto const word = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        bool const first = column == indent || out.empty();
        if (!first && column + 1 + word.size() > width) {
            out.append("\n").append(indent, ' ');
            column = indent;
        } else if (!out.empty()) {
            out += ' ';
            ++column;
        }
        out += word;
        column += word.size();
    }
    return out;
}

std::string advice(std::string_view name, std::string_view text, text_style const& style)
{
    if (text.empty()) return {};
    constexpr std::size_t indent = 13;
    return fmt::format("        {} {}\n", name, wrapped(text, indent, indent, style.width));
}

std::string line_of(judged const& each, text_style const& style)
{
    auto const& found = each.found;
    std::string word = found.what == status::fail ? "FAIL" : std::string(to_string(found.what));
    if (style.symbols) word.insert(0, symbol_of(found.what));
    // Padded by what is seen: a UTF-8 mark has more bytes than columns.
    std::size_t const seen = (style.symbols ? 2 : 0) + (found.what == status::ok ? 2 : 4);
    std::string out = "  ";
    if (style.colour) out += colour_of(found.what);
    out += word;
    if (style.colour) out += "\x1b[0m";
    out.append(style.symbols ? 8 - seen : 6 - seen, ' ');
    out += fmt::format("{:<18} ", each.of->id);
    std::size_t const column =
        (style.symbols ? 10 : 8) + std::max<std::size_t>(each.of->id.size(), 18) + 1;
    auto message = found.message;
    if (!found.denied.empty()) message += " (" + found.denied + ")";
    return out + wrapped(message, column, column, style.width) + "\n";
}

/// What is wrong, failures first, each with what to do: last, where a terminal shows it.
std::string problems_of(examination const& seen, text_style const& style)
{
    std::string out;
    for (auto const what : {status::fail, status::warn}) {
        for (auto const& each : seen.findings) {
            auto const& found = each.found;
            if (found.what != what) continue;
            out += line_of(each, style);
            out += advice("why:", each.of->why, style);
            out += advice("fix:", found.fix, style);
            out += advice("doc:", doc_link(each.of->id), style);
        }
    }
    return out.empty() ? out : "\nproblems\n" + out;
}

std::string heading(examination const& seen, text_style const& style)
{
    std::string text = "respguard doctor " + std::string(version_text) + "  " + seen.target;
    if (seen.reached) text += "  " + seen.who.to_string();
    if (seen.uptime_seconds >= 0) text += ", up " + age_text(seen.uptime_seconds);
    return wrapped(text, 0, 2, style.width) + "\n";
}

json::object engine_json(engine const& who)
{
    auto const text = [](std::string const& from) -> json::value {
        if (from.empty()) return nullptr;
        return json::value(printable(from));
    };
    return {{"name", who.name},
            {"service", text(who.service)},
            {"version", text(who.version)},
            {"compat", text(who.compatible)}};
}

json::value text_or_null(std::string_view text)
{
    if (text.empty()) return nullptr;
    return json::value(text);
}

/// Null where nothing was measured.
json::value rtt_json(rtt_summary const& of)
{
    auto const us = [](std::optional<std::chrono::nanoseconds> time) -> json::value {
        if (!time) return nullptr;
        return static_cast<double>(time->count()) / 1e3;
    };
    return json::object{{"p50", us(of.p50)},           {"p99", us(of.p99)},
                        {"min", us(of.least)},         {"connect_min", us(of.connect_least)},
                        {"tcp_min", us(of.tcp_least)}, {"samples", of.samples},
                        {"proxied", of.proxied}};
}

json::object check_json(judged const& each)
{
    auto const& found = each.found;
    return {{"id", each.of->id},
            {"group", each.of->group},
            {"seed", text_or_null(each.of->seed)},
            {"status", to_string(found.what)},
            {"value", text_or_null(found.value)},
            {"threshold", each.of->rule},
            {"source", text_or_null(found.source)},
            {"denied", text_or_null(found.denied)},
            {"message", found.message},
            {"why", each.of->why},
            {"fix", text_or_null(found.fix)},
            {"doc", doc_link(each.of->id)}};
}

finding const* find(examination const& seen, std::string_view id)
{
    for (auto const& each : seen.findings) {
        if (each.of->id == id) return &each.found;
    }
    return nullptr;
}

/// "rtt_ms=0.18;1;5": only what was measured.
std::string performance(examination const& seen)
{
    std::string out;
    auto const add = [&](std::string_view name, std::string_view id, std::string_view unit,
                         std::string_view limits) {
        auto const* const found = find(seen, id);
        if (found == nullptr || found->value.empty()) return;
        auto number = found->value.substr(0, found->value.find(' '));
        out += fmt::format(" {}={}{};{}", name, number, unit, limits);
    };
    namespace need = policy::redis_requirements;
    add("rtt_p50", "net.rtt", "ms",
        fmt::format("{};{}", need::rtt_preferred.count() / 1'000, need::rtt_max.count() / 1'000));
    add("rtt_p99", "net.jitter", "ms",
        fmt::format("{};{}", need::rtt_max.count() / 1'000, need::stall_max.count()));
    add("memory", "mem.util", "%",
        fmt::format("{:.0f};{:.0f}", 100 * need::utilisation_max,
                    100 * need::utilisation_critical));
    add("evicted", "evict.happened", "c", "0;0");
    return out.empty() ? "" : " |" + out;
}

}  // namespace

examination make_examination(std::string target, facts const& from, selection const& chosen)
{
    examination out;
    out.target = std::move(target);
    out.who = identify(from);
    out.uptime_seconds = from.info_number("uptime_in_seconds").value_or(-1);
    auto const* const ping = from.reply("PING");
    out.reached = from.connect_failure.empty() && from.authenticated && ping != nullptr;
    out.rtt = summarise(from.rtt);
    out.findings = examine(from, chosen);
    for (auto& each : out.findings) {
        auto& found = each.found;
        std::string_view const fix = found.fix.empty() ? each.of->fix : std::string_view(found.fix);
        found.fix = advice_for(from, fix);
    }
    return out;
}

std::string text_report(examination const& seen, text_style const& style)
{
    std::string out = heading(seen, style);
    std::string_view group;
    for (auto const& each : seen.findings) {
        bool const folded = !seen.reached && each.found.what == status::skip;
        if (folded || (style.quiet && each.found.what != status::skip)) continue;
        if (each.of->group != group) {
            group = each.of->group;
            out.append("\n").append(group).append("\n");
        }
        out += line_of(each, style);
    }
    out += problems_of(seen, style);
    auto const all = count(seen.findings);
    out += fmt::format("\n{} failed, {} warning{}, {} ok, {} skipped\n", all.fail, all.warn,
                       all.warn == 1 ? "" : "s", all.ok, all.skip);
    bool const troubled = all.fail + all.warn > 0;
    return troubled ? out + "Without docs/DOCTOR.md at hand: respguard describe checks\n" : out;
}

std::string json_report(examination const& seen, bool strict)
{
    auto const all = count(seen.findings);
    json::array rows;
    for (auto const& each : seen.findings)
        rows.push_back(check_json(each));
    json::object const out{{"schema", 1},
                           {"respguard", version_text},
                           {"target", seen.target},
                           {"reached", seen.reached},
                           {"engine", engine_json(seen.who)},
                           {"summary", json::object{{"ok", all.ok},
                                                    {"warn", all.warn},
                                                    {"fail", all.fail},
                                                    {"skip", all.skip},
                                                    {"exit", exit_code_of(seen, strict)}}},
                           {"rtt_us", rtt_json(seen.rtt)},
                           {"checks", std::move(rows)}};
    return json::serialize(out) + "\n";
}

std::string nagios_report(examination const& seen, bool strict)
{
    constexpr std::string_view words[] = {"OK", "WARNING", "CRITICAL", "UNKNOWN"};
    auto const all = count(seen.findings);
    std::string problems;
    for (auto const what : {status::fail, status::warn}) {
        for (auto const& each : seen.findings) {
            if (each.found.what != what) continue;
            problems += fmt::format("{}{}: {}", problems.empty() ? "" : "; ", each.of->id,
                                    each.found.message);
        }
    }
    if (problems.empty()) problems = fmt::format("{} checks passed, {} skipped", all.ok, all.skip);
    // '|' begins the performance data.
    std::replace(problems.begin(), problems.end(), '|', '/');
    return fmt::format("REDIS {} - {}{}\n", words[nagios_code_of(seen, strict)], problems,
                       performance(seen));
}

std::string annotations(examination const& seen)
{
    std::string out;
    for (auto const& each : seen.findings) {
        bool const failed = each.found.what == status::fail;
        if (!failed && each.found.what != status::warn) continue;
        out += fmt::format("::{} title=respguard doctor {}::{}\n", failed ? "error" : "warning",
                           each.of->id, each.found.message);
    }
    return out;
}

int exit_code_of(examination const& seen, bool strict) noexcept
{
    if (!seen.reached) return exit_unreachable;
    auto const all = count(seen.findings);
    return all.fail > 0 || (strict && all.warn > 0) ? exit_failures : exit_good;
}

int nagios_code_of(examination const& seen, bool strict) noexcept
{
    if (!seen.reached) return 3;
    auto const all = count(seen.findings);
    if (all.fail > 0) return 2;
    return all.warn == 0 ? 0 : strict ? 2 : 1;
}

}  // namespace respguard::doctor
