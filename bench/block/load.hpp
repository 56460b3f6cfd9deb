// What puts load on one target, in blocks.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace respguard::bench {

/// One block as its load generator saw it.
struct block_count {
    std::chrono::nanoseconds wall{0};  ///< From the first byte sent to the last reply received.
    std::size_t commands = 0;
};

/// Keeps its connections to one target open between blocks and is silent there, so that blocks of
/// several targets can take turns. One thread.
class load {
public:
    load() = default;
    load(load const&) = delete;
    load& operator=(load const&) = delete;
    virtual ~load() = default;

    /// The smallest useful block: each connection has something to do.
    [[nodiscard]] virtual std::size_t batches_min() const = 0;

    /// Sends exactly `batches` batches and returns when the last is answered. A block is a fixed
    /// amount of work and not of time, so that what it started is also paid for within it.
    /// @param latencies_ns Gets the duration of each batch appended.
    /// Throws bench_failure for a wrong, late or missing reply.
    virtual block_count run_block(std::size_t batches, std::vector<double>& latencies_ns) = 0;

    /// From now on big payloads are compared at their ends only (see reply_reader::consume).
    virtual void trust_payloads() {}

    /// Checks what can only be known at the end. Throws bench_failure.
    virtual void finish() {}
};

/// Longer than any pause of this machine; shorter than a patient user.
inline constexpr std::chrono::seconds reply_timeout{10};

}  // namespace respguard::bench
