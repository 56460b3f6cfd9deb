#include "respguard/stats/overdue_blocks.hpp"

#include "respguard/base/hash.hpp"
#include "respguard/command/blocking.hpp"
#include "respguard/stats/error_replies.hpp"

#include <array>
#include <cstdio>
#include <exception>
#include <string_view>
#include <utility>

namespace respguard::stats {

namespace {

std::string overdue_seconds(std::uint64_t ns)
{
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.1f s", static_cast<double>(ns) / 1e9);
    return text.data();
}

std::uint64_t overdue_thing(command::command_id command, std::string_view queue,
                            std::string_view family)
{
    return hash_of(queue, hash_of(family, command + 1ULL));
}

constexpr std::string_view overdue_advice =
    "; BullMQ cuts such a connection 1 s after the time-out: ";

}  // namespace

overdue_blocks::overdue_blocks(command_watch& watch, notices::sink tell)
    : watch_(watch), notices_(std::move(tell))
{
    command_interest wanted;
    wanted.blocked_ns = grace_ns;
    watch_.add(*this, wanted);
}

void overdue_blocks::look(std::vector<overdue_block> const& waiting, std::uint64_t now_ns)
{
    std::map<std::uint64_t, std::uint64_t> still;
    for (auto const& each : waiting) {
        still[each.client_id] = each.sent_ns;
        auto const known = waiting_.find(each.client_id);
        if (known != waiting_.end() && known->second == each.sent_ns) continue;
        ++total_;
        notices_.add(overdue_thing(each.command, each.queue, each.family), now_ns, [&] {
            event made;
            made.type = event_type::overdue;
            made.command = command::traits_of(each.command).name;
            made.client = each.client;
            made.client_id = each.client_id;
            made.name = each.name;
            made.queue = each.queue;
            made.family = each.family;
            made.reason = "waits since " + overdue_seconds(each.waited_ns) +
                          " with a time-out of " + overdue_seconds(each.timeout_ns);
            made.reason += overdue_advice;
            made.reason += each.client_stalls ? "the client does not read what is there for it"
                                              : "Redis, or the network to it, stands still";
            return made;
        });
    }
    waiting_ = std::move(still);
}

void overdue_blocks::on_finished(finished_command const& what) noexcept
{
    if (!what.blocking || what.outcome > command_outcome::error) return;
    // What came before it on the same connection is not its own wait.
    std::uint64_t const waited = what.round_trip_ns - what.parts.behind_ns;
    if (waited < grace_ns) return;
    auto const timeout = command::block_timeout(what.command, what.request);
    if (!timeout || timeout->count() == 0) return;
    auto const timeout_ns = static_cast<std::uint64_t>(timeout->count());
    if (waited <= timeout_ns + grace_ns) return;
    auto const known = waiting_.find(what.client.id);
    if (known != waiting_.end() && known->second == what.at_ns - what.round_trip_ns) return;
    try {
        ++total_;
        notices_.add(overdue_thing(what.command, what.queue, what.family), what.at_ns, [&] {
            event made = event_about(what, event_type::overdue);
            made.reason = "answered after " + overdue_seconds(waited) + " with a time-out of " +
                          overdue_seconds(timeout_ns);
            made.reason += overdue_advice;
            made.reason += what.parts.client_ns > what.parts.upstream_ns -
                                                      std::min(timeout_ns, what.parts.upstream_ns)
                               ? "the client did not read what was there for it"
                               : "Redis, or the network to it, stood still";
            return made;
        });
    } catch (std::exception const&) {
        // Out of memory: it was served all the same, and counted.
    }
}

}  // namespace respguard::stats
