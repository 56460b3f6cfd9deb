// What it costs to know a command and to judge a request.
//
//   build/release/bench/policy_bench
//
// Limits that the tree keeps: identify() below 15 ns, judge() with 100 rules about other commands
// below 20 ns. The data path does both for each request.
#include "respguard/config/load.hpp"
#include "respguard/policy/rule_set.hpp"

#include <array>
#include <benchmark/benchmark.h>
#include <string>
#include <utility>
#include <vector>

#include "inputs/bytes.hpp"
#include "inputs/rules.hpp"

namespace respguard {
namespace {

using policy::request_facts;
using policy::rule_set;

struct words {
    std::string_view name;
    std::string_view subcommand;
};

/// EmailEngine's mix, roughly: short names, some of them capitals, few containers.
constexpr std::array<words, 16> mix{{
    {"EVALSHA", ""},
    {"hget", ""},
    {"HSET", ""},
    {"get", ""},
    {"zrangebyscore", ""},
    {"bzpopmin", ""},
    {"XADD", ""},
    {"client", "SETNAME"},
    {"sismember", ""},
    {"multi", ""},
    {"exec", ""},
    {"hmget", ""},
    {"expire", ""},
    {"SET", ""},
    {"publish", ""},
    {"config", "get"},
}};

void identify_one(benchmark::State& state, words command)
{
    for (auto _ : state) {
        benchmark::DoNotOptimize(command);
        benchmark::DoNotOptimize(command::identify(command.name, command.subcommand));
    }
}
BENCHMARK_CAPTURE(identify_one, get, words{"get", ""});
BENCHMARK_CAPTURE(identify_one, zrangebyscore, words{"ZRANGEBYSCORE", ""});
BENCHMARK_CAPTURE(identify_one, config_set, words{"CONFIG", "SET"});
BENCHMARK_CAPTURE(identify_one, unknown, words{"ft.search", ""});

void identify_mix(benchmark::State& state)
{
    for (auto _ : state) {
        for (words const& command : mix) {
            benchmark::DoNotOptimize(command::identify(command.name, command.subcommand));
        }
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(mix.size()));
}
BENCHMARK(identify_mix);

void judge_not_concerned(benchmark::State& state)
{
    rule_set const rules = bench::rules_about_others(state.range(0));
    request_facts facts;
    facts.command = command::find("get");
    facts.name = "GET";
    facts.size_bytes = 40;
    for (auto _ : state) {
        benchmark::DoNotOptimize(facts);
        benchmark::DoNotOptimize(rules.judge(facts));
    }
}
BENCHMARK(judge_not_concerned)->Arg(0)->Arg(10)->Arg(100)->Arg(1000);

/// What keys cost: one rule that isolates, and a request that keeps to its keys.
void judge_keys(benchmark::State& state, std::vector<std::string> const& arguments)
{
    rule_set const rules = bench::isolated();
    std::string const bytes = bench::request(arguments);
    request_facts facts;
    facts.command = command::identify(arguments[0], {}).id;
    facts.size_bytes = bytes.size();
    facts.canonical = bytes;
    facts.arguments = static_cast<std::uint32_t>(arguments.size());
    for (auto _ : state) {
        benchmark::DoNotOptimize(facts);
        benchmark::DoNotOptimize(rules.judge(facts));
    }
}
BENCHMARK_CAPTURE(judge_keys, get, {"GET", "bull:notify:meta"});
BENCHMARK_CAPTURE(judge_keys, evalsha,
                  {"EVALSHA", "0123456789012345678901234567890123456789", "3", "bull:notify:wait",
                   "bull:notify:active", "bull:notify:marker", "x"});
BENCHMARK_CAPTURE(judge_keys, ping, {"PING"});

/// From the bytes of the name to the verdict.
void emailengine_request(benchmark::State& state, std::vector<std::string> const& arguments)
{
    rule_set const rules = bench::emailengine();
    std::string const bytes = bench::request(arguments);
    request_facts facts;
    facts.name = arguments[0];
    facts.subcommand = arguments.size() > 1 ? arguments[1] : std::string_view{};
    facts.size_bytes = bytes.size();
    facts.canonical = bytes;
    for (auto _ : state) {
        benchmark::DoNotOptimize(facts);
        facts.command = command::identify(facts.name, facts.subcommand).id;
        benchmark::DoNotOptimize(rules.judge(facts));
    }
}
BENCHMARK_CAPTURE(emailengine_request, get, {"GET", "key"});
BENCHMARK_CAPTURE(emailengine_request, flushall, {"FLUSHALL"});
BENCHMARK_CAPTURE(emailengine_request, unknown, {"ft.search", "index", "query"});
BENCHMARK_CAPTURE(emailengine_request, config_set_first,
                  {"CONFIG", "SET", "maxmemory-policy", "allkeys-lru"});
BENCHMARK_CAPTURE(emailengine_request, config_set_last,
                  {"CONFIG", "SET", "a-parameter-nobody-knows", "1"});

/// What one client can make the policy do with the largest CONFIG SET that the relay holds.
void emailengine_config_set_1mb(benchmark::State& state)
{
    rule_set const rules = bench::emailengine();
    std::vector<std::string> arguments{"CONFIG", "SET"};
    for (int i = 0; i < 70'000; ++i)
        arguments.insert(arguments.end(), {"a", "1"});
    std::string const bytes = bench::request(arguments);
    request_facts facts;
    facts.command = command::find("config|set");
    facts.size_bytes = bytes.size();
    facts.canonical = bytes;
    for (auto _ : state)
        benchmark::DoNotOptimize(rules.judge(facts));
}
BENCHMARK(emailengine_config_set_1mb)->Unit(benchmark::kMillisecond);

void compile_emailengine(benchmark::State& state)
{
    policy::policy_settings const settings = config::load({}).values.policy;
    for (auto _ : state)
        benchmark::DoNotOptimize(rule_set::compile(settings));
}
BENCHMARK(compile_emailengine)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace respguard
