#include "respguard/stats/shard_stats.hpp"

#include <algorithm>
#include <cstring>

namespace respguard::stats {

namespace {

constexpr std::size_t error_name_max = 32;

void merge_command(command_stats& into, command_stats const& from)
{
    into.calls += from.calls;
    into.errors += from.errors;
    into.rejected += from.rejected;
    into.cancelled += from.cancelled;
    into.alerted += from.alerted;
    into.queued += from.queued;
    into.request_bytes += from.request_bytes;
    into.request_bytes_max = std::max(into.request_bytes_max, from.request_bytes_max);
    into.reply_bytes += from.reply_bytes;
    for (auto* const each : {&into.round_trip, &into.first_byte})
        each->merge(from.at_once);
    into.round_trip.merge(from.round_trip);
    into.first_byte.merge(from.first_byte);
    into.blocked.merge(from.blocked);
    into.where.merge(from.where);
}

void merge_hits(rule_hits& into, rule_hits const& from)
{
    into.alert += from.alert;
    into.reject += from.reject;
    into.close += from.close;
    into.allow += from.allow;
    into.shadow += from.shadow;
    if (from.last_unix_ns > into.last_unix_ns) {
        into.last_unix_ns = from.last_unix_ns;
        into.last_command = from.last_command;
        into.last_client = from.last_client;
    }
}

}  // namespace

shard_counters& shard_counters::operator+=(shard_counters const& other) noexcept
{
#define X(name, help) name += other.name;
    RESPGUARD_SHARD_COUNTERS(X)
#undef X
    return *this;
}

std::string_view error_name(byte_view line) noexcept
{
    auto const is_upper = [](char c) { return c >= 'A' && c <= 'Z'; };
    auto const may_follow = [&](char c) {
        return is_upper(c) || (c >= '0' && c <= '9') || c == '_';
    };
    auto const start = line.substr(0, error_name_max + 1);  // The line may be 1 MB long.
    auto const word = start.substr(0, start.find_first_of(" \r\n"));
    bool const is_name = !word.empty() && word.size() <= error_name_max && is_upper(word.front()) &&
                         std::all_of(word.begin(), word.end(), may_follow);
    return is_name ? word : "other";
}

void command_stats::fold()
{
    round_trip.merge(at_once);
    first_byte.merge(at_once);
    at_once = {};
}

shard_stats::command_slots::command_slots(command_slots const& other) : made(other.made.size())
{
    for (std::size_t i = 0; i < made.size(); ++i) {
        if (!other.made[i]) continue;
        made[i] = std::make_unique<command_stats>(*other.made[i]);
        made[i]->fold();
    }
}

shard_stats::command_slots& shard_stats::command_slots::operator=(command_slots other) noexcept
{
    made.swap(other.made);
    return *this;
}

shard_stats::shard_stats(std::size_t rule_count)
    : rules(rule_count), commands_(std::max<std::size_t>(command::table().size(), 1))
{
}

command_stats& shard_stats::first_of(command::command_id id)
{
    auto& slot = commands_.made[id < commands_.made.size() ? id : command::other];
    if (!slot) slot = std::make_unique<command_stats>();
    return *slot;
}

command_stats const* shard_stats::find(command::command_id id) const noexcept
{
    return id < commands_.made.size() ? commands_.made[id].get() : nullptr;
}

void shard_stats::count_error(command::command_id id, byte_view line)
{
    add_error(id, error_name(line), 1);
}

void shard_stats::add_error(command::command_id id, std::string_view error, std::uint64_t count)
{
    auto const place_of = [this](command::command_id command, std::string_view name) {
        return std::find_if(errors_.begin(), errors_.end(), [&](error_count const& e) {
            return e.command == command && e.error == name;
        });
    };
    auto at = place_of(id, error);
    if (at == errors_.end() && errors_.size() >= errors_max) {
        id = command::other;
        error = overflow_label;
        at = place_of(id, error);  // One entry more than errors_max at the most.
    }
    if (at == errors_.end()) at = errors_.insert(at, {id, std::string(error), 0});
    at->count += count;
}

void shard_stats::count_closed(char const* by, char const* reason) { add_closed({by, reason, 1}); }

void shard_stats::add_closed(closed_connections const& more)
{
    // By content: the same literal has several addresses in several files.
    auto const at = std::find_if(closed_.begin(), closed_.end(), [&](closed_connections const& c) {
        return std::strcmp(c.by, more.by) == 0 && std::strcmp(c.reason, more.reason) == 0;
    });
    if (at == closed_.end()) {
        closed_.push_back(more);
    } else {
        at->count += more.count;
    }
}

void shard_stats::rotate() noexcept
{
    for (auto& each : commands_.made) {
        if (each) each->where.rotate();
    }
}

void shard_stats::merge(shard_stats const& other)
{
    counters += other.counters;
    overhead_request.merge(other.overhead_request);
    overhead_reply.merge(other.overhead_reply);
    upstream_connects.merge(other.upstream_connects);
    request_sizes.merge(other.request_sizes);
    reply_sizes.merge(other.reply_sizes);
    large_by_script.merge(other.large_by_script);
    large_by_queue.merge(other.large_by_queue);
    scripts.merge(other.scripts);
    queues.merge(other.queues);
    families.merge(other.families);
    if (rules.size() < other.rules.size()) rules.resize(other.rules.size());
    for (std::size_t i = 0; i < other.rules.size(); ++i)
        merge_hits(rules[i], other.rules[i]);
    for (std::size_t i = 0; i < other.commands_.made.size(); ++i) {
        auto const id = static_cast<command::command_id>(i);
        if (auto const* seen = other.find(id)) merge_command(of(id), *seen);
    }
    for (auto const& e : other.errors_)
        add_error(e.command, e.error, e.count);
    for (auto const& c : other.closed_)
        add_closed(c);
    clients_now += other.clients_now;
    upstream_connected_now += other.upstream_connected_now;
    held_now += other.held_now;
    inflight_now += other.inflight_now;
    oldest_inflight_ns = std::max(oldest_inflight_ns, other.oldest_inflight_ns);
    buffered_bytes_now += other.buffered_bytes_now;
}

}  // namespace respguard::stats
