// What framing costs on its own, without sockets: one thread, input in cache as after a read.
#include "respguard/resp/reply_framer.hpp"
#include "respguard/resp/request_parser.hpp"

#include <algorithm>
#include <benchmark/benchmark.h>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "inputs/bytes.hpp"

namespace {

using namespace respguard;
using namespace respguard::bench;

void report(benchmark::State& state, std::size_t items, std::size_t bytes)
{
    auto const rounds = static_cast<double>(state.iterations());
    using counter = benchmark::Counter;
    state.counters["each"] =
        counter(rounds * static_cast<double>(items), counter::kIsRate | counter::kInvert);
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes));
}

/// Whole requests, one behind the other in one buffer.
void parse_requests(benchmark::State& state, std::string const& one)
{
    auto bytes = repeated(one);
    resp::request_parser parser;
    while (state.KeepRunning()) {
        for (std::span<char> input(bytes); !input.empty();) {
            benchmark::DoNotOptimize(parser.parse(input));
            input = input.subspan(static_cast<std::size_t>(parser.size_bytes()));
            parser.next();
        }
    }
    report(state, bytes.size() / one.size(), bytes.size());
}

/// A request larger than the buffer, whose bytes are dropped as they come.
void parse_large_request(benchmark::State& state, std::string bytes)
{
    resp::request_parser parser;
    while (state.KeepRunning()) {
        std::span<char> input(bytes);
        while (!input.empty()) {
            auto const slice = input.first(std::min(read_bytes, input.size()));
            benchmark::DoNotOptimize(parser.parse(slice));
            auto const dropped = parser.droppable_bytes(slice.size());
            parser.release(dropped);
            input = input.subspan(dropped);
        }
        parser.next();
    }
    report(state, 1, bytes.size());
}

/// Replies in reads of 64 KiB, the last one of which may be cut.
void frame_replies(benchmark::State& state, std::string const& one)
{
    auto const bytes = repeated(one);
    resp::reply_framer framer;
    while (state.KeepRunning()) {
        for (std::size_t read = 0; read < bytes.size(); read += read_bytes) {
            byte_view input(bytes.data() + read, std::min(read_bytes, bytes.size() - read));
            while (!input.empty()) {
                auto const step = framer.scan(input);
                benchmark::DoNotOptimize(step.what);
                input.remove_prefix(step.consumed);
            }
        }
    }
    report(state, bytes.size() / one.size(), bytes.size());
}

BENCHMARK_CAPTURE(parse_requests, ping, request({"PING"}));
BENCHMARK_CAPTURE(parse_requests, get, request({"GET", "bb:64"}));
BENCHMARK_CAPTURE(parse_requests, set_64, request({"SET", "bb:64", std::string(64, 'x')}));
BENCHMARK_CAPTURE(parse_requests, evalsha_23_arguments, evalsha());
BENCHMARK_CAPTURE(parse_large_request, set_1_mb,
                  request({"SET", "k", std::string(1'000'000, 'x')}));
BENCHMARK_CAPTURE(frame_replies, ok, "+OK\r\n");
BENCHMARK_CAPTURE(frame_replies, bulk_64, bulk(64));
BENCHMARK_CAPTURE(frame_replies, array_of_40, array_of_40());
BENCHMARK_CAPTURE(frame_replies, bulk_1_mb, bulk(1'000'000));

}  // namespace
