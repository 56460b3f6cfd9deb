#include "idle.hpp"

#include <chrono>
#include <memory>
#include <thread>

#include "closed_loop.hpp"
#include "conversation.hpp"
#include "process_probe.hpp"

namespace respguard::bench {
namespace {

/// Time for timers and deferred frees to run before memory is read.
constexpr std::chrono::milliseconds settle{1'000};

conversation ping_once(std::size_t connections)
{
    role caller;
    caller.connections = connections;
    caller.steps.push_back({encode_request({"PING"}), {"+PONG\r\n", {}}, 1, 0});
    return {{caller}};
}

idle_cost measure_one(target const& each, std::size_t connections)
{
    idle_cost cost;
    cost.connections = connections;
    cost.resident_before_bytes = resident_bytes_of(each.process);
    auto idlers = std::make_unique<closed_loop>(each.name, each.where, ping_once(connections));
    std::vector<double> unused;
    idlers->run_block(connections, unused);
    std::this_thread::sleep_for(settle);

    auto const cpu_before = cpu_time_of(each.process);
    auto const started = std::chrono::steady_clock::now();
    std::this_thread::sleep_for(settle);
    std::chrono::duration<double, std::milli> const cpu = cpu_time_of(each.process) - cpu_before;
    std::chrono::duration<double> const passed = std::chrono::steady_clock::now() - started;
    cost.cpu_ms_per_s = cpu.count() / passed.count();
    cost.resident_with_bytes = resident_bytes_of(each.process);

    idlers.reset();
    std::this_thread::sleep_for(settle);
    cost.resident_after_bytes = resident_bytes_of(each.process);
    return cost;
}

}  // namespace

double idle_cost::bytes_per_connection() const
{
    double const grown =
        static_cast<double>(resident_with_bytes) - static_cast<double>(resident_before_bytes);
    return connections == 0 ? 0 : grown / static_cast<double>(connections);
}

std::vector<idle_cost> measure_idle(std::vector<target> const& targets, std::size_t connections)
{
    std::vector<idle_cost> costs;
    costs.reserve(targets.size());
    for (target const& each : targets) {
        costs.push_back(measure_one(each, connections));
    }
    return costs;
}

}  // namespace respguard::bench
