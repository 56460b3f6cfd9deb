#include "respguard/admin/webhook.hpp"

#include "respguard/admin/event_hub.hpp"
#include "respguard/admin/webhook_url.hpp"
#include "respguard/base/log.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstdint>
#include <exception>
#include <random>
#include <string>
#include <string_view>
#include <utility>

#include "admin/event_json.hpp"
#include "admin/json_text.hpp"
#include "admin/retry_pause.hpp"
#include "admin/use_tuple.hpp"
#include "admin/webhook_post.hpp"

namespace respguard::admin {

namespace asio = boost::asio;

struct webhook::state : std::enable_shared_from_this<webhook::state> {
    state(asio::io_context& context, event_hub& events, webhook_settings with)
        : io(context), hub(events), settings(std::move(with)), pause(context)
    {
    }

    asio::awaitable<void> run();
    asio::awaitable<void> post_batch();
    asio::awaitable<void> wait(std::chrono::milliseconds time);
    asio::awaitable<void> wait_after(post_result const& outcome);

    asio::io_context& io;
    event_hub& hub;
    webhook_settings const settings;
    webhook_url where;
    asio::steady_timer pause;
    std::minstd_rand chance{std::random_device{}()};
    std::uint64_t last = 0;  ///< Every event up to this one was sent or is lost.
    unsigned failures_in_a_row = 0;
    std::uint64_t sent = 0;
    std::uint64_t failures = 0;
    std::uint64_t dropped = 0;
};

asio::awaitable<void> webhook::state::run()
{
    auto const alive = shared_from_this();
    while (!hub.is_stopped()) {
        if (!co_await hub.wait(last, std::chrono::minutes(1))) continue;
        bool const is_full = hub.ring().newest() - last >= batch_max;
        if (!is_full) co_await wait(settings.gather);
        try {
            co_await post_batch();
        } catch (std::exception const& problem) {
            // Out of memory, or a bug; the guard lives on without this batch.
            log::write(log::level::error, "webhook: internal error",
                       {{"why", std::string_view(problem.what())}});
            dropped += hub.ring().newest() - last;
            last = hub.ring().newest();
        }
    }
}

asio::awaitable<void> webhook::state::post_batch()
{
    auto const batch = hub.ring().after(last, batch_max);
    if (batch.empty()) co_return;
    dropped += batch.front().id - last - 1;  // Not kept any more.
    last = batch.front().id - 1;
    auto const outcome = co_await post_to_webhook(
        where, settings, json_text(events_json(batch, hub.ring(), hub.run())));
    if (outcome.what != post_result::kind::failed) last = batch.back().id;
    if (outcome.what == post_result::kind::taken) {
        sent += batch.size();
        failures_in_a_row = 0;
        co_return;
    }
    if (outcome.what == post_result::kind::refused) dropped += batch.size();
    co_await wait_after(outcome);
}

asio::awaitable<void> webhook::state::wait_after(post_result const& outcome)
{
    ++failures;
    ++failures_in_a_row;
    double const by_chance = std::uniform_real_distribution<>(0, 1)(chance);
    auto const time =
        retry_pause(failures_in_a_row, settings.retry_min, settings.retry_max, by_chance);
    bool const lost = outcome.what == post_result::kind::refused;
    log::write(lost ? log::level::error : log::level::warn,
               lost ? "webhook refuses events, they are dropped" : "webhook failed, trying again",
               {{"host", std::string_view(where.host_header)},
                {"reason", std::string_view(outcome.why)},
                {"pause_ms", static_cast<std::uint64_t>(time.count())},
                {"waiting", hub.ring().newest() - last}});
    co_await wait(time);
}

asio::awaitable<void> webhook::state::wait(std::chrono::milliseconds time)
{
    pause.expires_after(time);
    co_await pause.async_wait(use_tuple);
}

webhook::webhook(asio::io_context& io, event_hub& hub, webhook_settings settings)
    : state_(std::make_shared<state>(io, hub, std::move(settings)))
{
}

webhook::~webhook() = default;

void webhook::start()
{
    if (state_->settings.url.empty()) return;
    auto where = webhook_url::parse(state_->settings.url);
    if (!where) return;  // Told when the configuration was read.
    state_->where = std::move(*where);
    state_->last = state_->hub.ring().newest();
    asio::co_spawn(state_->io, state_->run(), asio::detached);
}

void webhook::count(stats::event_counts& into) const
{
    into.webhook_sent = state_->sent;
    into.webhook_failures = state_->failures;
    into.webhook_dropped = state_->dropped;
    into.webhook_waiting_now =
        state_->settings.url.empty() ? 0 : state_->hub.ring().newest() - state_->last;
}

}  // namespace respguard::admin
