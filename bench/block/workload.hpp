// The list of workloads, and how each becomes load on a target.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "conversation.hpp"
#include "endpoint.hpp"
#include "load.hpp"

namespace respguard::bench {

enum class workload_kind {
    set,              ///< SET of one key per target
    get,              ///< GET of one key per target
    emailengine_mix,  ///< see emailengine_mix.hpp
    churn,            ///< see churn.hpp
    idle              ///< see idle.hpp; no blocks, nothing is interleaved
};

struct workload {
    std::string name;
    std::string description;
    workload_kind kind = workload_kind::set;
    std::size_t connections = 1;
    std::size_t pipeline = 1;
    std::size_t value_bytes = 0;

    /// Throughput is given in MB/s of values rather than in commands per second.
    [[nodiscard]] bool is_bulk() const noexcept { return value_bytes >= 100'000; }
};

/// All there are. A new workload is one line here, and a kind if no present kind can play it.
std::vector<workload> const& all_workloads();

/// Throws bench_failure for an unknown name, naming the known ones.
workload const& find_workload(std::string_view name);

/// Keys and scripts of one workload on the server, shared by all targets of a run.
///
/// Each target has keys (and a database) of its own, so that what came through one target is never
/// mistaken for what came through another.
class stage {
public:
    /// Fills the server behind the endpoint `server`, which is spoken to directly. Throws
    /// bench_failure.
    stage(workload const& played, endpoint const& server, std::size_t targets);

    /// Load of this workload on the target with this index.
    [[nodiscard]] std::unique_ptr<load> make_load(std::string const& target_name,
                                                  endpoint const& where, std::size_t index) const;

    /// Compares what the server holds with what was sent through each target. Throws bench_failure.
    void verify() const;

private:
    [[nodiscard]] conversation fixed_conversation(std::size_t index) const;

    workload const& played_;
    endpoint const server_;
    std::size_t const targets_;
    std::string value_;
    std::vector<std::string> script_hashes_;  // Of the EmailEngine mix.
};

}  // namespace respguard::bench
