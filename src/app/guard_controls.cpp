// The guard: what the HTTP endpoint can ask it to do.
#include "respguard/admin/controls.hpp"
#include "respguard/base/log.hpp"
#include "respguard/config/describe.hpp"

#include <utility>

#include "app/awaited.hpp"
#include "app/guard.hpp"

namespace respguard::app {

namespace asio = boost::asio;

admin::controls guard::controls()
{
    admin::controls all;
    all.enforce = [this](bool on) { enforce(on); };
    all.reload = [this] { return reload_and_wait(); };
    all.drain = [this] {
        log::write(log::level::info, "drain asked for over HTTP");
        if (!draining_) begin_drain();
    };
    all.set_log_level = [this](log::level least) { set_log_level(least); };
    all.configuration = [this] { return configuration(); };
    return all;
}

void guard::enforce(bool on)
{
    events_.record(stats::event_type::enforce,
                   on ? "POST /policy?enforce=true" : "POST /policy?enforce=false");
    rules_.enforce(on);
    for (auto& each : shards_)
        each->enforce(on);
}

void guard::set_log_level(log::level least)
{
    settings_.log.level = log::name_of(least);
    origins_["log.level"] = "POST /logging";
    log::set_level(least);
    // As a warning: who asks for fewer lines shall still see why there are fewer.
    log::write(log::level::warn, "log level changed over HTTP",
               {{"level", std::string_view(settings_.log.level)}});
}

std::string guard::configuration() const
{
    config::loaded now;
    now.values = settings_;
    now.origins = origins_;
    if (rules_.enforced() != settings_.policy.enforce) {
        now.values.policy.enforce = rules_.enforced();
        now.origins["policy.enforce"] = "POST /policy";
    }
    return config::effective_file(now);
}

asio::awaitable<admin::reload_outcome> guard::reload_and_wait()
{
    return awaited<admin::reload_outcome>(
        [this](callback<admin::reload_outcome> done) { reload(std::move(done)); });
}

}  // namespace respguard::app
