#include "respguard/config/settings.hpp"

#include "respguard/base/units.hpp"

namespace respguard::config {

std::optional<std::chrono::milliseconds> slowlog_limit(std::string_view text)
{
    using std::chrono::milliseconds;
    if (text == "-1") return milliseconds(-1);
    if (text == "0") return milliseconds(0);
    auto const duration = parse_duration(text);
    if (!duration) return {};
    return std::chrono::duration_cast<milliseconds>(*duration);
}

bool keys_shown(settings const& of) noexcept { return of.slowlog.show != "none"; }

stats::command_log_settings command_logs_of(settings const& from)
{
    stats::command_log_settings made;
    made.slower_than = slowlog_limit(from.slowlog.slower_than).value_or(made.slower_than);
    made.blocked_longer_than =
        slowlog_limit(from.slowlog.blocked_longer_than).value_or(made.blocked_longer_than);
    made.request_bytes = from.slowlog.request_bytes;
    made.reply_bytes = from.slowlog.reply_bytes;
    made.kept = from.slowlog.kept;
    made.show = from.slowlog.show;
    return made;
}

stats::hot_key_settings hot_keys_of(settings const& from) noexcept
{
    return {from.slowlog.hot_keys, !keys_shown(from)};
}

}  // namespace respguard::config
