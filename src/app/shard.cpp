#include "app/shard.hpp"

#include "respguard/base/log.hpp"
#include "respguard/net/sockets.hpp"

#include <cerrno>
#include <chrono>
#include <sys/epoll.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "app/event_words.hpp"
#include "app/size_limits.hpp"
#include "app/thread_slice.hpp"

namespace respguard::app {

namespace {

/// A burst of new connections must not starve those that are there.
constexpr int accepts_per_wake_up = 64;
constexpr auto accept_pause = std::chrono::milliseconds(100);
constexpr auto look_interval = std::chrono::seconds(1);

}  // namespace

shard::acceptor::acceptor(shard& of, bound_listener with)
    : owner(of), listener(with), pause(of.loop_, [this] { watch(); })
{
    watch();
}

shard::acceptor::~acceptor()
{
    owner.loop_.remove(listener.fd);
    ::close(listener.fd);
}

void shard::acceptor::watch()
{
    // Exclusive: a unix socket is shared by all shards, and one of them is enough for one client.
    (void)owner.loop_.add(listener.fd, EPOLLIN | EPOLLEXCLUSIVE, *this);
}

void shard::acceptor::inherit(net::socket_settings const& settings) noexcept
{
    net::set_options(listener.fd, net::local_of(listener.fd).storage.ss_family, settings);
}

void shard::acceptor::on_events(std::uint32_t /*events*/)
{
    for (int i = 0; i < accepts_per_wake_up; ++i) {
        auto const client = net::accept_client(listener.fd);
        if (client.error == 0) {
            owner.sessions_.adopt(client, listener.index);
            continue;
        }
        if (client.error == ECONNABORTED || client.error == EINTR) continue;
        if (client.error == EAGAIN || client.error == EWOULDBLOCK) return;
        // EMFILE, ENFILE, ENOMEM: the client waits in the backlog until something is free again.
        std::string const why = std::system_category().message(client.error);
        log::write(log::level::error, "can not accept a client, trying again",
                   {{"error", std::string_view(why)}});
        owner.loop_.remove(listener.fd);
        pause.arm(accept_pause);
        return;
    }
}

shard::shard(parts with)
    : live_(std::move(with.live)), log_(live_.rules, with.tell), stats_(live_.rules.rules().size()),
      addresses_(loop_, with.upstream),
      sessions_({loop_, addresses_, live_.sockets, live_.relay, live_.rules, stats_, log_,
                 with.listeners, with.clients_max,
                 with.ring_soon ? std::uint8_t{1} : relay::session_group::calm_arrivals}),
      logs_(sessions_.watch(), live_.logs), notices_(sessions_.watch(),
                                                     [tell = with.tell](stats::event what) {
                                                         what.unix_ns = net::wall_clock_ns();
                                                         log_client_event(what);
                                                         tell(std::move(what));
                                                     }),
      looks_(loop_, [this] { look(); }), index_(with.index), slice_(with.slice)
{
    loop_.busy_poll(with.busy_poll);
    if (with.by_ring) loop_.use_ring();
    notices_.replace(size_limits_of(live_.rules, live_.relay));
    log_.also_tell_ends([this](relay::client_info const& client, relay::closed_client const& how) {
        notices_.on_closed(client, how);
    });
    looks_.arm(look_interval);
    logs_.on_entry([this](stats::logged_command const& entry) { log_.on_logged(entry); });
    count_hot_keys();
}

shard::~shard()
{
    stop();
    if (thread_.joinable()) thread_.join();
}

void shard::add_listener(bound_listener listener)
{
    acceptors_.push_back(std::make_unique<acceptor>(*this, listener));
}

void shard::start()
{
    thread_ = std::thread([this] {
        bool const sliced = ask_for_slices(slice_);
        log::write(log::level::debug, "thread runs",
                   {{"thread", std::uint64_t{index_}}, {"own_slices", sliced}});
        loop_.run();
    });
}

void shard::snapshot(std::function<void(stats::snapshot)> done)
{
    loop_.post([this, done = std::move(done)] {
        stats::snapshot copy = sessions_.snapshot();
        copy.logs = logs_.entries();
        copy.logged = logs_.counts();
        copy.notices = notices_.counts();
        if (hot_keys_) copy.hot_keys = hot_keys_->counts(net::monotonic_ns());
        done(std::move(copy));
    });
}

void shard::pulse(std::function<void(stats::consumers_pulse)> done)
{
    loop_.post([this, done = std::move(done)] { done(sessions_.pulse()); });
}

void shard::replace(live_settings with, std::function<void()> done)
{
    loop_.post([this, with = std::move(with), done = std::move(done)]() mutable {
        policy::rule_places const places(live_.rules, with.rules);
        live_ = std::move(with);  // In place: everything here refers to it.
        for (auto const& each : acceptors_)
            each->inherit(live_.sockets);
        log_.renumber_rules(places);
        sessions_.renumber_rules(places);
        logs_.replace(live_.logs);
        notices_.replace(size_limits_of(live_.rules, live_.relay));
        count_hot_keys();
        done();
    });
}

void shard::count_hot_keys()
{
    auto const& wanted = live_.hot_keys;
    if (hot_keys_ && hot_keys_->settings() == wanted) return;
    hot_keys_.reset();  // First: keys that are hidden by now go.
    if (wanted.shown == 0) return;
    hot_keys_ = std::make_unique<stats::hot_keys>(sessions_.watch(), wanted, net::monotonic_ns());
}

void shard::drain(std::function<void()> done)
{
    loop_.post([this, done = std::move(done)]() mutable {
        acceptors_.clear();
        sessions_.drain(std::move(done));
    });
}

void shard::enforce(bool on)
{
    loop_.post([this, on] {
        live_.rules.enforce(on);
        notices_.replace(size_limits_of(live_.rules, live_.relay));
    });
}

void shard::listen(std::shared_ptr<stats::tap> for_whom)
{
    loop_.post([this, for_whom = std::move(for_whom)] {
        taps_.push_back(std::make_unique<stats::shard_tap>(
            for_whom, index_, [this](std::uint16_t place) { return rule_name(place); }));
        sessions_.watch().add(*taps_.back(), taps_.back()->interest());
    });
}

void shard::forget(std::shared_ptr<stats::tap> for_whom)
{
    loop_.post([this, for_whom = std::move(for_whom)] {
        std::erase_if(taps_, [&](auto const& each) {
            bool const ended = each->whose() == for_whom.get();
            if (ended) sessions_.watch().remove(*each);
            return ended;
        });
    });
}

void shard::look()
{
    notices_.look(sessions_.overdue(), net::monotonic_ns());
    looks_.arm(look_interval);
}

std::string_view shard::rule_name(std::uint16_t place) const
{
    auto const& rules = live_.rules.rules();
    return place < rules.size() ? std::string_view(rules[place].id) : std::string_view();
}

void shard::stop()
{
    loop_.post([this] {
        acceptors_.clear();
        sessions_.stop();
        loop_.stop();
    });
}

}  // namespace respguard::app
