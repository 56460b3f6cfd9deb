#include "app/consumer_watch.hpp"

#include "respguard/net/event_loop.hpp"

#include <boost/asio/post.hpp>

#include <chrono>
#include <utility>

namespace respguard::app {

namespace {

constexpr auto consumer_look_interval = std::chrono::seconds(5);

std::string seconds_of(std::uint64_t ns) { return std::to_string(ns / 1'000'000'000U) + " s"; }

std::string consumers_reason(stats::consumers_change const& change)
{
    std::string out = "queue " + change.queue;
    if (!change.lost) {
        return out + ": a worker is there again, after " + seconds_of(change.silent_ns);
    }
    out += ": no worker asked for a job, ended one or renewed a lock for " +
           seconds_of(change.silent_ns) + " while other commands went on";
    return change.during_job ? out + "; the last one had started a job" : out;
}

}  // namespace

void consumer_watch::stop()
{
    stopped_ = true;
    pause_.cancel();
}

std::map<std::string, std::uint64_t> consumer_watch::lost(std::uint64_t now_ns) const
{
    std::map<std::string, std::uint64_t> out;
    for (auto const& [queue, sign_ns] : watch_.lost())
        out.emplace(queue, now_ns - sign_ns);
    return out;
}

void consumer_watch::wait()
{
    pause_.expires_after(consumer_look_interval);
    pause_.async_wait([this](boost::system::error_code failed) {
        if (!failed && !stopped_) ask();
    });
}

void consumer_watch::ask()
{
    gathered_ = {};
    missing_ = shards_.size();
    for (auto const& each : shards_) {
        each->pulse([this](stats::consumers_pulse pulse) {
            boost::asio::post(io_, [this, pulse = std::move(pulse)] {
                gathered_.merge(pulse);
                if (--missing_ == 0 && !stopped_) conclude();
            });
        });
    }
}

void consumer_watch::conclude()
{
    for (auto const& change :
         watch_.look(gathered_.queues, gathered_.traffic_ns, net::monotonic_ns())) {
        events_.record(change.lost ? stats::event_type::consumers_lost
                                   : stats::event_type::consumers_back,
                       consumers_reason(change));
    }
    wait();
}

}  // namespace respguard::app
