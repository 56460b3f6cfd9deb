#include "respguard/terminal/stats_summary.hpp"

#include "respguard/terminal/short_number.hpp"
#include "respguard/terminal/text_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "terminal/json_member.hpp"

namespace respguard::terminal {

namespace {

namespace json = boost::json;

/// A script or a queue is told from others by so much of its name; columns give way to it.
constexpr std::size_t name_least = 21;

std::string head_lines(json::object const& stats)
{
    auto const number = [&](std::string_view path) { return number_at(stats, path); };
    auto const duration = [&](std::string_view path) { return short_time(number(path)); };
    std::string listeners;
    for (auto const& each : rows_at(stats, "listeners")) {
        if (each.is_string()) {
            listeners += (listeners.empty() ? "" : ", ") + std::string(each.get_string());
        }
    }
    std::string out =
        fmt::format("guard     {}, up {}, {}\n", text_at(stats, "version.version"),
                    short_age(number("uptime_ms")),
                    flag_at(stats, "draining") ? std::string("draining")
                    : flag_at(stats, "ready")  ? std::string("ready")
                                               : "not ready: " + text_at(stats, "ready_why"));
    out += fmt::format("path      {} -> {} ({})\n", listeners, text_at(stats, "upstream"),
                       flag_at(stats, "upstream_up") ? "answers" : "does not answer");
    out += fmt::format("now       {} clients, {} held, {} in flight, {} buffered\n",
                       number("now.client_connections"), number("now.held_connections"),
                       number("now.inflight_commands"), short_size(number("now.buffered_bytes")));
    out +=
        fmt::format("so far    {} commands, {} errors, {} rejected, {} alerted, {} cancelled\n",
                    short_count(number("totals.calls")), short_count(number("totals.errors")),
                    short_count(number("totals.rejected")), short_count(number("totals.alerted")),
                    short_count(number("totals.cancelled")));
    out +=
        fmt::format("trip      p50 {}, p95 {}, p99 {}, max {}; of it the guard: p50 {} + {}\n",
                    duration("totals.rtt_us.p50"), duration("totals.rtt_us.p95"),
                    duration("totals.rtt_us.p99"), duration("totals.rtt_us.max"),
                    duration("totals.guard_request_us.p50"), duration("totals.guard_reply_us.p50"));
    auto const average = text_at(stats, "where.avg_words");
    auto const slowest = text_at(stats, "where.p99_words");
    if (!average.empty()) out += "lately    average " + average + "\n";
    if (!slowest.empty()) out += "          slowest 1 % " + slowest + "\n";
    for (auto const& each : rows_at(stats, "queues")) {
        if (!each.is_object() || number_at(each.get_object(), "workers_lost_ms") <= 0) continue;
        auto const& queue = each.get_object();
        out += fmt::format("LOST      queue {} has no workers any more, the last sign was {} ago\n",
                           text_at(queue, "queue"), short_age(number_at(queue, "workers_lost_ms")));
    }
    return out;
}

std::string joined(std::vector<std::string> const& lines)
{
    std::string out;
    for (auto const& line : lines)
        out += line + "\n";
    return out;
}

std::string command_lines(json::object const& stats, std::size_t width, std::size_t rows_max)
{
    using align = text_table::align;
    text_table table({{"command", align::left},
                      {"calls"},
                      {"errors", align::right, 3},
                      {"rejected", align::right, 4},
                      {"p50"},
                      {"p95", align::right, 5},
                      {"p99"},
                      {"max", align::right, 2},
                      {"in", align::right, 6},
                      {"out", align::right, 6}},
                     name_least);
    std::size_t rows = 0;
    for (auto const& each : rows_at(stats, "commands")) {
        if (!each.is_object() || rows++ == rows_max) break;
        auto const& row = each.get_object();
        // A blocking command's waiting is no round trip; what it took is told apart.
        auto const time = [&](char const* which) {
            auto const name = number_at(row, "rtt_us.count") > 0 ? "rtt_us." : "blocked_us.";
            return short_time(number_at(row, std::string(name) + which));
        };
        table.add({text_at(row, "command"), short_count(number_at(row, "calls")),
                   short_count(number_at(row, "errors")), short_count(number_at(row, "rejected")),
                   time("p50"), time("p95"), time("p99"), time("max"),
                   short_size(number_at(row, "request_bytes")),
                   short_size(number_at(row, "reply_bytes"))});
    }
    return rows == 0 ? std::string() : "\n" + joined(table.lines(width));
}

/// Of scripts, or of queues.
std::string usage_lines(json::object const& stats, std::string_view rows_name,
                        std::string_view title, std::size_t width, std::size_t rows_max)
{
    using align = text_table::align;
    text_table table({{std::string(title), align::left},
                      {"calls"},
                      {"errors", align::right, 3},
                      {"p50"},
                      {"p99"},
                      {"max", align::right, 2},
                      {"blocked", align::right, 7},
                      {"in", align::right, 6},
                      {"out", align::right, 6},
                      {"largest", align::right, 5}},
                     name_least);
    std::size_t rows = 0;
    for (auto const& each : rows_at(stats, rows_name)) {
        if (!each.is_object() || rows++ == rows_max) break;
        auto const& row = each.get_object();
        auto const size = [&](std::string_view path) { return short_size(number_at(row, path)); };
        auto const time = [&](std::string_view path) { return short_time(number_at(row, path)); };
        auto const blocked = number_at(row, "blocked_ms");
        table.add({text_at(row, title), short_count(number_at(row, "calls")),
                   short_count(number_at(row, "errors")), time("rtt_us.p50"), time("rtt_us.p99"),
                   time("rtt_us.max"), blocked > 0 ? short_age(blocked) : "-",
                   size("request_bytes"), size("reply_bytes"),
                   short_size(std::max(number_at(row, "request_bytes_max"),
                                       number_at(row, "reply_bytes_max")))});
    }
    return rows == 0 ? std::string() : "\n" + joined(table.lines(width));
}

std::string error_lines(json::object const& stats, std::size_t width)
{
    text_table table({{"error", text_table::align::left}, {"command"}, {"count"}});
    constexpr std::size_t rows_max = 10;
    std::size_t rows = 0;
    for (auto const& each : rows_at(stats, "errors")) {
        if (!each.is_object() || rows++ == rows_max) break;
        auto const& row = each.get_object();
        table.add(
            {text_at(row, "error"), text_at(row, "command"), short_count(number_at(row, "count"))});
    }
    return rows == 0 ? std::string() : "\n" + joined(table.lines(width));
}

}  // namespace

std::string stats_summary(json::object const& stats, std::size_t width, std::size_t rows)
{
    return head_lines(stats) + command_lines(stats, width, rows) +
           usage_lines(stats, "scripts", "script", width, rows) +
           usage_lines(stats, "queues", "queue", width, rows) + error_lines(stats, width);
}

}  // namespace respguard::terminal
