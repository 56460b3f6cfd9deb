#include "respguard/app/run.hpp"

#include "respguard/base/log.hpp"

#include <chrono>
#include <cstdlib>
#include <exception>
#include <string_view>
#include <utility>

#include "app/guard.hpp"

namespace respguard::app {

namespace {

/// Lines of the log are lost rather than the end of the process: a reader of standard output that
/// is stuck must not keep a supervisor waiting.
constexpr auto log_patience = std::chrono::seconds(2);

int run_guard(config::loaded const& configuration, std::function<config::loaded()> load_again)
{
    auto const& settings = configuration.values;
    auto upstream = net::parse_upstream_url(settings.upstream);
    auto rules = policy::rule_set::compile(settings.policy);
    if (!upstream.has_value() || !rules.has_value()) {
        // load() has checked both: only a caller that ignored its errors gets here.
        log::write(log::level::error, "configuration is not usable");
        return exit_config;
    }
    guard running(configuration, std::move(rules.value()), std::move(upstream.value()),
                  std::move(load_again));
    return running.run();
}

}  // namespace

int run(config::loaded const& configuration, std::function<config::loaded()> load_again)
{
    auto const& settings = configuration.values;
    int code = exit_internal;
    try {
        log::start(log::level_of(settings.log.level),
                   settings.log.format == config::log_format::json ? log::format::json
                                                                   : log::format::text,
                   settings.log.file);
        code = run_guard(configuration, std::move(load_again));
    } catch (std::exception const& failed) {
        log::write(log::level::error, "internal error",
                   {{"error", std::string_view(failed.what())}});
    }
    if (!log::stop(log_patience))
        std::_Exit(code);  // exit() would wait for standard output as well.
    return code;
}

}  // namespace respguard::app
