#include "respguard/admin/event_hub.hpp"

#include <boost/asio/this_coro.hpp>

#include <utility>

#include "admin/use_tuple.hpp"

namespace respguard::admin {

namespace asio = boost::asio;

event_hub::event_hub(std::size_t kept_max, std::string run) : ring_(kept_max), run_(std::move(run))
{
}

void event_hub::add(stats::event what)
{
    ring_.add(std::move(what));
    for (auto* const timer : waiting_)
        timer->cancel();
}

asio::awaitable<bool> event_hub::wait(std::uint64_t id, std::chrono::milliseconds at_most)
{
    if (!stopped_ && ring_.newest() <= id) {
        asio::steady_timer timer(co_await asio::this_coro::executor, at_most);
        waiting_.push_back(&timer);
        co_await timer.async_wait(use_tuple);
        std::erase(waiting_, &timer);
    }
    co_return ring_.newest() > id;
}

void event_hub::stop()
{
    stopped_ = true;
    for (auto* const timer : waiting_)
        timer->cancel();
}

}  // namespace respguard::admin
