// Is there room for the mailboxes, and does nothing get evicted?
#include "respguard/doctor/engine.hpp"
#include "respguard/policy/redis_requirements.hpp"

#include <fmt/format.h>

#include "doctor/check_functions.hpp"
#include "doctor/memory_limit.hpp"
#include "doctor/wording.hpp"

namespace respguard::doctor {

namespace {

namespace need = policy::redis_requirements;

/// Less resident than in use: swap, or an allocator that has not touched all it gave out.
finding below_one(facts const& from, std::string const& value)
{
    std::string const source = "info:mem_fragmentation_ratio";
    auto const swapped = from.host_state ? from.host_state->swapped_bytes : std::nullopt;
    if (!swapped) return warning(value + ": part of the data may be swapped out", value, source);
    if (*swapped == 0) return good(value + ", and nothing is swapped out", value, source);
    return failure(value + ": " + bytes_text(static_cast<double>(*swapped)) +
                       " of it is swapped out",
                   value, source);
}

std::string grown(facts const& from, double mailboxes)
{
    auto const data = from.info_number("used_memory_dataset");
    auto const have = from.application.mailboxes.value_or(0);
    if (!data || have == 0) return {};
    double const each = *data / static_cast<double>(have);
    auto out = fmt::format("; this instance: {} per mailbox", bytes_text(each));
    if (from.mailboxes_asked) {
        out += fmt::format(", {} for {}", bytes_text(each * mailboxes), count_text(mailboxes));
    }
    return out;
}

/// ioredis swallows a refused SELECT and writes into another database: the classic silent loss.
std::string other_database(facts const& from)
{
    auto const& there = from.application;
    if (there.mailboxes.value_or(0) == 0 || !there.db || *there.db == from.db) return {};
    return fmt::format("; they are in database {}, not {}", *there.db, from.db);
}

}  // namespace

std::optional<finding> evict_policy(facts const& from)
{
    std::string source = "info:maxmemory_policy";
    std::string seen(from.info("maxmemory_policy").value_or(""));
    if (seen.empty()) {
        seen = from.config("maxmemory-policy").value_or("");
        source = "config:maxmemory-policy";
    }
    if (seen.empty()) return no_field(from, "maxmemory_policy");
    auto const shown = printable(seen, 40);
    if (seen == need::eviction_policy) return good(shown, shown, source);
    if (seen.starts_with(need::eviction_tolerated)) {
        return warning(shown + ": tolerated; may evict job locks, which have a TTL", shown, source);
    }
    return failure(shown, shown, source);
}

std::optional<finding> evict_happened(facts const& from)
{
    auto const count = from.info_number("evicted_keys");
    if (!count) return no_field(from, "evicted_keys");
    std::string const source = "info:evicted_keys";
    if (*count > 0) {
        return failure(count_text(*count) + " keys were lost" + since_start(from),
                       plain_number(*count), source);
    }
    // A restart sets the counter back: a young zero says little.
    auto const uptime = from.info_number("uptime_in_seconds");
    bool const young = uptime && *uptime < 3'600;
    return good("none" + since_start(from) + (young ? ", which says little" : ""), "0", source);
}

std::optional<finding> mem_need(facts const& from)
{
    double const mailboxes =
        static_cast<double>(from.mailboxes_asked.value_or(from.application.mailboxes.value_or(0)));
    if (mailboxes <= 0) {
        auto const key = from.prefix + "ia:accounts";
        return unread("no mailboxes found in " + key +
                          "; tell how many with --mailboxes N, or the key prefix with --prefix",
                      from.application.mailboxes ? std::string() : from.denied("SCARD " + key));
    }
    auto const have = find_memory_limit(from);
    if (!have) return no_field(from, "maxmemory");
    double const least = mailboxes * need::mailbox_bytes_min * need::provision_factor;
    double const best = mailboxes * need::mailbox_bytes_max * need::provision_factor;
    auto const elsewhere = other_database(from);
    auto const text = fmt::format("{} mailboxes want {} to {}, {} is {}{}{}", count_text(mailboxes),
                                  bytes_text(least), bytes_text(best), have->source,
                                  bytes_text(have->bytes), grown(from, mailboxes), elsewhere);
    auto const value = fmt::format("{:.0f}", have->bytes);
    if (have->bytes >= best && !elsewhere.empty()) {
        return with_fix(warning(text, value, have->source),
                        fmt::format("end EmailEngine's URL with /{}, or find out why its data is "
                                    "in another database",
                                    *from.application.db));
    }
    if (have->bytes >= best) return good(text, value, have->source);
    return have->bytes >= least ? warning(text, value, have->source)
                                : failure(text, value, have->source);
}

std::optional<finding> mem_util(facts const& from)
{
    auto const used = find_memory_use(from);
    auto const most = find_memory_limit(from);
    if (!used) return no_field(from, "used_memory");
    if (!most) return no_field(from, "maxmemory");
    double const share = *used / most->bytes;
    auto const text =
        fmt::format("{} of {} ({})", bytes_text(*used), bytes_text(most->bytes), most->source);
    auto const value = percent_text(share);
    if (share >= need::utilisation_critical)
        return failure(value + ": " + text, value, "info:used_memory");
    if (share >= need::utilisation_max)
        return warning(value + ": " + text, value, "info:used_memory");
    return good(value + ": " + text, value, "info:used_memory");
}

std::optional<finding> mem_limit(facts const& from)
{
    auto const most = from.info_number("maxmemory");
    if (!most) return no_field(from, "maxmemory");
    auto const ram = from.info_number("total_system_memory");
    if (*most > 0) {
        // A snapshot's copies come on top of maxmemory (copy on write).
        auto const copied = from.info_number("rdb_last_cow_size").value_or(0);
        auto const text = "maxmemory " + bytes_text(*most);
        auto const with_copies =
            fmt::format("{}, and the last snapshot copied {}", text, bytes_text(copied));
        if (ram && *most + copied > *ram) {
            return warning(with_copies + ": more than the host's " + bytes_text(*ram),
                           bytes_text(*most), "info:maxmemory");
        }
        return good(copied > 0 ? with_copies : text, bytes_text(*most), "info:maxmemory");
    }
    return good("no maxmemory" + (ram ? "; the host has " + bytes_text(*ram) : std::string()) +
                    ", a container's limit cannot be seen",
                "0", "info:maxmemory");
}

std::optional<finding> mem_peak(facts const& from)
{
    auto const peak = from.info_number("used_memory_peak");
    if (!peak) return no_field(from, "used_memory_peak");
    auto const most = find_memory_limit(from);
    if (!most) return no_field(from, "maxmemory");
    double const share = *peak / most->bytes;
    auto const text = fmt::format("at most {} so far, {} of {}", bytes_text(*peak),
                                  percent_text(share), most->source);
    return share >= 0.9 ? warning(text, percent_text(share), "info:used_memory_peak")
                        : good(text, percent_text(share), "info:used_memory_peak");
}

std::optional<finding> mem_frag(facts const& from)
{
    auto const ratio = from.info_number("mem_fragmentation_ratio");
    auto const used = from.info_number("used_memory");
    if (!ratio || !used) return no_field(from, "mem_fragmentation_ratio");
    auto const value = fmt::format("{:.2f}", *ratio);
    constexpr double telling = 100e6;  // Below, the ratio is mostly the program itself.
    if (*used < telling)
        return good("means nothing below 100 MB", value, "info:mem_fragmentation_ratio");
    if (*ratio < 1.0) return below_one(from, value);
    if (*ratio > 2.5) return failure(value + ": memory is fragmented", value);
    if (*ratio > 1.5) return warning(value + ": memory is fragmented", value);
    return good(value, value, "info:mem_fragmentation_ratio");
}

std::optional<finding> mem_oom_past(facts const& from)
{
    if (!from.has_info_section("Errorstats")) return no_field(from, "Errorstats section");
    auto const row = from.info("errorstat_OOM");
    if (!row) return good("no write was refused" + since_start(from), "0", "info:errorstat_OOM");
    auto const count = printable(row->substr(row->find('=') + 1), 20);
    return warning(count + " writes were refused for lack of memory" + since_start(from), count,
                   "info:errorstat_OOM");
}

}  // namespace respguard::doctor
