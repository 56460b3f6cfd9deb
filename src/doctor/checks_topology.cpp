// One primary, stand-alone, with replicas that keep up?
#include "respguard/doctor/engine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "doctor/check_functions.hpp"
#include "doctor/standing.hpp"
#include "doctor/wording.hpp"

namespace respguard::doctor {

namespace {

std::optional<long> whole_number(std::string_view text)
{
    long out = 0;
    auto const [rest, ec] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (ec != std::errc{} || text.empty()) return std::nullopt;
    return out;
}

std::string sentinel_advice(facts const& from)
{
    auto const master = from.info("master0");
    if (!master) return "a Sentinel that watches nothing";
    return fmt::format("this is a Sentinel; the primary {} is at redis://{}",
                       printable(part_of(*master, "name"), 40),
                       printable(part_of(*master, "address"), 60));
}

/// " and 3.0 MiB": what the slowest replica has not acknowledged yet.
std::string gap(facts const& from)
{
    auto const written = from.info_number("master_repl_offset");
    double most = 0;
    for (int i = 0; written; ++i) {
        auto const row = from.info("slave" + std::to_string(i));
        if (!row) break;
        auto const seen = whole_number(part_of(*row, "offset"));
        if (seen) most = std::max(most, *written - static_cast<double>(*seen));
    }
    return most > 0 ? " and " + bytes_text(most) : "";
}

}  // namespace

std::optional<long> worst_replica_lag(facts const& from)
{
    std::optional<long> worst;
    for (int i = 0;; ++i) {
        auto const row = from.info("slave" + std::to_string(i));
        if (!row) return worst;
        if (part_of(*row, "state") != "online") return -1;
        worst = std::max(worst.value_or(0), whole_number(part_of(*row, "lag")).value_or(0));
    }
}

std::optional<finding> topology_mode(facts const& from)
{
    std::string source = "info:cluster_enabled";
    std::string mode;
    bool const clustered = from.info("cluster_enabled") == "1";
    for (auto const* const field : {"redis_mode", "server_mode"}) {
        if (mode.empty()) mode = from.info(field).value_or("");
    }
    if (mode.empty()) {
        mode = from.hello("mode").value_or("");
        source = "hello:mode";
    }
    if (mode == "sentinel") {
        return with_fix(failure(sentinel_advice(from), mode, "info:redis_mode"),
                        advice_at_sentinel(from));
    }
    if (clustered || mode == "cluster") {
        if (identify(from).name == "dragonfly") {
            return warning("Dragonfly emulates a cluster on one node", "cluster", source);
        }
        return failure(
            "Redis Cluster is not supported: EmailEngine's Lua scripts use keys of many slots",
            "cluster", source);
    }
    if (mode.empty() && !from.info("cluster_enabled")) return no_field(from, "redis_mode");
    return good("stand-alone", "standalone", source);
}

std::optional<finding> topology_role(facts const& from)
{
    std::string role(from.info("role").value_or(""));
    std::string source = "info:role";
    if (role.empty()) {
        auto const* const reply = from.reply("ROLE");
        bool const readable = reply != nullptr && !reply->items.empty();
        if (readable) role = reply->items.front().as_text();
        source = "role";
    }
    if (role.empty()) {
        role = from.hello("role").value_or("");
        source = "hello:role";
    }
    if (role == "master") return good("primary", role, source);
    if (role == "slave" || role == "replica") {
        auto const host = from.info("master_host");
        auto const port = from.info("master_port");
        auto out = failure("this is a read-only replica", role, source);
        if (host && port) {
            out.message += fmt::format(" of {}:{}", printable(*host, 60), printable(*port, 8));
        }
        return out;
    }
    if (role.empty()) return no_field(from, "role");
    return unread("its role is " + printable(role, 20));
}

std::optional<finding> sentinel_quorum(facts const& from)
{
    if (identify(from).name != "sentinel") return std::nullopt;
    auto const master = from.info("master0");
    if (!master) return failure("this Sentinel watches no primary");
    auto const name = part_of(*master, "name");
    std::string const question = "SENTINEL CKQUORUM " + std::string(name);
    auto const* const reply = from.reply(question);
    if (reply == nullptr) return unread(question + " was not answered", from.denied(question));
    if (reply->is_error()) return failure(printable(reply->text, 100));
    auto const sentinels = whole_number(part_of(*master, "sentinels")).value_or(0);
    if (sentinels < 3) {
        return warning(fmt::format("{} sentinels: the loss of one leaves no majority", sentinels));
    }
    return good(printable(reply->text, 90));
}

std::optional<finding> sentinel_client(facts const& from)
{
    auto const* const reply = from.reply("PUBSUB NUMSUB __sentinel__:hello");
    bool const readable = reply != nullptr && reply->items.size() == 2;
    if (!readable || reply->items[1].integer == 0) return std::nullopt;
    return warning(
        fmt::format("{} Sentinel connections watch this primary, but a redis:// URL cannot name "
                    "them: after a failover EmailEngine writes to the old one",
                    reply->items[1].integer));
}

std::optional<finding> ha_replicas(facts const& from)
{
    auto const count = from.info_number("connected_slaves");
    if (!count) return no_field(from, "connected_slaves");
    if (*count < 1) return good("none: a single primary", "0", "info:connected_slaves");
    auto const lag = worst_replica_lag(from);
    auto const shown = fmt::format("{:.0f}", *count);
    if (!lag) return good(shown + " connected", shown, "info:connected_slaves");
    if (*lag < 0) return warning("a replica is not online", shown, "info:slave0");
    auto const text =
        fmt::format("{} connected, the slowest {} s{} behind", shown, *lag, gap(from));
    if (*lag > 30) return failure(text, shown, "info:slave0");
    return *lag > 5 ? warning(text, shown, "info:slave0") : good(text, shown, "info:slave0");
}

std::optional<finding> ha_min_replicas(facts const& from)
{
    if (from.info_number("connected_slaves").value_or(0) < 1) return std::nullopt;
    auto const least = from.config_number("min-replicas-to-write");
    if (!least) {
        return unread("min-replicas-to-write cannot be read",
                      from.denied("CONFIG GET min-replicas-to-write"));
    }
    if (*least >= 1) {
        auto const lag = from.config("min-replicas-max-lag");
        return good("writes need a replica in step" +
                        (lag ? ", at most " + printable(*lag, 10) + " s behind" : std::string()),
                    plain_number(*least), "config:min-replicas-to-write");
    }
    return warning("a planned failover can lose about 10 s of writes", "0",
                   "config:min-replicas-to-write");
}

std::optional<finding> ha_link(facts const& from)
{
    auto const link = from.info("master_link_status");
    if (!link) return std::nullopt;
    if (*link == "up")
        return good("the link to the primary is up", "up", "info:master_link_status");
    return failure("the link to the primary is down: old data", printable(*link, 20),
                   "info:master_link_status");
}

}  // namespace respguard::doctor
