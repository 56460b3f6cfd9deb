// Checks upstream now and then, on a thread and a connection of its own.
//
// The doctor's questions block; the data path and the control thread never wait for them.
#pragma once

#include "respguard/doctor/connection.hpp"
#include "respguard/doctor/drift.hpp"
#include "respguard/doctor/report.hpp"
#include "respguard/doctor/settings.hpp"
#include "respguard/doctor/target.hpp"
#include "respguard/stats/doctor_report.hpp"
#include "respguard/stats/event.hpp"

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

namespace respguard::app {

class doctor_watch {
public:
    /// @param tell Gets every event, on the doctor's thread.
    doctor_watch(doctor::doctor_settings const& settings, doctor::target at,
                 std::function<void(doctor::event const&)> tell);
    /// Calls off what is being asked, and joins.
    ~doctor_watch();
    doctor_watch(doctor_watch const&) = delete;
    doctor_watch& operator=(doctor_watch const&) = delete;

    /// Off if the interval is 0.
    void start();
    /// Null until the first round has ended. Callable from any thread.
    [[nodiscard]] std::shared_ptr<stats::doctor_report const> latest() const;
    /// Empty: nothing that doctor.ready requires is missing; else what is.
    [[nodiscard]] std::string not_ready() const;

private:
    void run();
    void look();
    void tell_changes(doctor::examination const& seen);
    void publish(doctor::examination const& seen, std::uint64_t took_ns);
    void tell(doctor::event const& what);

    doctor::doctor_settings const& settings_;
    doctor::target at_;
    std::function<void(doctor::event const&)> tell_;
    doctor::cancellation stop_;
    doctor::drift_watch drift_;
    std::map<std::string, doctor::status, std::less<>> before_;
    std::map<std::string, std::uint64_t> events_;
    std::uint64_t rounds_ = 0;
    mutable std::mutex mutex_;  // Guards latest_ only.
    std::shared_ptr<stats::doctor_report const> latest_;
    std::thread thread_;
};

/// As /events, the stream and the webhook have it.
[[nodiscard]] stats::event doctor_event(doctor::event const& what);
/// Writes an event to the log.
void log_event(doctor::event const& what);

}  // namespace respguard::app
