// Lets many readers share few copies of the counters.
//
// A copy costs a shard's thread some 100 us. Asked for by every hostile or impatient reader on its
// own, that would be felt on the data path; here one copy at a time is made, and at most one every
// 20 ms.
#pragma once

#include "respguard/admin/source.hpp"
#include "respguard/stats/snapshot.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace respguard::admin {

/// Used on one thread.
class report_gate {
public:
    using clock = std::chrono::steady_clock;
    using report_pointer = std::shared_ptr<stats::report const>;

    static constexpr std::chrono::milliseconds spacing{20};

    report_gate(boost::asio::any_io_executor const& executor,
                std::function<boost::asio::awaitable<stats::report>()> gather);

    /// A merged, presentable report whose gathering began after this call: late rather than stale.
    /// Null if it failed, after stop(), or if none came until `deadline`.
    ///
    /// @param owner Keeps the gate alive while a report is gathered.
    [[nodiscard]] boost::asio::awaitable<report_pointer> next(clock::time_point deadline,
                                                              std::shared_ptr<void> owner);

    /// Readers that wait get null at once.
    void stop();

private:
    boost::asio::awaitable<void> run(std::shared_ptr<void> owner);
    boost::asio::awaitable<report_pointer> gather_one();
    void wake_readers();

    boost::asio::any_io_executor executor_;
    std::function<boost::asio::awaitable<stats::report>()> gather_;
    boost::asio::steady_timer pause_;
    std::vector<boost::asio::steady_timer*> readers_;
    report_pointer latest_;
    std::uint64_t wanted_ = 0;    ///< Number of the report that the last reader waits for.
    std::uint64_t begun_ = 0;     ///< Reports begun,
    std::uint64_t finished_ = 0;  ///< and finished.
    clock::time_point last_begin_{};
    bool running_ = false;
    bool stopped_ = false;
};

}  // namespace respguard::admin
