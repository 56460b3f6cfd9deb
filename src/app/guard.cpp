#include "app/guard.hpp"

#include "respguard/app/run.hpp"
#include "respguard/base/log.hpp"
#include "respguard/base/version.hpp"
#include "respguard/net/event_loop.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <string_view>
#include <utility>

#include "app/process_limits.hpp"
#include "app/report.hpp"

namespace respguard::app {

namespace asio = boost::asio;

namespace {

int code_for(int error) noexcept
{
    return error == EACCES || error == EPERM ? exit_permission : exit_internal;
}

doctor::target doctor_target(config::settings const& settings, net::upstream_url const& upstream)
{
    if (auto at = doctor::parse_target(settings.upstream)) return *at;
    return {upstream, true, {}};
}

/// Called on the doctor's thread.
std::function<void(doctor::event const&)> teller(doctor::doctor_settings const& settings,
                                                 event_desk& events)
{
    if (settings.automatic == "off") return [](doctor::event const&) {};
    return [&events](doctor::event const& what) {
        log_event(what);
        events.hand_over(doctor_event(what));
    };
}

}  // namespace

guard::guard(config::loaded configuration, policy::rule_set rules, net::upstream_url upstream,
             std::function<config::loaded()> load_again)
    : settings_(std::move(configuration.values)), origins_(std::move(configuration.origins)),
      rules_(std::move(rules)), upstream_(std::move(upstream)), load_again_(std::move(load_again)),
      events_(io_, settings_.events), probe_(io_, upstream_, settings_.probe_interval),
      consumers_(io_, shards_, events_),
      doctor_(settings_.doctor, doctor_target(settings_, upstream_),
              teller(settings_.doctor, events_)),
      started_ns_(net::monotonic_ns()), started_unix_ns_(net::wall_clock_ns())
{
    reloads_.loaded_unix_ns = started_unix_ns_;
}

guard::~guard() = default;

int guard::run()
{
    watch_signals();  // First: a HUP that nobody waits for would end the process.
    tell_warnings();
    if (int const failed = start(); failed != 0) return failed;
    io_.run();
    shards_.clear();  // Joins their threads.
    remove_socket_files(listeners_);
    log::write(log::level::info, "stopped");
    return exit_code_;
}

int guard::start()
{
    auto bound = bind_listeners(settings_);
    if (!bound.problem.empty()) {
        log::write(log::level::error, "can not start", {{"why", std::string_view(bound.problem)}});
        return code_for(bound.error);
    }
    listeners_ = std::move(bound.names);
    io_way_ = choose_io(settings_.io);
    if (settings_.io == "io_uring" && !io_way_.by_ring) {
        log::write(log::level::error, "can not start: io_uring can not be had here (runtime.io)",
                   {{"why", std::string_view(io_way_.why_not)}});
        return code_for(io_way_.error);
    }
    std::uint32_t const clients_max = raise_descriptor_limit(settings_.relay.clients_max);
    for (auto const& sockets : bound.sockets) {
        auto const each = std::max<std::uint32_t>(
            clients_max / static_cast<std::uint32_t>(bound.sockets.size()), 1);
        shards_.push_back(std::make_unique<shard>(
            shard::parts{live(), upstream_.where, listeners_, each,
                         [this](stats::event what) { events_.hand_over(std::move(what)); },
                         shards_.size(), std::chrono::microseconds(settings_.busy_poll_us),
                         std::chrono::microseconds(settings_.slice_us), io_way_.by_ring,
                         settings_.io == "io_uring"}));
        for (auto const& socket : sockets)
            shards_.back()->add_listener(socket);
    }
    taps_ = admin::tap_hub(tapped_shards());
    taps_.may_show_keys = config::keys_shown(settings_);
    if (!settings_.admin.address.empty()) {
        admin_ = std::make_unique<admin::http_server>(
            io_, settings_.admin,
            admin::source{[this] { return make_report(); }, [this] { return ready(); }, controls(),
                          &events_.hub(), &taps_});
        if (auto const failed = admin_->listen(); failed) {
            std::string const why = failed.message();
            log::write(log::level::error, "can not start: admin address",
                       {{"address", std::string_view(settings_.admin.address)},
                        {"why", std::string_view(why)}});
            return code_for(failed.value());
        }
    }
    events_.start();
    probe_.on_change = [this](bool up) {
        events_.record(up ? stats::event_type::upstream_back : stats::event_type::upstream_lost,
                       up ? upstream_.to_string() : upstream_.to_string() + ": " + probe_.why());
    };
    probe_.start();
    if (settings_.require_upstream) require_upstream();
    for (auto& each : shards_)
        each->start();
    doctor_.start();
    consumers_.start();
    say_hello();
    return 0;
}

live_settings guard::live() const
{
    return {settings_.sockets, settings_.relay, config::command_logs_of(settings_),
            config::hot_keys_of(settings_), rules_};
}

void guard::watch_signals()
{
    std::signal(SIGPIPE, SIG_IGN);
    for (int const signal : {SIGTERM, SIGINT, SIGHUP, SIGUSR1})
        signals_.add(signal);
    signals_.async_wait([this](boost::system::error_code failed, int signal) {
        if (failed) return;
        on_signal(signal);
        if (!io_.stopped()) watch_signals();
    });
}

void guard::on_signal(int signal)
{
    if (signal == SIGUSR1) return reopen_log();
    if (signal == SIGHUP) return reload({});
    if (draining_) {
        log::write(log::level::warn, "second signal: stopping at once");
        end();
        return;
    }
    begin_drain();
}

void guard::begin_drain()
{
    draining_ = true;
    shards_draining_ = shards_.size();
    log::write(
        log::level::info, "draining: no new clients, waiting for requests in flight",
        {{"drain_timeout_ms", static_cast<std::uint64_t>(settings_.relay.drain_timeout.count())}});
    for (auto& each : shards_) {
        each->drain([this] {
            asio::post(io_, [this] {
                if (--shards_draining_ == 0) end();
            });
        });
    }
}

void guard::end()
{
    for (auto& each : shards_)
        each->stop();
    probe_.stop();
    consumers_.stop();
    events_.stop();
    deadline_.cancel();
    if (admin_) admin_->stop();
    signals_.cancel();
    io_.stop();
}

void guard::require_upstream()
{
    deadline_.expires_after(settings_.relay.hold);
    deadline_.async_wait([this](boost::system::error_code failed) {
        if (failed || probe_.was_up()) return;
        std::string const where = upstream_.to_string();
        log::write(log::level::error, "upstream was never reachable, giving up",
                   {{"upstream", std::string_view(where)}});
        exit_code_ = exit_unavailable;
        end();
    });
}

admin::tap_hub::shards guard::tapped_shards()
{
    return {shards_.size(),
            [this](std::shared_ptr<stats::tap> const& made) {
                for (auto& each : shards_)
                    each->listen(made);
            },
            [this](std::shared_ptr<stats::tap> const& ended) {
                for (auto& each : shards_)
                    each->forget(ended);
            }};
}

asio::awaitable<stats::report> guard::make_report()
{
    stats::report report;
    std::uint64_t replaced = 0;
    do {  // Again if a reload came in between: a rule's place and its hits must belong together.
        replaced = rules_replaced_;
        report.counted = co_await gather(shards_);
    } while (replaced != rules_replaced_);
    report.rules = rule_rows(rules_);
    report.enforce = rules_.enforced();
    report.presets = settings_.policy.presets;
    report.upstream = upstream_.to_string();
    report.listeners = listeners_;
    report.io = io_way_.name();
    report.upstream_up = probe_.is_up();
    report.timing = probe_.timing();
    report.lost_consumers = consumers_.lost(net::monotonic_ns());
    report.uptime_ns = net::monotonic_ns() - started_ns_;
    report.started_unix_ns = started_unix_ns_;
    report.draining = draining_;
    report.reloads = reloads_;
    report.log_dropped = log::dropped();
    report.events = events_.counts();
    report.taps = taps_.counts();
    report.recent_events = events_.newest();
    report.doctor = doctor_.latest();
    report.command_limit_bytes = settings_.doctor.command_limit_bytes;
    report.doctor_on = settings_.doctor.interval.count() > 0;
    co_return report;
}

admin::readiness guard::ready() const
{
    if (draining_) return {false, "draining"};
    if (!probe_.is_off() && !probe_.is_up()) {
        return {false, "upstream does not answer: " + probe_.why()};
    }
    auto missing = doctor_.not_ready();
    return {missing.empty(), std::move(missing)};
}

void guard::tell_warnings() const
{
    for (auto const& warning : rules_.warnings()) {
        log::write(log::level::warn, "policy", {{"warning", std::string_view(warning)}});
    }
}

void guard::say_hello() const
{
    std::string const upstream = upstream_.to_string();
    std::string listening;
    for (auto const& each : listeners_)
        listening += (listening.empty() ? "" : ", ") + each;
    log::write(log::level::info, "respguard is running",
               {{"version", version_text},
                {"listen", std::string_view(listening)},
                {"upstream", std::string_view(upstream)},
                {"admin", std::string_view(settings_.admin.address)},
                {"rules", std::uint64_t{rules_.rules().size()}},
                {"enforce", rules_.enforced()},
                {"threads", std::uint64_t{settings_.threads}},
                {"io", io_way_.name()}});
    if (!io_way_.why_not.empty()) {
        log::write(log::level::info, "epoll, not io_uring",
                   {{"why", std::string_view(io_way_.why_not)}});
    }
}

}  // namespace respguard::app
