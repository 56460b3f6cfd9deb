#include "app/doctor_watch.hpp"

#include "respguard/base/log.hpp"
#include "respguard/doctor/probe.hpp"
#include "respguard/net/event_loop.hpp"

#include <charconv>
#include <chrono>
#include <exception>
#include <string_view>
#include <utility>

namespace respguard::app {

namespace {

doctor::probe_options options_of(doctor::doctor_settings const& settings)
{
    doctor::probe_options out;
    // Fewer than the command line takes: this runs all day, beside the application's own traffic.
    out.pings = 20;
    out.connects = 2;
    out.prefix = settings.prefix;
    if (!out.prefix.empty() && !out.prefix.ends_with(':')) out.prefix += ':';
    if (settings.mailboxes > 0) out.mailboxes = settings.mailboxes;
    out.command_limit_bytes = settings.command_limit_bytes;
    return out;
}

/// No failure, since EmailEngine works; but whoever starts the guard is to know (EVASION E20).
constexpr std::string_view told_as_warning = "access.local";

/// Worth an event.
bool is_trouble(std::string_view check, doctor::status what) noexcept
{
    return what == doctor::status::fail ||
           (what == doctor::status::warn && check == told_as_warning);
}

std::string_view field(doctor::event const& of, std::string_view name)
{
    for (auto const& [key, value] : of.fields) {
        if (key == name) return value;
    }
    return "";
}

bool is_first(doctor::examination const& seen, doctor::judged const& which)
{
    for (auto const& each : seen.findings) {
        if (each.found.what == doctor::status::fail) return &each == &which;
    }
    return false;
}

}  // namespace

doctor_watch::doctor_watch(doctor::doctor_settings const& settings, doctor::target at,
                           std::function<void(doctor::event const&)> tell)
    : settings_(settings), at_(std::move(at)), tell_(std::move(tell))
{
}

doctor_watch::~doctor_watch()
{
    stop_.set();
    if (thread_.joinable()) thread_.join();
}

void doctor_watch::start()
{
    if (settings_.interval.count() == 0) return;
    thread_ = std::thread([this] { run(); });
}

void doctor_watch::run()
{
    do {
        try {
            look();
        } catch (std::exception const& failed) {
            log::write(log::level::error, "the doctor failed",
                       {{"error", std::string_view(failed.what())}});
        }
    } while (!stop_.wait(settings_.interval));
}

void doctor_watch::look()
{
    auto const start = net::monotonic_ns();
    auto const facts = doctor::probe(at_, options_of(settings_), stop_);
    if (stop_.is_set()) return;
    auto const seen = doctor::make_examination(at_.to_string(), facts, {});
    ++rounds_;
    if (seen.reached) {
        for (auto const& each : drift_.look(facts, std::chrono::system_clock::now()))
            tell(each);
    }
    // Also when not let in: somebody may have changed the password.
    tell_changes(seen);
    publish(seen, net::monotonic_ns() - start);
}

void doctor_watch::tell(doctor::event const& what)
{
    ++events_[what.type];
    tell_(what);
}

void doctor_watch::tell_changes(doctor::examination const& seen)
{
    using doctor::status;
    for (auto const& each : seen.findings) {
        // What cannot be read now is no news: the last verdict stands.
        if (each.found.what == status::skip) continue;
        // Who is not let in fails several checks for this one reason: only the first is news.
        bool const cause = each.of->id == "conn.reach" || each.of->id == "conn.auth";
        if (!seen.reached && !cause && !(each.of->id == "conn.ping" && is_first(seen, each)))
            continue;
        std::string const id(each.of->id);
        auto const before = before_.find(id);
        bool const is_new = before == before_.end();
        bool const failed = is_trouble(id, each.found.what);
        bool const had_failed = !is_new && is_trouble(id, before->second);
        std::string old(is_new ? "" : doctor::to_string(before->second));
        before_.insert_or_assign(id, each.found.what);
        if (failed == had_failed) continue;
        auto const& fix = each.found.fix;
        tell({failed ? "doctor.failed" : "doctor.recovered",
              id + ": " + each.found.message,
              {{"check", id},
               {"old", std::move(old)},
               {"new", std::string(doctor::to_string(each.found.what))},
               {"fix", failed ? fix : ""}}});
    }
}

void doctor_watch::publish(doctor::examination const& seen, std::uint64_t took_ns)
{
    auto report = std::make_shared<stats::doctor_report>();
    for (auto const& each : seen.findings) {
        report->checks.push_back({std::string(each.of->id), std::string(each.of->group),
                                  std::string(doctor::to_string(each.found.what)),
                                  each.found.message, std::string(each.of->why), each.found.fix});
    }
    report->json = doctor::json_report(seen, false);
    report->rounds = rounds_;
    report->checked_unix_ns = net::wall_clock_ns();
    report->took_ns = took_ns;
    report->events = events_;
    std::lock_guard const lock(mutex_);
    latest_ = std::move(report);
}

std::shared_ptr<stats::doctor_report const> doctor_watch::latest() const
{
    std::lock_guard const lock(mutex_);
    return latest_;
}

std::string doctor_watch::not_ready() const
{
    if (settings_.ready.empty()) return {};
    auto const seen = latest();
    if (!seen) return "the doctor has not looked yet";
    for (auto const& wanted : settings_.ready) {
        for (auto const& each : seen->checks) {
            bool const missing = each.status == "fail" || each.status == "skip";
            if (each.id == wanted && missing) return "check " + wanted + ": " + each.message;
        }
    }
    return {};
}

stats::event doctor_event(doctor::event const& what)
{
    stats::event out;
    out.type = stats::event_type::doctor;
    out.reason = what.type + ": " + what.text;
    out.old_value = field(what, "old");
    out.new_value = field(what, "new");
    auto const seen = field(what, "old_seen_unix_ms");
    std::from_chars(seen.data(), seen.data() + seen.size(), out.old_seen_unix_ms);
    return out;
}

void log_event(doctor::event const& what)
{
    bool const bad = what.type != "doctor.recovered";
    log::write(bad ? log::level::warn : log::level::info, "doctor",
               {{"event", std::string_view(what.type)},
                {"text", std::string_view(what.text)},
                {"old", field(what, "old")},
                {"new", field(what, "new")},
                {"limit", field(what, "limit")},
                {"old_seen_unix_ms", field(what, "old_seen_unix_ms")},
                {"fix", field(what, "fix")}});
}

}  // namespace respguard::app
