#include "admin/tap_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string_view>

#include "admin/presentable.hpp"

namespace respguard::admin {

namespace {

// By hand: there may be 100000 lines a second, and an object of Boost.JSON allocates for each of
// its members.

bool is_plain(std::string_view text) noexcept
{
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; });
}

void append_member(std::string& to, std::string_view name, std::string_view text)
{
    to.append(",\"").append(name).append("\":\"");
    if (is_plain(text)) {
        to.append(text);
    } else {
        // Control characters are gone then.
        for (char const c : presentable(text)) {
            if (c == '"' || c == '\\') to += '\\';
            to += c;
        }
    }
    to += '"';
}

void append_text(std::string& to, std::string_view name, std::string_view text)
{
    if (!text.empty()) append_member(to, name, text);
}

void append_number(std::string& to, std::string_view name, std::uint64_t number)
{
    fmt::format_to(std::back_inserter(to), ",\"{}\":{}", name, number);
}

/// In microseconds with one decimal.
void append_time(std::string& to, std::string_view name, std::uint64_t ns)
{
    if (ns == 0) return;
    auto const tenths = (ns + 50) / 100;
    fmt::format_to(std::back_inserter(to), ",\"{}\":{}.{}", name, tenths / 10, tenths % 10);
}

}  // namespace

void append_tap_event(std::string& to, stats::tap_record const& record,
                      std::int64_t unix_minus_monotonic_ns)
{
    auto const unix_ns = static_cast<std::int64_t>(record.at_ns) + unix_minus_monotonic_ns;
    fmt::format_to(std::back_inserter(to), "data: {{\"unix_ms\":{}", unix_ns / 1'000'000);
    append_member(to, "client", record.address.view());
    append_number(to, "client_id", record.client_id);
    append_text(to, "name", record.name.view());
    append_text(to, "user", record.user.view());
    append_number(to, "db", record.db);
    append_member(to, "command", command::traits_of(record.command).name);
    append_text(to, "script", record.script.view());
    append_text(to, "queue", record.queue.view());
    append_text(to, "family", record.family.view());
    append_text(to, "key", record.key.view());
    append_number(to, "request_bytes", record.request_bytes);
    append_number(to, "reply_bytes", record.reply_bytes);
    append_time(to, record.blocking ? "blocked_us" : "rtt_us", record.round_trip_ns);
    append_time(to, "guard_us", record.parts.guard_ns);
    append_time(to, "behind_us", record.parts.behind_ns);
    append_time(to, "upstream_us", record.parts.upstream_ns);
    append_time(to, "transfer_us", record.parts.transfer_ns);
    append_time(to, "client_us", record.parts.client_ns);
    append_member(to, "outcome", to_string(record.outcome));
    append_text(to, "error", record.error.view());
    append_text(to, "rule", record.rule.view());
    if (record.in_multi) to += ",\"in_multi\":true";
    to += "}\n\n";
}

}  // namespace respguard::admin
