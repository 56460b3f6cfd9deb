#include "interleave.hpp"

#include <algorithm>

#include "process_probe.hpp"
#include "statistics.hpp"

namespace respguard::bench {
namespace {

/// Blocks before the first timed one: caches, TCP windows and the size of the block settle in them.
constexpr int warm_up_blocks = 4;
/// Counts hardly scatter, so a few blocks are enough.
constexpr int counted_blocks = 4;

/// Sizes a lane's blocks by what the last ones took.
class block_sizer {
public:
    block_sizer(load const& work, std::chrono::milliseconds wanted)
        : wanted_(wanted), min_(work.batches_min()), batches_(min_)
    {
    }

    [[nodiscard]] std::size_t batches() const { return batches_; }

    /// Half way only: one disturbed block must not make the next one absurdly short.
    void learn(std::chrono::nanoseconds wall)
    {
        double const scale =
            static_cast<double>(wanted_.count()) / std::max(1.0, static_cast<double>(wall.count()));
        auto const now = static_cast<double>(batches_);
        double const next = (now + now * std::min(scale, growth_max)) / 2;
        batches_ = std::max(min_, static_cast<std::size_t>(next));
    }

private:
    static constexpr double growth_max = 50;
    std::chrono::nanoseconds wanted_;
    std::size_t min_;
    std::size_t batches_;
};

block_sample measure_block(lane& each, pid_t server, block_sizer& sizer,
                           std::vector<double>& latencies_ns)
{
    latencies_ns.clear();
    bool const is_proxy = each.to.process != server;
    auto const proxy_before = is_proxy ? cpu_time_of(each.to.process) : std::chrono::nanoseconds{};
    auto const server_before = cpu_time_of(server);
    auto const client_before = own_cpu_time();
    block_count const done = each.work->run_block(sizer.batches(), latencies_ns);
    auto const client_cpu = own_cpu_time() - client_before;
    auto const server_cpu = cpu_time_of(server) - server_before;
    auto const proxy_cpu =
        is_proxy ? cpu_time_of(each.to.process) - proxy_before : std::chrono::nanoseconds{};
    sizer.learn(done.wall);

    auto const commands = static_cast<double>(done.commands);
    auto const per_command = [commands](std::chrono::nanoseconds time) {
        return static_cast<double>(time.count()) / commands;
    };
    block_sample sample;
    sample.wall_ns = per_command(done.wall);
    sample.commands_per_s = 1e9 / sample.wall_ns;
    sample.p50_ns = quantile(latencies_ns, 0.5);
    sample.p99_ns = quantile(latencies_ns, 0.99);
    sample.client_cpu_ns = per_command(client_cpu);
    sample.server_cpu_ns = per_command(server_cpu);
    sample.proxy_cpu_ns = per_command(proxy_cpu);
    return sample;
}

void warm_up(std::vector<lane>& lanes, std::vector<block_sizer>& sizers)
{
    std::vector<double> unused;
    for (int block = 0; block < warm_up_blocks; ++block) {
        for (std::size_t i = 0; i < lanes.size(); ++i) {
            sizers[i].learn(lanes[i].work->run_block(sizers[i].batches(), unused).wall);
            unused.clear();
        }
        // Only the first round looks at every byte of big payloads.
        for (lane& each : lanes) {
            each.work->trust_payloads();
        }
    }
}

std::size_t lane_at(std::size_t turn, std::size_t place, std::size_t lanes)
{
    std::size_t const step = turn % 2 == 0 ? place : lanes - place;
    return (turn / 2 + step) % lanes;
}

void count_syscalls(lane& each, std::size_t batches)
{
    syscall_counter const counter(each.to.process);
    if (!counter.is_counting()) return;
    std::vector<double> unused;
    std::size_t commands = 0;
    auto const before = counter.count();
    for (int i = 0; i < counted_blocks; ++i) {
        commands += each.work->run_block(batches, unused).commands;
    }
    each.syscalls_per_command =
        static_cast<double>(counter.count() - before) / static_cast<double>(commands);
}

}  // namespace

void interleave(std::vector<lane>& lanes, interleave_settings const& settings)
{
    pid_t const server = lanes.front().to.process;
    std::vector<block_sizer> sizers;
    sizers.reserve(lanes.size());
    for (lane const& each : lanes) {
        sizers.emplace_back(*each.work, settings.block);
    }
    warm_up(lanes, sizers);
    std::vector<double> latencies_ns;
    for (std::size_t turn = 0; turn < settings.turns; ++turn) {
        for (std::size_t place = 0; place < lanes.size(); ++place) {
            std::size_t const i = lane_at(turn, place, lanes.size());
            lanes[i].blocks.push_back(measure_block(lanes[i], server, sizers[i], latencies_ns));
        }
    }
    for (std::size_t i = 0; i < lanes.size(); ++i) {
        lanes[i].resident_bytes = resident_bytes_of(lanes[i].to.process);
        if (settings.count_syscalls) count_syscalls(lanes[i], sizers[i].batches());
        lanes[i].work->finish();
    }
}

}  // namespace respguard::bench
