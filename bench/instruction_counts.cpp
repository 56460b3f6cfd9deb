// Plays one piece of the data path a number of times, for counting its instructions, or its time.
//
//   build/release/bench/instruction_counts --list
//   build/release/bench/instruction_counts <case> <rounds>
//   build/release/bench/instruction_counts --time [options of Google Benchmark]
//
// Two runs of different length under `valgrind --tool=callgrind` give the instructions of a round:
// bench/instructions does that. The inputs are fixed, so the figures do not depend on the machine.
// --time plays the same inputs by Google Benchmark; the others of its programs, *_bench, play more.
#include "respguard/command/command_table.hpp"
#include "respguard/policy/rule_set.hpp"
#include "respguard/resp/reply_framer.hpp"
#include "respguard/resp/request_parser.hpp"
#include "respguard/stats/shard_stats.hpp"

#include <algorithm>
#include <array>
#include <benchmark/benchmark.h>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "inputs/bytes.hpp"
#include "inputs/rules.hpp"

namespace respguard::bench {
namespace {

constexpr int items = 64;  // Of a round.

/// One round; what it needs was made before.
struct round {
    std::function<void()> play;
    std::size_t item_bytes = 0;  // That are read for one item; 0: not a matter of bytes.
};

struct counted {
    std::string_view name;
    std::function<round()> prepare;
};

/// Requests of one kind one behind the other, 64 of them a round.
round parses(std::string const& one)
{
    std::string bytes;
    for (int i = 0; i < items; ++i)
        bytes += one;
    auto play = [bytes, parser = std::make_shared<resp::request_parser>()]() mutable {
        for (std::span<char> input(bytes); !input.empty();) {
            benchmark::DoNotOptimize(parser->parse(input));
            input = input.subspan(static_cast<std::size_t>(parser->size_bytes()));
            parser->next();
        }
    };
    return {std::move(play), one.size()};
}

/// 64 replies of one kind.
round frames(std::string const& one)
{
    std::string bytes;
    for (int i = 0; i < items; ++i)
        bytes += one;
    auto play = [bytes, framer = std::make_shared<resp::reply_framer>()] {
        for (byte_view input(bytes); !input.empty();) {
            auto const step = framer->scan(input);
            benchmark::DoNotOptimize(step.what);
            input.remove_prefix(step.consumed);
        }
    };
    return {std::move(play), one.size()};
}

round identifies(std::string_view name, std::string_view subcommand)
{
    auto play = [name, subcommand]() mutable {
        for (int i = 0; i < items; ++i) {
            benchmark::DoNotOptimize(name);
            benchmark::DoNotOptimize(command::identify(name, subcommand));
        }
    };
    return {std::move(play)};
}

/// From the bytes of the name to the verdict.
round judges(policy::rule_set rules, std::vector<std::string> const& arguments)
{
    auto play = [rules = std::make_shared<policy::rule_set>(std::move(rules)), arguments,
                 bytes = request(arguments)] {
        policy::request_facts facts;
        facts.name = arguments[0];
        if (arguments.size() > 1 && command::needs_subcommand(arguments[0]))
            facts.subcommand = arguments[1];
        facts.size_bytes = bytes.size();
        facts.canonical = bytes;
        facts.arguments = static_cast<std::uint32_t>(arguments.size());
        for (int i = 0; i < items; ++i) {
            benchmark::DoNotOptimize(facts);
            facts.command = command::identify(facts.name, facts.subcommand).id;
            benchmark::DoNotOptimize(rules->judge(facts));
        }
    };
    return {std::move(play)};
}

/// Everything that is counted for one command that is answered.
round counts()
{
    auto play = [stats = std::make_shared<stats::shard_stats>(0), ns = std::uint64_t{1}]() mutable {
        for (int i = 0; i < items; ++i) {
            ns = ns * 6'364'136'223'846'793'005U + 1'442'695'040'888'963'407U;
            std::uint64_t const took = 20'000 + (ns >> 44U);  // 20 us to 1 ms.
            auto& command = stats->of(static_cast<command::command_id>(1 + i % 60));
            ++command.calls;
            command.round_trip.add(took);
            command.first_byte.add(took);
            stats->overhead_request.add(took / 100);
            stats->overhead_reply.add(took / 100);
            stats->request_sizes.add(100);
            stats->reply_sizes.add(500);
        }
    };
    return {std::move(play)};
}

/// One round trip into a histogram.
round fills_histogram()
{
    auto play = [histogram = std::make_shared<stats::latency_histogram>(),
                 ns = std::uint64_t{1}]() mutable {
        for (int i = 0; i < items; ++i) {
            ns = ns * 6'364'136'223'846'793'005U + 1'442'695'040'888'963'407U;
            histogram->add(20'000 + (ns >> 44U));
        }
        benchmark::DoNotOptimize(histogram->count());
    };
    return {std::move(play)};
}

std::vector<counted> const& cases()
{
    static std::vector<counted> const all{
        {"parse PING", [] { return parses(request({"PING"})); }},
        {"parse GET",
         [] {
             return parses(request({"GET", "bb:64"}));
         }},
        {"parse SET of 64 B",
         [] {
             return parses(request({"SET", "bb:64", std::string(64, 'x')}));
         }},
        {"parse EVALSHA of 23 arguments", [] { return parses(evalsha()); }},
        {"parse SET of 8 KiB",
         [] {
             return parses(request({"SET", "k", std::string(8'192, 'x')}));
         }},
        {"frame +OK", [] { return frames("+OK\r\n"); }},
        {"frame a bulk of 64 B", [] { return frames(bulk(64)); }},
        {"frame an array of 40", [] { return frames(array_of_40()); }},
        {"frame a bulk of 8 KiB", [] { return frames(bulk(8'192)); }},
        {"identify get", [] { return identifies("get", ""); }},
        {"identify ZRANGEBYSCORE", [] { return identifies("ZRANGEBYSCORE", ""); }},
        {"identify CONFIG SET", [] { return identifies("CONFIG", "SET"); }},
        {"identify an unknown command", [] { return identifies("ft.search", ""); }},
        {"judge GET, no rules",
         [] {
             return judges({}, {"GET", "key"});
         }},
        {"judge GET, 100 rules about others",
         [] {
             return judges(rules_about_others(100), {"GET", "key"});
         }},
        {"judge GET, preset",
         [] {
             return judges(emailengine(), {"GET", "key"});
         }},
        {"judge CONFIG SET, preset",
         [] {
             return judges(emailengine(), {"CONFIG", "SET", "maxmemory-policy", "noeviction"});
         }},
        {"judge GET, keys_outside",
         [] {
             return judges(isolated(), {"GET", "bull:notify:meta"});
         }},
        {"count one command", [] { return counts(); }},
        {"count one round trip", [] { return fills_histogram(); }},
    };
    return all;
}

int play(std::string_view name, int rounds)
{
    auto const found = std::find_if(cases().begin(), cases().end(),
                                    [&](counted const& c) { return c.name == name; });
    if (found == cases().end()) {
        std::cerr << "no case '" << name << "'; --list names them\n";
        return 2;
    }
    round const one = found->prepare();
    for (int i = 0; i < rounds; ++i)
        one.play();
    return 0;
}

void time_case(benchmark::State& state, counted const& which)
{
    round const one = which.prepare();
    while (state.KeepRunning())
        one.play();
    state.SetItemsProcessed(state.iterations() * items);
    if (one.item_bytes == 0) return;
    auto const bytes = static_cast<std::int64_t>(one.item_bytes);
    state.SetBytesProcessed(state.iterations() * items * bytes);
}

/// The clock's view of every case. @param arguments Google Benchmark's, behind the program's name.
int time_all(std::vector<char*> arguments)
{
    int count = static_cast<int>(arguments.size());
    benchmark::Initialize(&count, arguments.data());
    if (benchmark::ReportUnrecognizedArguments(count, arguments.data())) return 2;
    for (counted const& each : cases()) {
        benchmark::RegisterBenchmark(std::string(each.name).c_str(),
                                     [&each](benchmark::State& s) { time_case(s, each); });
    }
    benchmark::RunSpecifiedBenchmarks();
    benchmark::Shutdown();
    return 0;
}

}  // namespace
}  // namespace respguard::bench

int main(int argc, char** argv)
{
    std::span<char*> const arguments(argv, static_cast<std::size_t>(argc));
    if (argc == 2 && std::string_view(arguments[1]) == "--list") {
        for (auto const& one : respguard::bench::cases())
            std::cout << one.name << '\n';
        return 0;
    }
    if (argc >= 2 && std::string_view(arguments[1]) == "--time") {
        std::vector<char*> rest(arguments.begin(), arguments.end());
        rest.erase(rest.begin() + 1);
        return respguard::bench::time_all(std::move(rest));
    }
    if (argc != 3) {
        std::cerr << "usage: instruction_counts --list | <case> <rounds> | --time [option...]\n";
        return 2;
    }
    return respguard::bench::play(arguments[1], std::atoi(arguments[2]));
}
