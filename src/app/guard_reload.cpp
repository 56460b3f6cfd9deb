// The guard: what HUP, POST /reload and USR1 do.
#include "respguard/base/log.hpp"
#include "respguard/config/reload.hpp"
#include "respguard/net/event_loop.hpp"

#include <boost/asio/post.hpp>

#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "app/guard.hpp"

namespace respguard::app {

namespace {

std::string joined(std::vector<std::string> const& names)
{
    std::string out;
    for (std::string const& each : names)
        out += (out.empty() ? "" : ", ") + each;
    return out;
}

/// For event_desk::hand_over(): the log has its own, longer lines.
stats::event about_reload(std::string reason)
{
    stats::event made;
    made.type = stats::event_type::reload;
    made.reason = std::move(reason);
    return made;
}

}  // namespace

void guard::reload(std::function<void(admin::reload_outcome)> when_done)
{
    auto const made = std::make_shared<reload_made>();
    made->when_done = std::move(when_done);
    // Whatever goes wrong here must not end the guard, and all its clients with it.
    try {
        config::loaded fresh = load_again_();
        if (!fresh.errors.empty()) return refuse_reload(fresh.errors, *made);
        auto rules = policy::rule_set::compile(fresh.values.policy);
        if (!rules) {
            return refuse_reload({config::config_error{"policy", "", rules.error().text}}, *made);
        }
        obey(std::move(fresh), std::move(*rules), made);
    } catch (std::exception const& failed) {
        refuse_reload({config::config_error{"reload", "", failed.what()}}, *made);
    }
}

void guard::obey(config::loaded fresh, policy::rule_set rules,
                 std::shared_ptr<reload_made> const& made)
{
    made->ends_switch = rules_.enforced() != settings_.policy.enforce;
    made->found = config::take_over(settings_, std::move(fresh.values));
    for (std::string const& left : made->found.need_restart)
        fresh.origins[left] = origins_[left];
    origins_ = std::move(fresh.origins);
    made->shards_left = shards_.size();
    rules_ = std::move(rules);
    ++rules_replaced_;
    for (auto& each : shards_) {
        each->replace(live(), [this, made] {
            boost::asio::post(io_, [this, made] {
                if (--made->shards_left == 0) tell_reload(*made);
            });
        });
    }
    taps_.may_show_keys = config::keys_shown(settings_);
    log::set_level(log::level_of(settings_.log.level));
}

// Not before it is in force everywhere: who reads the line may rely on it.
void guard::tell_reload(reload_made const& made)
{
    ++reloads_.succeeded;
    reloads_.last_refused = false;
    reloads_.loaded_unix_ns = net::wall_clock_ns();
    std::string const changed = joined(made.found.taken);
    events_.hand_over(
        about_reload("configuration reloaded" + (changed.empty() ? "" : ", changed: " + changed)));
    log::write(log::level::info, "configuration reloaded",
               {{"changed", std::string_view(changed)},
                {"rules", std::uint64_t{rules_.rules().size()}},
                {"enforce", rules_.enforced()}});
    if (made.ends_switch) {
        log::write(log::level::warn,
                   "policy.enforce, switched over HTTP before, is as configured again",
                   {{"enforce", rules_.enforced()}});
    }
    tell_warnings();
    if (made.when_done) made.when_done({true, made.found.taken, made.found.need_restart, {}});
    if (made.found.need_restart.empty()) return;
    std::string const waiting = joined(made.found.need_restart);
    log::write(log::level::warn, "changed, but only a restart can take it over",
               {{"keys", std::string_view(waiting)}});
}

void guard::refuse_reload(std::vector<config::config_error> const& mistakes,
                          reload_made const& made)
{
    admin::reload_outcome outcome;
    ++reloads_.refused;
    reloads_.last_refused = true;
    events_.hand_over(
        about_reload("configuration not reloaded, mistakes: " + std::to_string(mistakes.size())));
    for (auto const& each : mistakes) {
        auto const& text = outcome.mistakes.emplace_back(each.to_string());
        log::write(log::level::error, "configuration", {{"mistake", std::string_view(text)}});
    }
    log::write(log::level::error, "configuration not reloaded, the old one stays in force",
               {{"mistakes", std::uint64_t{mistakes.size()}}});
    if (made.when_done) made.when_done(std::move(outcome));
}

void guard::reopen_log()
{
    std::string const problem = log::reopen();
    if (problem.empty()) {
        log::write(log::level::info, "log reopened");
    } else {
        log::write(log::level::error, "log not reopened, writing to the old file",
                   {{"why", std::string_view(problem)}});
    }
}

}  // namespace respguard::app
