// Does the data survive a restart?
#include "respguard/doctor/engine.hpp"
#include "respguard/policy/redis_requirements.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "doctor/check_functions.hpp"
#include "doctor/save_rules.hpp"
#include "doctor/wording.hpp"

namespace respguard::doctor {

namespace {

namespace need = policy::redis_requirements;

/// What is known of RDB and AOF.
struct persistence {
    std::optional<std::vector<save_rule>> rules;  ///< None: `save` cannot be read.
    std::optional<bool> aof;
};

persistence persistence_of(facts const& from)
{
    persistence out;
    if (auto const save = from.config("save")) out.rules = parse_save_rules(*save);
    if (auto const aof = from.config("appendonly")) {
        out.aof = *aof == "yes";
    } else if (auto const enabled = from.info("aof_enabled")) {
        out.aof = *enabled == "1";
    }
    return out;
}

bool uses_rdb(persistence const& of) { return of.rules && !of.rules->empty(); }

/// Server time minus the last save; none if either is unknown.
std::optional<double> dump_age(facts const& from)
{
    auto const saved = from.info_number("rdb_last_save_time");
    auto const now = from.info_number("server_time_usec");
    if (!saved || !now) return std::nullopt;
    return *now / 1e6 - *saved;
}

/// rdb_last_save_time is the start of the process until a save happens (within 2 s).
bool never_saved(facts const& from, double age)
{
    auto const uptime = from.info_number("uptime_in_seconds");
    bool const at_start = uptime && age >= *uptime - 2 && age <= *uptime + 2;
    bool const tried = from.info_number("rdb_last_bgsave_time_sec").value_or(-1) >= 0;
    return at_start && (!tried || from.info("rdb_last_bgsave_status") != "ok");
}

finding judge_dump(double age, double changes, double due, bool never)
{
    auto const what = never ? std::string("never saved since the start")
                            : fmt::format("last dump {} ago", age_text(age));
    auto const text = fmt::format("{}, {} changes", what, count_text(changes));
    auto const value = fmt::format("{:.0f}", age);
    constexpr double day = 86'400;
    if (age > day && changes > 0) return failure(text, value, "info:rdb_last_save_time");
    if (never || age > due) return warning(text, value, "info:rdb_last_save_time");
    return good(text, value, "info:rdb_last_save_time");
}

}  // namespace

std::optional<finding> persist_enabled(facts const& from)
{
    auto const has = persistence_of(from);
    auto const who = identify(from);
    if (who.name == "dragonfly") {
        auto const cron = from.config("snapshot_cron").value_or("");
        if (!cron.empty()) return good("snapshots by snapshot_cron " + printable(cron, 30));
        return warning("no snapshot_cron is set: snapshots only on demand and at shutdown", "",
                       "config:snapshot_cron");
    }
    if (has.aof.value_or(false)) {
        return good(uses_rdb(has) ? "AOF and RDB" : "AOF", "aof", "config:appendonly");
    }
    if (uses_rdb(has)) return good("RDB", "rdb", "config:save");
    if (has.rules && has.aof) {
        return failure("neither RDB nor AOF: a restart loses everything", "off", "config:save");
    }
    if (!has.aof && !from.info("rdb_last_save_time")) {
        auto out = no_field(from, "persistence fields");
        if (out.denied.empty()) out.denied = from.denied("CONFIG GET save");
        return out;
    }
    auto out = warning("no AOF, and whether RDB is on cannot be read", "", "info:aof_enabled");
    out.denied = from.denied("CONFIG GET save");
    return out;
}

std::optional<finding> persist_save_rule(facts const& from)
{
    auto const has = persistence_of(from);
    if (!has.rules) return unread("save cannot be read", from.denied("CONFIG GET save"));
    if (has.rules->empty()) return std::nullopt;  // persist.enabled says it.
    auto const quickest =
        std::min_element(has.rules->begin(), has.rules->end(), [](auto a, auto b) {
            return a.changes != b.changes ? a.changes < b.changes : a.seconds < b.seconds;
        });
    auto const text = printable(*from.config("save"), 60);
    // The rule for few changes counts: a quiet hour of mail is what would be lost.
    if (quickest->seconds <= need::save_interval.count()) return good(text, text, "config:save");
    if (has.aof.value_or(false)) return good(text + ", and AOF", text, "config:save");
    auto const loss = fmt::format("{}: up to {} of mail can be lost", text,
                                  age_text(static_cast<double>(quickest->seconds)));
    if (quickest->seconds <= need::save_interval_max.count())
        return warning(loss, text, "config:save");
    return failure(loss, text, "config:save");
}

std::optional<finding> persist_status(facts const& from)
{
    constexpr std::array<std::pair<std::string_view, std::string_view>, 4> fields{{
        {"rdb_last_bgsave_status", "the last RDB save"},
        {"aof_last_write_status", "the last write to the AOF"},
        {"aof_last_bgrewrite_status", "the last rewrite of the AOF"},
        {"last_bgsave_status", "the last save"},  // Kvrocks.
    }};
    bool any = false;
    for (auto const& [field, name] : fields) {
        auto const seen = from.info(field);
        any = any || seen.has_value();
        if (seen && *seen != "ok") {
            bool const goes_on = from.config("stop-writes-on-bgsave-error") == "no";
            auto const what = goes_on ? "writes go on unsaved (stop-writes-on-bgsave-error no)"
                                      : "writes may stop with MISCONF";
            return failure(fmt::format("{} failed; {}", name, what), printable(*seen, 10),
                           fmt::format("info:{}", field));
        }
    }
    if (!any) return no_field(from, "rdb_last_bgsave_status");
    return good("no save has failed", "ok", "info:rdb_last_bgsave_status");
}

std::optional<finding> persist_rdb_age(facts const& from)
{
    auto const has = persistence_of(from);
    auto const age = dump_age(from);
    if (!age) {
        return no_field(from, from.info("rdb_last_save_time") ? "server_time_usec"
                                                              : "rdb_last_save_time");
    }
    if (has.rules && has.rules->empty()) return good("RDB is off (persist.enabled)");
    double const changes = from.info_number("rdb_changes_since_last_save").value_or(0);
    bool const never = never_saved(from, *age);
    if (!has.rules) {
        if (changes <= 0) return good("nothing has changed since the last dump");
        auto const redis_default = static_cast<double>(need::save_interval_max.count());
        return judge_dump(*age, changes, 2 * redis_default, never);
    }
    // The shortest rule whose number of changes is reached should have fired.
    double due = 0;
    for (auto const& rule : *has.rules) {
        if (changes < static_cast<double>(rule.changes)) continue;
        auto const seconds = static_cast<double>(rule.seconds);
        due = due <= 0 ? seconds : std::min(due, seconds);
    }
    if (due <= 0 && !never)
        return good(fmt::format("last dump {} ago, nothing due", age_text(*age)));
    return judge_dump(*age, changes, 2 * due, never);
}

std::optional<finding> persist_fork(facts const& from)
{
    auto const usec = from.info_number("latest_fork_usec");
    if (!usec) return no_field(from, "latest_fork_usec");
    auto const time = std::chrono::microseconds(static_cast<std::int64_t>(*usec));
    auto const shown = milliseconds_text(time);
    if (*usec <= 0) return good("no fork yet", "0", "info:latest_fork_usec");
    auto const text = "each snapshot stops the server for " + shown;
    if (*usec >= 1e6) return failure(text, shown, "info:latest_fork_usec");
    return *usec >= 1e5 ? warning(text, shown, "info:latest_fork_usec")
                        : good("last fork took " + shown, shown, "info:latest_fork_usec");
}

std::optional<finding> persist_aof_fsync(facts const& from)
{
    auto const has = persistence_of(from);
    if (!has.aof)
        return unread("whether AOF is on cannot be read", from.denied("CONFIG GET appendonly"));
    if (!*has.aof) return std::nullopt;
    auto const late = from.info_number("aof_delayed_fsync").value_or(0);
    if (late > 0) {
        return warning(count_text(late) + " times the disk was slower than the fsync rate" +
                           since_start(from),
                       plain_number(late), "info:aof_delayed_fsync");
    }
    auto const how = from.config("appendfsync");
    if (!how) return unread("appendfsync cannot be read", from.denied("CONFIG GET appendfsync"));
    auto const shown = printable(*how, 20);
    if (*how == "everysec") {
        bool const pauses = from.config("no-appendfsync-on-rewrite") == "yes";
        return good(pauses ? shown + ", but not while the AOF or a dump is written" : shown, shown,
                    "config:appendfsync");
    }
    return warning(*how == "no" ? "no: the kernel decides when, up to 30 s can be lost"
                                : shown + ": every write waits for the disk",
                   shown, "config:appendfsync");
}

}  // namespace respguard::doctor
