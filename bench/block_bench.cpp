// Compares several ways to one Redis server in short interleaved blocks; see bench/README.md.
#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "block/idle.hpp"
#include "block/interleave.hpp"
#include "block/report.hpp"
#include "block/target.hpp"
#include "block/workload.hpp"

namespace {

using namespace respguard::bench;

constexpr char usage[] =
    R"(usage: block_bench [options] direct=ADDRESS[,pid=N] name=ADDRESS[,pid=N]...

ADDRESS is host:port or unix:/path. The first target is the server itself: what the others are
compared with, and where keys are prepared (they begin with "bench:", "bb:"; scratch servers only).

  --workload NAME      what to play (default c50); --list shows all
  --turns N            how often each target has its turn (40)
  --block-ms N         about how long a target's block lasts (25)
  --reference NAME     second target to give ratios to
  --connections N      other number of connections than the workload's own
  --count-syscalls     also count system calls per command (needs tracefs and root)
  --json FILE          write the figures as JSON too
  --list               names and descriptions of the workloads
)";

struct options {
    std::string workload_name = "c50";
    std::string reference;
    std::string json_file;
    std::size_t connections = 0;  // 0: as the workload says.
    interleave_settings settings;
    std::vector<target> targets;
};

std::size_t parse_count(std::string_view option, std::string_view text)
{
    std::size_t value = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value == 0) {
        throw bench_failure(std::string(option) + " needs a number of at least 1");
    }
    return value;
}

options parse_options(std::vector<std::string_view> const& args)
{
    options parsed;
    std::string_view option;
    auto const number = [&option](std::string_view text) { return parse_count(option, text); };
    std::map<std::string_view, std::function<void(std::string_view)>> const valued{
        {"--workload", [&](std::string_view v) { parsed.workload_name = v; }},
        {"--turns", [&](std::string_view v) { parsed.settings.turns = number(v); }},
        {"--block-ms",
         [&](std::string_view v) { parsed.settings.block = std::chrono::milliseconds(number(v)); }},
        {"--reference", [&](std::string_view v) { parsed.reference = v; }},
        {"--connections", [&](std::string_view v) { parsed.connections = number(v); }},
        {"--json", [&](std::string_view v) { parsed.json_file = v; }},
    };
    for (std::size_t i = 0; i < args.size(); ++i) {
        option = args[i];
        if (option == "--count-syscalls") {
            parsed.settings.count_syscalls = true;
        } else if (auto const found = valued.find(option); found != valued.end()) {
            if (i + 1 == args.size()) throw bench_failure(std::string(option) + " needs a value");
            found->second(args[++i]);
        } else if (option.starts_with("-")) {
            throw bench_failure("unknown option " + std::string(option));
        } else {
            parsed.targets.push_back(parse_target(option));
        }
    }
    if (parsed.targets.empty()) throw bench_failure("no target given");
    return parsed;
}

std::size_t find_reference(options const& chosen)
{
    if (chosen.reference.empty()) return no_reference;
    for (std::size_t i = 0; i < chosen.targets.size(); ++i) {
        if (chosen.targets[i].name == chosen.reference) return i;
    }
    throw bench_failure("the reference " + chosen.reference + " is no target");
}

std::vector<target_summary> play_in_blocks(workload const& played, options const& chosen)
{
    std::size_t const reference = find_reference(chosen);
    stage const prepared(played, chosen.targets.front().where, chosen.targets.size());
    std::vector<lane> lanes;
    for (std::size_t i = 0; i < chosen.targets.size(); ++i) {
        target const& to = chosen.targets[i];
        lanes.push_back({to, prepared.make_load(to.name, to.where, i), {}, -1, 0});
    }
    interleave(lanes, chosen.settings);
    prepared.verify();
    return summarize(lanes, reference);
}

workload_report run(options const& chosen)
{
    workload_report report;
    report.played = find_workload(chosen.workload_name);
    if (chosen.connections != 0) report.played.connections = chosen.connections;
    report.settings = chosen.settings;
    report.reference_name = chosen.reference;
    if (report.played.kind == workload_kind::idle) {
        report.idle_targets = chosen.targets;
        report.idle_costs = measure_idle(chosen.targets, report.played.connections);
    } else {
        report.summaries = play_in_blocks(report.played, chosen);
    }
    return report;
}

}  // namespace

int main(int argc, char** argv)
{
    std::vector<std::string_view> const args(argv + 1, argv + argc);
    if (std::ranges::find(args, "--list") != args.end()) {
        for (workload const& each : all_workloads()) {
            std::printf("%-8s %s\n", each.name.c_str(), each.description.c_str());
        }
        return EXIT_SUCCESS;
    }
    if (args.empty() || std::ranges::find(args, "--help") != args.end()) {
        std::fputs(usage, args.empty() ? stderr : stdout);
        return args.empty() ? EXIT_FAILURE : EXIT_SUCCESS;
    }
    try {
        raise_open_files_limit();
        options const chosen = parse_options(args);
        workload_report const report = run(chosen);
        std::fputs(to_markdown(report).c_str(), stdout);
        if (chosen.json_file.empty()) return EXIT_SUCCESS;
        std::ofstream file(chosen.json_file);
        if (!(file << to_json(report)).flush()) throw_errno("write " + chosen.json_file);
    } catch (std::exception const& failure) {
        std::fprintf(stderr, "block_bench: %s\n", failure.what());
        return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}
