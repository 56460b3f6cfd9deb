#include "summary.hpp"

namespace respguard::bench {
namespace {

template <typename Value>
spread over_turns(std::size_t turns, Value const& value)
{
    std::vector<double> values;
    values.reserve(turns);
    for (std::size_t turn = 0; turn < turns; ++turn) {
        values.push_back(value(turn));
    }
    return spread_of(std::move(values));
}

/// Not so for the server itself, reached over TCP or over its unix socket.
bool is_proxy(lane const& each, lane const& base) { return each.to.process != base.to.process; }

void compare_with_reference(target_summary& result, lane const& ours, lane const& base,
                            lane const& reference)
{
    std::size_t const turns = ours.blocks.size();
    result.to_reference = over_turns(turns, [&](std::size_t turn) {
        return ours.blocks[turn].commands_per_s / reference.blocks[turn].commands_per_s;
    });
    result.to_reference_by_cpu = over_turns(turns, [&](std::size_t turn) {
        return reference.blocks[turn].all_cpu_ns() / ours.blocks[turn].all_cpu_ns();
    });
    if (!is_proxy(ours, base) || !is_proxy(reference, base)) return;
    result.added_p50_to_reference = over_turns(turns, [&](std::size_t turn) {
        double const direct_ns = base.blocks[turn].p50_ns;
        return (ours.blocks[turn].p50_ns - direct_ns) / (reference.blocks[turn].p50_ns - direct_ns);
    });
    result.proxy_cpu_to_reference = over_turns(turns, [&](std::size_t turn) {
        return ours.blocks[turn].proxy_cpu_ns / reference.blocks[turn].proxy_cpu_ns;
    });
}

target_summary summarize_one(lane const& ours, lane const& base, lane const* reference)
{
    constexpr double us = 1e-3;
    std::size_t const turns = ours.blocks.size();
    auto const of_blocks = [&](auto const& value) {
        return over_turns(turns, [&](std::size_t turn) { return value(ours.blocks[turn]); });
    };
    using block = block_sample const&;
    target_summary result;
    result.name = ours.to.name;
    result.commands_per_s = of_blocks([](block b) { return b.commands_per_s; });
    result.p50_us = of_blocks([](block b) { return b.p50_ns * us; });
    result.p99_us = of_blocks([](block b) { return b.p99_ns * us; });
    result.client_cpu_us = of_blocks([](block b) { return b.client_cpu_ns * us; });
    result.server_cpu_us = of_blocks([](block b) { return b.server_cpu_ns * us; });
    if (is_proxy(ours, base)) {
        result.proxy_cpu_us = of_blocks([](block b) { return b.proxy_cpu_ns * us; });
    }
    result.other_share = of_blocks([](block b) { return 1 - b.all_cpu_ns() / b.wall_ns; });
    result.to_base = over_turns(turns, [&](std::size_t turn) {
        return ours.blocks[turn].commands_per_s / base.blocks[turn].commands_per_s;
    });
    result.to_base_by_cpu = over_turns(turns, [&](std::size_t turn) {
        return base.blocks[turn].all_cpu_ns() / ours.blocks[turn].all_cpu_ns();
    });
    result.added_p50_us = over_turns(turns, [&](std::size_t turn) {
        return (ours.blocks[turn].p50_ns - base.blocks[turn].p50_ns) * us;
    });
    if (reference != nullptr) compare_with_reference(result, ours, base, *reference);
    result.syscalls_per_command = ours.syscalls_per_command;
    result.resident_bytes = ours.resident_bytes;
    return result;
}

}  // namespace

std::vector<target_summary> summarize(std::vector<lane> const& lanes, std::size_t reference)
{
    lane const* const other = reference == no_reference ? nullptr : &lanes.at(reference);
    std::vector<target_summary> all;
    all.reserve(lanes.size());
    for (lane const& each : lanes) {
        all.push_back(summarize_one(each, lanes.front(), other));
    }
    return all;
}

}  // namespace respguard::bench
