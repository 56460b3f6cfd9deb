#include "admin/report_gate.hpp"

#include "respguard/base/log.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <algorithm>
#include <exception>
#include <utility>

#include "admin/presentable.hpp"
#include "admin/use_tuple.hpp"

namespace respguard::admin {

namespace asio = boost::asio;

report_gate::report_gate(asio::any_io_executor const& executor,
                         std::function<asio::awaitable<stats::report>()> gather)
    : executor_(executor), gather_(std::move(gather)), pause_(executor)
{
}

asio::awaitable<report_gate::report_pointer> report_gate::next(clock::time_point deadline,
                                                               std::shared_ptr<void> owner)
{
    auto const wanted =
        begun_ + 1;  // One that has begun already may have missed what is asked for.
    wanted_ = wanted;
    if (!running_ && !stopped_) {
        running_ = true;
        asio::co_spawn(executor_, run(std::move(owner)), asio::detached);
    }
    asio::steady_timer timer(executor_);
    while (finished_ < wanted && !stopped_) {
        timer.expires_at(deadline);
        readers_.push_back(&timer);
        auto const [ec] = co_await timer.async_wait(use_tuple);
        std::erase(readers_, &timer);
        if (!ec) co_return nullptr;
    }
    co_return stopped_ ? nullptr : latest_;
}

void report_gate::stop()
{
    stopped_ = true;
    pause_.cancel();
    wake_readers();
}

asio::awaitable<void> report_gate::run(std::shared_ptr<void> owner)
{
    auto const alive = std::move(owner);
    while (finished_ < wanted_ && !stopped_) {
        pause_.expires_at(last_begin_ + spacing);
        co_await pause_.async_wait(use_tuple);
        if (stopped_) break;
        last_begin_ = clock::now();
        ++begun_;
        latest_ = co_await gather_one();
        finished_ = begun_;
        wake_readers();
    }
    running_ = false;
}

asio::awaitable<report_gate::report_pointer> report_gate::gather_one()
{
    if (!gather_) co_return nullptr;
    try {
        auto report = std::make_shared<stats::report>(co_await gather_());
        report->counted = stats::merge({std::move(report->counted)});
        make_presentable(*report);
        co_return report;
    } catch (std::exception const& problem) {
        log::write(log::level::warn, "admin: counters could not be gathered",
                   {{"why", problem.what()}});
    }
    co_return nullptr;
}

void report_gate::wake_readers()
{
    for (auto* const timer : readers_)
        timer->cancel();
}

}  // namespace respguard::admin
