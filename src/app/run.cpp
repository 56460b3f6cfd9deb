#include "respguard/app/run.hpp"

#include "respguard/base/log.hpp"

#include <exception>
#include <string_view>
#include <utility>

#include "app/guard.hpp"

namespace respguard::app {

namespace {

log::level level_of(std::string_view name) noexcept
{
    if (name == "debug") return log::level::debug;
    if (name == "warn") return log::level::warn;
    if (name == "error") return log::level::error;
    return log::level::info;
}

int run_guard(config::settings const& settings)
{
    auto upstream = net::parse_upstream_url(settings.upstream);
    auto rules = policy::rule_set::compile(settings.policy);
    if (!upstream.has_value() || !rules.has_value()) {
        // load() has checked both: only a caller that ignored its errors gets here.
        log::write(log::level::error, "configuration is not usable");
        return exit_config;
    }
    for (auto const& warning : rules.value().warnings()) {
        log::write(log::level::warn, "policy", {{"warning", std::string_view(warning)}});
    }
    guard running(settings, std::move(rules.value()), std::move(upstream.value()));
    return running.run();
}

}  // namespace

int run(config::loaded const& configuration)
{
    auto const& settings = configuration.values;
    int code = exit_internal;
    try {
        log::start(level_of(settings.log.level),
                   settings.log.format == config::log_format::json ? log::format::json
                                                                   : log::format::text,
                   settings.log.file);
        code = run_guard(settings);
    } catch (std::exception const& failed) {
        log::write(log::level::error, "internal error",
                   {{"error", std::string_view(failed.what())}});
    }
    log::stop();
    return code;
}

}  // namespace respguard::app
