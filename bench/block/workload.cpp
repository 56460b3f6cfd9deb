#include "workload.hpp"

#include <random>

#include "churn.hpp"
#include "closed_loop.hpp"
#include "emailengine_mix.hpp"
#include "server_link.hpp"

namespace respguard::bench {
namespace {

/// Printable and without repetition, so that any lost or moved byte shows. The same in every run.
std::string make_value(std::size_t size_bytes)
{
    std::mt19937 random(20'261'122);
    std::string value(size_bytes, '\0');
    for (char& c : value) {
        c = static_cast<char>('!' + random() % 90);
    }
    return value;
}

std::string key_of(std::size_t target_index)
{
    return "bench:" + std::to_string(100 + target_index);  // Keys of equal length for all targets.
}

}  // namespace

std::vector<workload> const& all_workloads()
{
    using kind = workload_kind;
    // 1 MB is 1,000,000 bytes: below the 1 MiB at which the guard's default rules raise an alert.
    static std::vector<workload> const list{
        {"c1", "SET 64 B, 1 connection", kind::set, 1, 1, 64},
        {"c50", "SET 64 B, 50 connections", kind::set, 50, 1, 64},
        {"get50", "GET 64 B, 50 connections", kind::get, 50, 1, 64},
        {"c1000", "SET 64 B, 1000 connections", kind::set, 1000, 1, 64},
        {"p16", "SET 64 B, 50 connections, pipeline of 16", kind::set, 50, 16, 64},
        {"p100", "SET 64 B, 50 connections, pipeline of 100", kind::set, 50, 100, 64},
        {"set1m", "SET 1 MB, 4 connections", kind::set, 4, 1, 1'000'000},
        {"get1m", "GET 1 MB, 4 connections", kind::get, 4, 1, 1'000'000},
        {"mix", "EmailEngine mix: 14 callers, 7 blocked waiters, 13 subscribers, RESP3",
         kind::emailengine_mix, 34, 1, 0},
        {"churn", "connect, PING, close; 16 at a time", kind::churn, 16, 1, 0},
        {"idle", "idle connections, one PING each before", kind::idle, 10'000, 1, 0},
    };
    return list;
}

workload const& find_workload(std::string_view name)
{
    std::string known;
    for (workload const& each : all_workloads()) {
        if (each.name == name) return each;
        known.append(" ").append(each.name);
    }
    throw bench_failure("no workload \"" + std::string(name) + "\"; there are:" + known);
}

stage::stage(workload const& played, endpoint const& server, std::size_t targets)
    : played_(played), server_(server), targets_(targets), value_(make_value(played.value_bytes))
{
    server_link link(server_);
    if (played_.kind == workload_kind::get) {
        for (std::size_t i = 0; i < targets_; ++i) {
            link.ask({"SET", key_of(i), value_});
        }
    }
    if (played_.kind == workload_kind::emailengine_mix) {
        script_hashes_ = emailengine_mix::prepare(link, targets_);
    }
}

std::unique_ptr<load> stage::make_load(std::string const& target_name, endpoint const& where,
                                       std::size_t index) const
{
    switch (played_.kind) {
    case workload_kind::set:
    case workload_kind::get:
        return std::make_unique<closed_loop>(target_name, where, fixed_conversation(index));
    case workload_kind::emailengine_mix:
        return std::make_unique<closed_loop>(target_name, where,
                                             emailengine_mix::script(script_hashes_, index));
    case workload_kind::churn:
        return std::make_unique<churn>(target_name, where, played_.connections);
    case workload_kind::idle: break;
    }
    throw bench_failure(played_.name + " is not played in blocks");
}

void stage::verify() const
{
    if (played_.kind != workload_kind::set) return;  // All others compare what they are told.
    server_link link(server_);
    for (std::size_t i = 0; i < targets_; ++i) {
        if (link.ask_bulk({"GET", key_of(i)}) != value_) {
            throw bench_failure("the value stored through target " + std::to_string(i) +
                                " is not the one that was sent");
        }
    }
}

conversation stage::fixed_conversation(std::size_t index) const
{
    bool const is_set = played_.kind == workload_kind::set;
    std::string const key = key_of(index);
    std::string const request =
        is_set ? encode_request({"SET", key, value_}) : encode_request({"GET", key});
    std::string const reply =
        is_set ? "+OK\r\n" : "$" + std::to_string(value_.size()) + "\r\n" + value_ + "\r\n";
    batch step;
    step.commands = played_.pipeline;
    for (std::size_t i = 0; i < played_.pipeline; ++i) {
        step.request += request;
        step.reply.exact += reply;
    }
    role caller;
    caller.connections = played_.connections;
    caller.steps.push_back(std::move(step));
    conversation script;
    script.roles.push_back(std::move(caller));
    return script;
}

}  // namespace respguard::bench
