// Is it an engine, and a version, that EmailEngine can use?
#include "respguard/doctor/connection.hpp"
#include "respguard/doctor/engine.hpp"
#include "respguard/policy/redis_requirements.hpp"

#include <fmt/format.h>

#include <charconv>
#include <utility>

#include "doctor/check_functions.hpp"
#include "doctor/standing.hpp"
#include "doctor/wording.hpp"

namespace respguard::doctor {

namespace {

namespace need = policy::redis_requirements;

/// "7.0.15" to 7.0; anything else to nothing.
std::optional<need::version> read_version(std::string_view text)
{
    need::version out;
    char const* const end = text.data() + text.size();
    auto const major = std::from_chars(text.data(), end, out.major);
    if (major.ec != std::errc{} || major.ptr == end || *major.ptr != '.') return std::nullopt;
    auto const minor = std::from_chars(major.ptr + 1, end, out.minor);
    if (minor.ec != std::errc{}) return std::nullopt;
    return out;
}

bool older(need::version a, need::version b)
{
    return a.major != b.major ? a.major < b.major : a.minor < b.minor;
}

bool is_a(facts const& from, std::string_view name)
{
    auto const who = identify(from);
    return who.name == name || who.service == name;
}

/// Who says nothing about himself fails; who says nothing at all, or does not let us in, cannot be
/// judged.
finding unknown_engine(facts const& from, std::string const& source)
{
    auto const* const info = from.reply("INFO");
    auto const why = from.denied("INFO");
    if (was_turned_away(from)) return unread("turned away before it said what it is", why);
    auto const silence = from.denied("PING");
    bool const strange = silence.starts_with(not_redis) || why.starts_with(not_redis);
    bool const silent = info == nullptr && from.reply("PING") == nullptr;
    if (silent && !strange) return unread("nothing was answered", why);
    auto out = failure("cannot tell what this server is", "unknown", source);
    out.denied = why;
    if (strange) out.fix = "the host and port of the Redis itself";
    if (lacks_password(from)) out.fix = "the password: see conn.auth";
    return out;
}

/// Why scripts do not run here, and what mends it.
std::string advice_for_lua(facts const& from, std::string_view error)
{
    if (is_sentinel(from)) return advice_at_sentinel(from);
    if (is_cluster(from)) return "a Redis without cluster mode (see topology.mode)";
    bool const keys =
        error.find("one of the keys") != error.npos || error.find("access a key") != error.npos;
    if (keys) return "redis-cli ACL SETUSER <user> ~*";
    if (error.starts_with("NOPERM")) return "redis-cli ACL SETUSER <user> +eval +evalsha +script";
    return {};
}

}  // namespace

std::optional<finding> engine_id(facts const& from)
{
    auto const who = identify(from);
    auto const& note =
        note_of(who.service.empty() || who.name == "sentinel" ? who.name : who.service);
    std::string const source = from.info("redis_version") ? "info:server" : "hello";
    if (who.name == "unknown") return unknown_engine(from, source);
    auto const text = fmt::format("{}: {} by EmailEngine's page", who.to_string(), note.status);
    if (who.name == "sentinel") {
        return with_fix(failure(std::string(note.advice), who.name, source),
                        advice_at_sentinel(from));
    }
    if (note.is_fine) return good(who.to_string(), who.name, source);
    auto out = warning(text, who.name, source);
    out.fix = note.advice;
    return out;
}

std::optional<finding> engine_version(facts const& from)
{
    auto const who = identify(from);
    // The Redis version it claims says what commands it has; Valkey's own numbers go on from there.
    std::string text = who.compatible.empty() ? who.version : who.compatible;
    if (auto const own = from.info("valkey_version")) text = *own;
    auto const seen = read_version(text);
    if (!seen) return unread("the server says no version");
    std::string const source = from.info("redis_version") ? "info:redis_version" : "hello:version";
    auto const shown = printable(text, 20);
    if (older(*seen, need::version_min)) {
        return failure(fmt::format("{} is older than {}.{}", shown, need::version_min.major,
                                   need::version_min.minor),
                       shown, source);
    }
    if (older(*seen, need::version_advised)) {
        return warning(shown + " lacks GETDEL (6.2), which EmailEngine 2.79 uses", shown, source);
    }
    return good(shown, shown, source);
}

std::optional<finding> engine_resp3(facts const& from)
{
    auto const* const reply = from.reply("HELLO 3");
    if (reply == nullptr) return unread("HELLO 3 was not answered", from.denied("HELLO 3"));
    if (!reply->is_error()) return good("RESP3");
    // ioredis falls back for these two only; any other error says nothing about the protocol.
    if (!reply->text.starts_with("NOPROTO") && !is_denial(reply->text)) {
        return unread("HELLO 3 cannot be judged", printable(reply->text));
    }
    return warning("no RESP3: ioredis 6 falls back to RESP2, which is fine");
}

std::optional<finding> engine_upstash(facts const& from)
{
    if (!is_a(from, "upstash")) return std::nullopt;
    auto const size = from.info_number("total_data_size");
    auto const most = from.info_number("max_data_size");
    if (size && most && *most > 0 && *size > need::utilisation_max * *most) {
        return failure(
            fmt::format("{} of the plan's {} are in use", bytes_text(*size), bytes_text(*most)),
            percent_text(*size / *most), "info:total_data_size");
    }
    auto const in_use = size && most && *most > 0
                            ? fmt::format("{} of {} in use", bytes_text(*size), bytes_text(*most))
                            : std::string("the size in use is not told");
    return warning(fmt::format(
        "commands over {} fail (--max-command is your plan's limit); {}; its region (is it "
        "EmailEngine's? see net.rtt) and the monthly quota are not visible from here",
        bytes_text(static_cast<double>(from.command_limit_bytes)), in_use));
}

std::optional<finding> engine_elasticache(facts const& from)
{
    if (!is_a(from, "elasticache")) return std::nullopt;
    auto const text =
        "partially supported by the page, incompatible by EmailEngine's own dashboard; Multi-AZ "
        "cannot be seen from here";
    return from.strict ? failure(text) : warning(text);
}

std::optional<finding> engine_memurai(facts const& from)
{
    if (!is_a(from, "memurai")) return std::nullopt;
    auto const edition = std::string(from.info("memurai_edition").value_or("unknown edition"));
    auto const uptime = from.info_number("uptime_in_seconds");
    constexpr double eight_days = 8 * 86'400;
    bool const developer = edition.find("Developer") != std::string::npos;
    if (developer && uptime && *uptime > eight_days) {
        return failure("Memurai Developer, up " + age_text(*uptime) + ": it stops at 10 days",
                       edition);
    }
    return warning(printable(edition, 40) + ": experimental", printable(edition, 40));
}

std::optional<finding> engine_keydb(facts const& from)
{
    if (!is_a(from, "keydb")) return std::nullopt;
    if (from.config("active-replica") == "yes") {
        return failure("active-replica is on: two writers lose each other's queue entries", "yes",
                       "config:active-replica");
    }
    if (auto const lag = worst_replica_lag(from); lag && *lag > 10) {
        return failure(fmt::format("a replica is {} s behind", *lag), std::to_string(*lag),
                       "info:slave0");
    }
    auto const used = from.info_number("used_memory");
    auto const resident = from.info_number("used_memory_rss");
    if (!used || !resident) return warning("memory cannot be read: watch it");
    auto const peak = from.info_number("used_memory_peak").value_or(*used);
    return warning(fmt::format("watch memory: {} used, {} at most so far, {} resident",
                               bytes_text(*used), bytes_text(peak), bytes_text(*resident)));
}

std::optional<finding> lua_undeclared(facts const& from)
{
    constexpr std::string_view question =
        "EVAL return redis.call('EXISTS','respguard:doctor:probe') 0";
    auto const* const reply = from.reply(question);
    if (reply == nullptr) return unread("EVAL was not answered", from.denied(question));
    if (!reply->is_error()) return good("Lua may use undeclared keys");
    std::string const& text = reply->text;
    auto advice = advice_for_lua(from, text);
    if (text.starts_with("NOPERM")) {
        return with_fix(warning("EVAL is denied to this user: " + printable(text, 60)),
                        std::move(advice));
    }
    // Redis 6 and 7.0; 7.2 and later: "ACL failure in script: No permissions to access a key".
    if (text.find("one of the keys") != text.npos || text.find("access a key") != text.npos) {
        return with_fix(warning("this user's scripts may not use keys they did not declare"),
                        std::move(advice));
    }
    for (auto const* const word : {"undeclared key", "non local key", "slot not served", "NOSCRIPT",
                                   "unknown command", "not supported"}) {
        if (text.find(word) != std::string::npos) {
            return with_fix(failure("refused: " + printable(text, 90)), std::move(advice));
        }
    }
    return unread("EVAL gave an error that says nothing", printable(text));
}

}  // namespace respguard::doctor
