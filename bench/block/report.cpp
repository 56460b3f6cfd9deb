#include "report.hpp"

#include <algorithm>
#include <cstdarg>
#include <cstdio>

namespace respguard::bench {
namespace {

constexpr double mib = 1024.0 * 1024.0;

[[gnu::format(printf, 1, 2)]] std::string format(char const* pattern, ...)
{
    char text[160];
    std::va_list values;
    va_start(values, pattern);
    std::vsnprintf(text, sizeof text, pattern, values);
    va_end(values);
    return text;
}

using row = std::vector<std::string>;

/// Aligned Markdown: the first column left, all others right.
std::string draw_table(std::vector<row> const& rows)
{
    std::vector<std::size_t> widths(rows.front().size(), 3);
    for (row const& cells : rows) {
        for (std::size_t i = 0; i < cells.size(); ++i) {
            widths[i] = std::max(widths[i], cells[i].size());
        }
    }
    std::string text;
    for (row const& cells : rows) {
        for (std::size_t i = 0; i < cells.size(); ++i) {
            std::string const padding(widths[i] - cells[i].size(), ' ');
            text += i == 0 ? "| " + cells[i] + padding : " | " + padding + cells[i];
        }
        text += " |\n";
        if (&cells != &rows.front()) continue;
        for (std::size_t i = 0; i < widths.size(); ++i) {
            text += i == 0 ? "|:" + std::string(widths[i] + 1, '-')
                           : "|" + std::string(widths[i] + 1, '-') + ":";
        }
        text += "|\n";
    }
    return text;
}

std::string ratio(spread const& s)
{
    return s.count == 0 ? "-" : format("%.2f (%.2f-%.2f)", s.median, s.p10, s.p90);
}

/// Three significant digits, whatever the size.
std::string short_number(double value)
{
    return format(value < 9.995 ? "%.2f" : value < 99.95 ? "%.1f" : "%.0f", value);
}

row summary_row(target_summary const& s, double rate_scale, bool is_base)
{
    auto const rate = [rate_scale](double value) { return format("%.0f", value * rate_scale); };
    double const all_cpu_us =
        s.client_cpu_us.median + s.server_cpu_us.median + s.proxy_cpu_us.median;
    return {s.name,
            rate(s.commands_per_s.median),
            rate(s.commands_per_s.p10) + "-" + rate(s.commands_per_s.p90),
            ratio(s.to_base),
            ratio(s.to_reference),
            ratio(s.to_reference_by_cpu),
            short_number(s.p50_us.median),
            short_number(s.p99_us.median),
            is_base ? "-" : format("%+.1f", s.added_p50_us.median),
            s.proxy_cpu_us.count == 0 ? "-" : short_number(s.proxy_cpu_us.median),
            short_number(all_cpu_us),
            s.syscalls_per_command < 0 ? "-" : short_number(s.syscalls_per_command),
            format("%.1f", static_cast<double>(s.resident_bytes) / mib),
            format("%.0f %%", 100 * s.other_share.median)};
}

std::string summaries_table(workload_report const& report)
{
    bool const is_bulk = report.played.is_bulk();
    double const scale = is_bulk ? static_cast<double>(report.played.value_bytes) / 1e6 : 1;
    std::string const other = report.reference_name.empty() ? "-" : report.reference_name;
    std::vector<row> rows{{"target", is_bulk ? "MB/s" : "commands/s", "10-90 %", "/ direct",
                           "/ " + other, "/ " + other + " by CPU", "p50 us", "p99 us", "p50 + us",
                           "proxy CPU us", "all CPU us", "syscalls", "RSS MiB", "other load"}};
    for (target_summary const& s : report.summaries) {
        rows.push_back(summary_row(s, scale, &s == &report.summaries.front()));
    }
    return draw_table(rows);
}

std::string idle_table(workload_report const& report)
{
    std::vector<row> rows{{"target", "connections", "RSS before MiB", "RSS with MiB",
                           "bytes/connection", "RSS after MiB", "CPU ms/s"}};
    for (std::size_t i = 0; i < report.idle_costs.size(); ++i) {
        idle_cost const& cost = report.idle_costs[i];
        rows.push_back({report.idle_targets[i].name, std::to_string(cost.connections),
                        format("%.1f", static_cast<double>(cost.resident_before_bytes) / mib),
                        format("%.1f", static_cast<double>(cost.resident_with_bytes) / mib),
                        format("%.0f", cost.bytes_per_connection()),
                        format("%.1f", static_cast<double>(cost.resident_after_bytes) / mib),
                        format("%.2f", cost.cpu_ms_per_s)});
    }
    return draw_table(rows);
}

std::string json_text(std::string const& text)
{
    std::string quoted = "\"";
    for (char const c : text) {
        if (c == '"' || c == '\\') quoted += '\\';
        quoted += c;
    }
    return quoted + '"';
}

std::string json_spread(char const* key, spread const& s)
{
    if (s.count == 0) return format(",\"%s\":null", key);
    return format(",\"%s\":{\"median\":%.6g,\"p10\":%.6g,\"p90\":%.6g}", key, s.median, s.p10,
                  s.p90);
}

std::string json_target(target_summary const& s)
{
    std::string json = "{\"name\":" + json_text(s.name);
    json += json_spread("commands_per_s", s.commands_per_s) + json_spread("to_direct", s.to_base) +
            json_spread("to_reference", s.to_reference) +
            json_spread("to_direct_by_cpu", s.to_base_by_cpu) +
            json_spread("to_reference_by_cpu", s.to_reference_by_cpu) +
            json_spread("added_p50_to_reference", s.added_p50_to_reference) +
            json_spread("proxy_cpu_to_reference", s.proxy_cpu_to_reference) +
            json_spread("p50_us", s.p50_us) + json_spread("p99_us", s.p99_us) +
            json_spread("added_p50_us", s.added_p50_us) +
            json_spread("proxy_cpu_us_per_command", s.proxy_cpu_us) +
            json_spread("server_cpu_us_per_command", s.server_cpu_us) +
            json_spread("client_cpu_us_per_command", s.client_cpu_us) +
            json_spread("other_share", s.other_share);
    json += s.syscalls_per_command < 0
                ? ",\"syscalls_per_command\":null"
                : format(",\"syscalls_per_command\":%.4g", s.syscalls_per_command);
    return json +
           format(",\"resident_bytes\":%llu}", static_cast<unsigned long long>(s.resident_bytes));
}

std::string json_idle(target const& each, idle_cost const& cost)
{
    auto const whole = [](std::uint64_t value) { return static_cast<unsigned long long>(value); };
    return "{\"name\":" + json_text(each.name) +
           format(
               ",\"connections\":%zu,\"resident_before_bytes\":%llu,\"resident_with_bytes\":%llu",
               cost.connections, whole(cost.resident_before_bytes),
               whole(cost.resident_with_bytes)) +
           format(",\"resident_after_bytes\":%llu,\"bytes_per_connection\":%.1f,\"cpu_ms_per_s\":%."
                  "3f}",
                  whole(cost.resident_after_bytes), cost.bytes_per_connection(), cost.cpu_ms_per_s);
}

}  // namespace

std::string to_markdown(workload_report const& report)
{
    std::string const title =
        "### " + report.played.name + ": " + report.played.description + "\n\n";
    return title + (report.summaries.empty() ? idle_table(report) : summaries_table(report)) + "\n";
}

std::string to_json(workload_report const& report)
{
    workload const& played = report.played;
    std::string json = "{\"workload\":" + json_text(played.name) +
                       ",\"description\":" + json_text(played.description) +
                       format(",\"connections\":%zu,\"pipeline\":%zu,\"value_bytes\":%zu",
                              played.connections, played.pipeline, played.value_bytes) +
                       format(",\"turns\":%zu,\"block_ms\":%lld", report.settings.turns,
                              static_cast<long long>(report.settings.block.count())) +
                       ",\"reference\":" + json_text(report.reference_name) + ",\"targets\":[";
    for (std::size_t i = 0; i < report.summaries.size(); ++i) {
        json += (i == 0 ? "\n" : ",\n") + json_target(report.summaries[i]);
    }
    for (std::size_t i = 0; i < report.idle_costs.size(); ++i) {
        json += (i == 0 ? "\n" : ",\n") + json_idle(report.idle_targets[i], report.idle_costs[i]);
    }
    return json + "\n]}\n";
}

}  // namespace respguard::bench
