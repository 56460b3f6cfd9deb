#include "respguard/stats/unanswered_writes.hpp"

#include "respguard/stats/error_replies.hpp"

#include <exception>
#include <utility>

namespace respguard::stats {

namespace {

constexpr std::uint32_t told_a_second = 10;
constexpr std::string_view the_rest = "others";

/// "evalsha (3), hset"
std::string listing(std::map<std::string, std::uint64_t, std::less<>> const& of)
{
    std::string out;
    for (auto const& [name, times] : of) {
        out += (out.empty() ? "" : ", ") + name;
        if (times > 1) out += " (" + std::to_string(times) + ")";
    }
    return out;
}

}  // namespace

bool may_write(finished_command const& what) noexcept
{
    command::command_traits const& traits = command::traits_of(what.command);
    if (what.blocking) return false;
    if (traits.what == command::role::exec || traits.has(command::trait::write)) return true;
    return traits.has(command::trait::script) && !traits.name.ends_with("_ro");
}

unanswered_writes::unanswered_writes(command_watch& watch, notices::sink tell)
    : watch_(watch), tell_(std::move(tell))
{
    command_interest wanted;
    wanted.cancelled = true;
    watch_.add(*this, wanted);
}

void unanswered_writes::count(tally& in, std::string_view what)
{
    auto const found = in.find(what);
    if (found != in.end()) {
        ++found->second;
    } else {
        ++in[std::string(in.size() < listed_max ? what : the_rest)];
    }
}

void unanswered_writes::on_finished(finished_command const& what) noexcept
{
    // Inside MULTI nothing is executed before EXEC, which is counted.
    if (what.outcome != command_outcome::cancelled || what.in_multi || !may_write(what)) return;
    try {
        if (what.client.id != client_id_) {
            writes_ = 0;
            commands_.clear();
            queues_.clear();
            client_id_ = what.client.id;
        }
        if (writes_++ == 0) first_ = event_about(what, event_type::duplicate_risk);
        auto const name = command::traits_of(what.command).name;
        count(commands_, what.script.empty() ? name : what.script);
        if (!what.queue.empty()) count(queues_, what.queue);
    } catch (std::exception const&) {
        // Out of memory: it is counted as cancelled all the same.
    }
}

void unanswered_writes::on_closed(std::uint64_t client_id, bool by_client, std::uint64_t now_ns)
{
    std::uint64_t const writes = client_id == client_id_ ? std::exchange(writes_, 0) : 0;
    client_id_ = 0;
    if (writes == 0 || by_client) return;
    total_ += writes;
    std::uint64_t const second = now_ns / 1'000'000'000U;
    if (std::exchange(second_, second) != second) told_ = 0;
    if (told_ == told_a_second) {
        ++left_out_;
        return;
    }
    ++told_;
    event made = std::exchange(first_, {});
    // It stands for all of them.
    made.command.clear();
    made.script.clear();
    made.queue.clear();
    made.family.clear();
    made.request_bytes = 0;
    made.arguments = 0;
    made.left_out = std::exchange(left_out_, 0);
    made.reason = std::to_string(writes) + (writes == 1 ? " write" : " writes") +
                  " sent and not answered when the connection ended: " + listing(commands_);
    if (!queues_.empty()) made.reason += "; queue " + listing(queues_);
    tell_(std::move(made));
}

}  // namespace respguard::stats
