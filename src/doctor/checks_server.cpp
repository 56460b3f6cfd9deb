// Clients, queues, and what the server remembers of its troubles.
#include "respguard/doctor/engine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "doctor/check_functions.hpp"
#include "doctor/wording.hpp"

namespace respguard::doctor {

namespace {

using std::chrono::microseconds;

/// `at`: seconds since 1970 by the server's clock. Unknown now: everything counts.
bool is_recent(facts const& from, std::int64_t at)
{
    auto const now = from.info_number("server_time_usec").value_or(0) / 1e6;
    return now <= 0 || static_cast<double>(at) > now - 3'600;
}

std::optional<microseconds> slowest_command(facts const& from)
{
    auto const* const log = from.reply("SLOWLOG GET 10");
    if (log == nullptr || log->what != resp_value::kind::array) return std::nullopt;
    microseconds slowest{0};
    for (auto const& entry : log->items) {
        if (entry.items.size() < 3 || !is_recent(from, entry.items[1].integer)) continue;
        slowest = std::max(slowest, microseconds(entry.items[2].integer));
    }
    return slowest;
}

/// No entry in the slow log: what that proves depends on what goes into it.
finding nothing_slow(facts const& from, std::string const& source)
{
    auto const threshold = from.config_number("slowlog-log-slower-than");
    if (threshold && *threshold < 0) {
        return with_fix(unread("the slow log is off", "slowlog-log-slower-than is negative"),
                        "redis-cli CONFIG SET slowlog-log-slower-than 10000 && redis-cli CONFIG "
                        "REWRITE");
    }
    auto const least = std::chrono::microseconds(
        static_cast<std::int64_t>(std::max(threshold.value_or(0), 10'000.0)));
    return good("no command over " + milliseconds_text(least) + " in the last hour", "", source);
}

struct stall {
    std::optional<microseconds> time;
    std::string event;
};

/// LATENCY LATEST: forks, disk, expiry. Empty unless latency-monitor-threshold is set, so its
/// silence proves nothing.
stall longest_stall(facts const& from)
{
    stall out;
    auto const* const events = from.reply("LATENCY LATEST");
    if (events == nullptr || events->what != resp_value::kind::array) return out;
    for (auto const& each : events->items) {
        if (each.items.size() < 3 || !is_recent(from, each.items[1].integer)) continue;
        microseconds const took = std::chrono::milliseconds(each.items[2].integer);
        if (out.time && *out.time >= took) continue;
        out = {took, each.items[0].as_text()};
    }
    return out;
}

/// Of "normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60". 0: no limit.
struct output_limit {
    double hard = 0, soft = 0;
    int seconds = 0;

    /// Redis's own: 32mb 8mb 60 (redis 7.0.15 config.c clientBufferLimitsDefaults).
    [[nodiscard]] bool is_low() const
    {
        constexpr double mib = 1024 * 1024;
        return (hard > 0 && hard < 32 * mib) || (soft > 0 && soft < 8 * mib);
    }
    [[nodiscard]] std::string to_string() const
    {
        auto const text = [](double bytes) { return bytes > 0 ? bytes_text(bytes) : "none"; };
        return fmt::format("pubsub limit {}, or {} for {} s", text(hard), text(soft), seconds);
    }
};

std::optional<output_limit> pubsub_limit(facts const& from)
{
    auto const all = from.config("client-output-buffer-limit").value_or("");
    constexpr std::string_view name = "pubsub ";
    auto const at = all.find(name);
    if (at == std::string::npos) return std::nullopt;
    std::istringstream text(all.substr(at + name.size()));
    output_limit out;
    if (!(text >> out.hard >> out.soft >> out.seconds)) return std::nullopt;
    return out;
}

/// What came of the command that was larger than the limit. Nothing: not tried.
std::optional<finding> tried_limit(facts const& from)
{
    if (!from.over_limit) return std::nullopt;
    auto const size = bytes_text(static_cast<double>(from.command_limit_bytes));
    auto const& heard = *from.over_limit;
    if (!heard.reply) {
        return failure("a command over " + size + " was not answered: " + heard.failure);
    }
    if (!heard.reply->is_error()) return good("a command over " + size + " passes");
    if (heard.reply->text.starts_with("NOPERM"))
        return unread("the limit cannot be tried", printable(heard.reply->text));
    return failure("a command over " + size + " is refused: " + printable(heard.reply->text, 80));
}

/// The queues are there, maybe, but cannot be read; nothing: there are none.
std::optional<finding> unread_queues(facts const& from)
{
    auto const& why = from.application.queues_denied;
    if (why.empty()) return std::nullopt;
    return unread("the queues cannot be read", printable(why));
}

}  // namespace

std::optional<finding> server_loading(facts const& from)
{
    auto const loading = from.info("loading");
    if (!loading) return no_field(from, "loading");
    if (*loading == "0") return good("not loading", "0", "info:loading");
    auto const eta = from.info_number("loading_eta_seconds");
    return failure("the server is loading its data" +
                       (eta ? ", about " + age_text(*eta) + " to go" : std::string()),
                   "1", "info:loading");
}

std::optional<finding> server_errors(facts const& from)
{
    if (!from.has_info_section("Errorstats")) return no_field(from, "Errorstats section");
    std::string seen;
    for (auto const* const name :
         {"MISCONF", "READONLY", "NOREPLICAS", "LOADING", "BUSY", "CLUSTERDOWN", "MOVED", "OOM"}) {
        auto const row = from.info(std::string("errorstat_") + name);
        if (!row) continue;
        seen += fmt::format("{}{} {}", seen.empty() ? "" : ", ", name,
                            printable(row->substr(row->find('=') + 1), 20));
    }
    if (seen.empty())
        return good("none that tell of trouble" + since_start(from), "", "info:errorstats");
    return warning(seen + since_start(from), seen, "info:errorstats");
}

std::optional<finding> server_slow(facts const& from)
{
    auto const commands = slowest_command(from);
    auto const stalls = longest_stall(from);
    if (!commands && !stalls.time) {
        return unread("SLOWLOG cannot be read", from.denied("SLOWLOG GET 10"));
    }
    auto const took =
        std::max(commands.value_or(microseconds(0)), stalls.time.value_or(microseconds(0)));
    auto const shown = milliseconds_text(took);
    bool const by_command = commands.value_or(microseconds(0)) == took;
    std::string const source = by_command ? "slowlog" : "latency";
    if (took < std::chrono::milliseconds(10)) return nothing_slow(from, source);
    auto const text = (by_command ? "a command" : "the event " + printable(stalls.event, 30)) +
                      " took " + shown + " within the last hour";
    return took > std::chrono::milliseconds(100) ? failure(text, shown, source)
                                                 : warning(text, shown, source);
}

std::optional<finding> clients_headroom(facts const& from)
{
    auto const now = from.info_number("connected_clients");
    auto most = from.info_number("maxclients");
    if (!most) most = from.info_number("max_clients");  // Dragonfly.
    if (!now) return no_field(from, "connected_clients");
    if (!most || *most <= 0) return no_field(from, "maxclients");
    double const share = *now / *most;
    auto const text = fmt::format("{} of {}", count_text(*now), count_text(*most));
    if (share >= 0.95) return failure(text, percent_text(share), "info:connected_clients");
    return share >= 0.8 ? warning(text, percent_text(share), "info:connected_clients")
                        : good(text, percent_text(share), "info:connected_clients");
}

std::optional<finding> clients_rejected(facts const& from)
{
    auto const count = from.info_number("rejected_connections");
    if (!count || *count < 0) return no_field(from, "rejected_connections");  // Dragonfly: -1.
    if (*count <= 0) return good("none" + since_start(from), "0", "info:rejected_connections");
    return warning(count_text(*count) + " clients were turned away" + since_start(from),
                   plain_number(*count), "info:rejected_connections");
}

std::optional<finding> clients_outbuf(facts const& from)
{
    auto const count = from.info_number("client_output_buffer_limit_disconnections");
    if (count && *count > 0) {
        return warning(count_text(*count) + " clients were cut off for their output buffer" +
                       since_start(from));
    }
    auto const limit = pubsub_limit(from);
    if (limit && limit->is_low()) {
        return warning(limit->to_string() + ": lower than Redis's own 32 MiB, or 8 MiB for 60 s",
                       limit->to_string(), "config:client-output-buffer-limit");
    }
    if (count) return good("no client was cut off for its output buffer");
    if (!limit) return no_field(from, "client_output_buffer_limit_disconnections");
    return good(limit->to_string() + "; this server does not count whom it cut off",
                limit->to_string(), "config:client-output-buffer-limit");
}

std::optional<finding> queue_version(facts const& from)
{
    auto const& queues = from.application.queues;
    if (queues.empty()) return unread_queues(from);
    std::set<std::string> versions;
    for (auto const& each : queues) {
        if (!each.version.empty()) versions.insert(printable(each.version, 30));
    }
    if (versions.empty()) return unread("the queues say no version");
    std::string all;
    for (auto const& each : versions)
        all += (all.empty() ? "" : ", ") + each;
    return versions.size() == 1 ? good(all, all)
                                : warning("written by several versions: " + all, all);
}

std::optional<finding> queue_backlog(facts const& from)
{
    auto const& queues = from.application.queues;
    if (queues.empty()) return unread_queues(from);
    auto const longest =
        std::max_element(queues.begin(), queues.end(),
                         [](auto const& a, auto const& b) { return a.waiting < b.waiting; });
    auto const text =
        fmt::format("{} has {} waiting, {} active, {} delayed, {} failed",
                    printable(longest->name, 30), count_text(static_cast<double>(longest->waiting)),
                    count_text(static_cast<double>(longest->active)),
                    count_text(static_cast<double>(longest->delayed)),
                    count_text(static_cast<double>(longest->failed)));
    auto const value = std::to_string(longest->waiting);
    if (longest->waiting >= 10'000) return failure(text, value);
    return longest->waiting >= 1'000 ? warning(text, value) : good(text, value);
}

std::optional<finding> queue_blobs(facts const& from)
{
    auto tried = tried_limit(from);
    if (tried && tried->what == status::fail) return tried;
    auto const largest = from.application.largest_message_bytes;
    if (!largest) {
        if (tried) return tried;
        auto const& why = from.application.messages_denied;
        if (why.empty()) return std::nullopt;
        return unread("queued messages cannot be read", printable(why));
    }
    auto const size = static_cast<double>(*largest);
    auto const text = *largest == 0 ? std::string("no message is queued for sending")
                                    : "the largest queued message has " + bytes_text(size);
    bool const limited = identify(from).name == "upstash";
    if (limited && *largest >= from.command_limit_bytes) {
        return failure(text + ", the plan allows " +
                           bytes_text(static_cast<double>(from.command_limit_bytes)),
                       std::to_string(*largest));
    }
    bool const passes = tried && tried->what == status::ok;
    return good(passes ? text + "; " + tried->message : text, std::to_string(*largest));
}

}  // namespace respguard::doctor
