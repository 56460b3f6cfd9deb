// What counting costs the data path, and what a copy of the counters costs the shard's thread.
#include "respguard/stats/snapshot.hpp"

#include <array>
#include <benchmark/benchmark.h>
#include <cmath>
#include <cstdint>
#include <memory>
#include <random>
#include <vector>

namespace respguard::stats {
namespace {

/// Round trips around 150 us with a long tail, as behind a busy Redis.
std::vector<std::uint64_t> round_trips()
{
    std::mt19937_64 random(1);
    std::lognormal_distribution<double> distribution(std::log(150e3), 0.8);
    std::vector<std::uint64_t> all(4'096);
    for (auto& ns : all)
        ns = static_cast<std::uint64_t>(distribution(random));
    return all;
}

/// A shard that has seen `commands` commands, 4096 round trips of each.
shard_stats busy_shard(std::size_t commands)
{
    shard_stats stats(100);
    auto const all = round_trips();
    for (std::size_t id = 1; id <= commands; ++id) {
        auto& command = stats.of(static_cast<command::command_id>(id));
        command.calls = all.size();
        for (auto const ns : all) {
            command.round_trip.add(ns);
            command.first_byte.add(ns - ns / 10);
            stats.overhead_request.add(ns / 100);
        }
    }
    return stats;
}

void histogram_add(benchmark::State& state)
{
    auto const all = round_trips();
    latency_histogram histogram;
    std::size_t i = 0;
    for (auto _ : state)
        histogram.add(all[i++ % 4'096]);
    benchmark::DoNotOptimize(histogram.count());
}
BENCHMARK(histogram_add);

void histogram_quantile(benchmark::State& state)
{
    latency_histogram histogram;
    for (auto const ns : round_trips())
        histogram.add(ns);
    for (auto _ : state)
        benchmark::DoNotOptimize(histogram.quantile_ns(0.99));
    state.counters["heap_bytes"] = static_cast<double>(histogram.heap_bytes());
}
BENCHMARK(histogram_quantile);

void size_add(benchmark::State& state)
{
    size_histogram sizes;
    std::uint64_t bytes = 0;
    for (auto _ : state)
        sizes.add((bytes += 37) % 2'000);
    benchmark::DoNotOptimize(sizes.count);
}
BENCHMARK(size_add);

/// Everything that is counted for one command that is answered.
void one_command(benchmark::State& state)
{
    auto const all = round_trips();
    auto stats = busy_shard(60);
    std::size_t i = 0;
    for (auto _ : state) {
        auto const ns = all[i % 4'096];
        auto& command = stats.of(static_cast<command::command_id>(1 + i % 60));
        ++i;
        ++command.calls;
        command.round_trip.add(ns);
        command.first_byte.add(ns);
        stats.overhead_request.add(ns / 100);
        stats.overhead_reply.add(ns / 100);
        stats.request_sizes.add(100);
        stats.reply_sizes.add(500);
    }
}
BENCHMARK(one_command);

void count_known_error(benchmark::State& state)
{
    shard_stats stats(0);
    for (auto _ : state)
        stats.count_error(1, "NOSCRIPT No matching script. Please use EVAL.");
}
BENCHMARK(count_known_error);

/// The time a scrape takes from a shard's thread; the argument is the number of commands seen.
void copy_shard(benchmark::State& state)
{
    auto const stats = busy_shard(static_cast<std::size_t>(state.range(0)));
    for (auto _ : state)
        benchmark::DoNotOptimize(std::make_shared<shard_stats const>(stats));
}
BENCHMARK(copy_shard)->Arg(10)->Arg(60)->Arg(200)->Unit(benchmark::kMicrosecond);

void merge_four_shards(benchmark::State& state)
{
    snapshot part;
    part.shards.push_back(std::make_shared<shard_stats const>(busy_shard(60)));
    for (auto _ : state)
        benchmark::DoNotOptimize(merge({part, part, part, part}));
}
BENCHMARK(merge_four_shards)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace respguard::stats
