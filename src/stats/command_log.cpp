#include "respguard/stats/command_log.hpp"

#include "respguard/stats/shard_stats.hpp"

#include <algorithm>
#include <cstdio>
#include <exception>
#include <utility>

namespace respguard::stats {

namespace {

std::uint64_t wall_clock_now() noexcept
{
    auto const now = std::chrono::system_clock::now().time_since_epoch();
    return static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::nanoseconds>(now).count());
}

std::uint64_t limit_of(std::chrono::milliseconds limit) noexcept
{
    if (limit.count() < 0) return command_interest::never;
    return static_cast<std::uint64_t>(std::chrono::nanoseconds(limit).count());
}

std::uint64_t limit_of(std::uint64_t bytes) noexcept
{
    return bytes == 0 ? command_interest::never : bytes;
}

/// "312.5 us", "12.4 ms": never "0.0 ms", which says nothing of what is quick.
std::string time_in_words(std::uint64_t ns)
{
    bool const is_short = ns < 1'000'000;
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), is_short ? "%.1f us" : "%.1f ms",
                  static_cast<double>(ns) / (is_short ? 1e3 : 1e6));
    return text.data();
}

}  // namespace

command_logs::command_logs(command_watch& watch, command_log_settings const& settings)
    : watch_(watch)
{
    replace(settings);
}

void command_logs::replace(command_log_settings const& settings)
{
    settings_ = settings;
    auto const before = std::exchange(show_, privacy_named(settings.show).value_or(privacy::keys));
    if (show_ < before) hide_kept();
    slow_ = {};
    slow_.round_trip_ns = limit_of(settings.slower_than);
    slow_.blocked_ns = limit_of(settings.blocked_longer_than);
    command_interest wanted = slow_;
    wanted.request_bytes = limit_of(settings.request_bytes);
    wanted.reply_bytes = limit_of(settings.reply_bytes);
    watch_.add(*this, wanted);
    for (auto& ring : kept_) {
        while (ring.size() > settings_.kept)
            ring.pop_front();
    }
}

void command_logs::on_finished(finished_command const& what) noexcept
{
    if (what.outcome > command_outcome::error) return;
    try {
        // Untimed (+QUEUED, answered early) is not slow, even if 0 is the limit.
        if (what.round_trip_ns > 0 && slow_.takes(what)) add(log_kind::slow, what);
        if (what.request_bytes >= limit_of(settings_.request_bytes)) {
            add(log_kind::large_request, what);
        }
        if (what.reply_bytes >= limit_of(settings_.reply_bytes)) add(log_kind::large_reply, what);
    } catch (std::exception const&) {
        // Out of memory: the command was served all the same, and counted.
    }
}

void command_logs::add(log_kind kind, finished_command const& what)
{
    auto made = std::make_shared<logged_command>();
    auto const place = static_cast<std::size_t>(kind);
    made->kind = kind;
    made->id = ++counts_[place];
    made->unix_ns = wall_clock_now();
    made->command = what.command;
    made->outcome = what.outcome;
    made->blocking = what.blocking;
    made->arguments = shown_arguments(what.command, what.request, what.arguments, show_);
    made->argument_count = what.arguments;
    made->client = what.client.address;
    made->name = what.client.name;
    made->user = what.client.user;
    made->client_id = what.client.id;
    made->db = what.client.db;
    made->script = what.script;
    made->queue = what.queue;
    made->family = what.family;
    if (what.outcome == command_outcome::error) made->error = error_name(what.error);
    made->request_bytes = what.request_bytes;
    made->reply_bytes = what.reply_bytes;
    made->round_trip_ns = what.round_trip_ns;
    made->parts = what.parts;
    if (tell_) tell_(*made);
    auto& ring = kept_[place];
    ring.push_back(std::move(made));
    if (ring.size() > settings_.kept) ring.pop_front();
}

void command_logs::hide_kept()
{
    for (auto& ring : kept_) {
        for (auto& each : ring) {
            auto less = std::make_shared<logged_command>(*each);
            hide_arguments(less->command, less->arguments, less->argument_count);
            each = std::move(less);
        }
    }
}

std::vector<command_logs::entry> command_logs::entries() const
{
    std::vector<entry> out;
    for (auto const& ring : kept_)
        out.insert(out.end(), ring.begin(), ring.end());
    return out;
}

void command_logs::clear() noexcept
{
    for (auto& ring : kept_)
        ring.clear();
}

std::string in_words(time_parts const& parts, std::uint64_t round_trip_ns)
{
    struct part {
        std::uint64_t ns;
        char const* words;
    };
    std::array<part, 5> const all{
        {{parts.upstream_ns, "until the server's reply began"},
         {parts.behind_ns, "waiting behind earlier commands on the same connection"},
         {parts.transfer_ns, "transferring the reply"},
         {parts.client_ns, "because the client did not read what was there for it"},
         {parts.guard_ns, "in the guard before it was sent"}}};
    auto const most = std::max_element(all.begin(), all.end(),
                                       [](part const& a, part const& b) { return a.ns < b.ns; });
    if (most->ns == 0) return {};
    return time_in_words(most->ns) + " of " + time_in_words(round_trip_ns + parts.guard_ns) + " " +
           most->words;
}

}  // namespace respguard::stats
