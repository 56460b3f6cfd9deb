#include "respguard/doctor/engine.hpp"

#include "respguard/base/bytes.hpp"

#include <array>
#include <utility>

namespace respguard::doctor {

namespace {

constexpr std::array<engine_note, 15> notes{{
    {"redis", "Redis", true, "supported", ""},
    {"valkey", "Valkey", true, "not on the page; behaves as Redis 7.2", ""},
    {"keydb", "KeyDB", false, "experimental",
     "Watch replication lag and memory; plain primary and replica, not active-replica. Its last "
     "release is old: Redis 7 or Valkey 8 are the safer choice."},
    {"dragonfly", "Dragonfly", false, "experimental",
     "Needs --default_lua_flags=allow-undeclared-keys and --snapshot_cron (it has no AOF)."},
    {"memurai", "Memurai", false, "experimental",
     "Passes basic tests on Windows; the Developer edition stops after 10 days."},
    {"upstash", "Upstash", false, "supported with constraints",
     "Commands over the plan's limit (1 or 10 MB) fail, only database 0, monthly quota; choose the "
     "region of EmailEngine."},
    {"elasticache", "Amazon ElastiCache", false, "partially supported",
     "Data may be lost when a node is replaced, unless Multi-AZ is on. EmailEngine itself shows it "
     "as incompatible."},
    {"memorydb", "Amazon MemoryDB", false, "not on the page",
     "Its databases are usually Redis Clusters, which EmailEngine cannot use."},
    {"memorystore", "Google Memorystore", false, "not on the page",
     "Blocks CONFIG; set maxmemory-policy to noeviction in the instance's configuration."},
    {"redis-enterprise", "Redis Enterprise or Cloud", false, "not on the page",
     "Use a database without the clustering API; only database 0 exists."},
    {"garnet", "Garnet", false, "not on the page", "Nobody has tried EmailEngine with it."},
    {"kvrocks", "Kvrocks", false, "not on the page",
     "Keeps data on disk: every round trip may wait for it."},
    {"sentinel", "Redis Sentinel", false, "wrong port",
     "This is a Sentinel, not a Redis: give EmailEngine the address of the primary."},
    {"azure", "Azure Cache for Redis", false, "not on the page",
     "Its load balancer drops silent connections after 4 minutes: tcp-keepalive 120."},
    {"unknown", "unknown", false, "unknown", "The server did not say what it is."},
}};

/// Only the host's name tells: ElastiCache for Valkey, Azure, Redis Cloud.
std::string service_of(facts const& from)
{
    auto const os = from.info("os").value_or("");
    if (os.find("Amazon ElastiCache") != os.npos) return "elasticache";
    if (os.find("Amazon MemoryDB") != os.npos) return "memorydb";
    constexpr std::array<std::pair<std::string_view, std::string_view>, 6> suffixes{{
        {".cache.amazonaws.com", "elasticache"},
        {".cache.windows.net", "azure"},
        {".redisenterprise.cache.azure.net", "azure"},
        {"redis-cloud.com", "redis-enterprise"},
        {"redislabs.com", "redis-enterprise"},
        {".upstash.io", "upstash"},
    }};
    for (auto const& [suffix, name] : suffixes) {
        if (lowered(from.host).ends_with(suffix)) return std::string(name);
    }
    return {};
}

std::string name_of(facts const& from)
{
    if (from.info("redis_mode") == "sentinel" || from.hello("mode") == "sentinel")
        return "sentinel";
    if (from.info("dragonfly_version") || from.hello("dragonfly_version")) return "dragonfly";
    if (from.info("upstash_version")) return "upstash";
    if (from.info("memurai_version") || from.info("memurai_edition")) return "memurai";
    if (from.info("garnet_version")) return "garnet";
    if (from.info("kvrocks_version")) return "kvrocks";
    bool const valkey = from.info("server_name") == "valkey" || from.info("valkey_version") ||
                        from.hello("server") == "valkey";
    auto service = service_of(from);
    // What runs there is one question, who runs it another: ElastiCache serves Valkey, too.
    if (!valkey && (service == "elasticache" || service == "memorydb") && from.info("os"))
        return service;
    if (from.info("rlec_version") || from.hello_modules_mention("/enterprise-managed")) {
        return "redis-enterprise";
    }
    if (from.hello_modules_mention("google")) return "memorystore";
    if (from.info("mvcc_depth")) return "keydb";
    if (valkey) return "valkey";
    if (from.info("redis_version") || from.hello("server") == "redis") return "redis";
    return "unknown";
}

std::string version_of(facts const& from, std::string_view name)
{
    for (auto const* const field :
         {"valkey_version", "dragonfly_version", "upstash_version", "memurai_version",
          "garnet_version", "kvrocks_version", "rlec_version"}) {
        if (auto const found = from.info(field)) return std::string(*found);
    }
    if (auto const own = from.hello("dragonfly_version")) return *own;
    if (name == "valkey" && from.hello("server") == "valkey") {
        return from.hello("version").value_or("");
    }
    if (auto const found = from.info("redis_version")) return std::string(*found);
    return from.hello("version").value_or("");
}

}  // namespace

std::string engine::to_string() const
{
    std::string out(note_of(name).title);
    if (!version.empty()) out += " " + printable(version, 40);
    if (!service.empty() && service != name) {
        out.append(" at ").append(note_of(service).title);
    }
    if (!compatible.empty()) out += " (redis " + printable(compatible, 40) + " compatible)";
    return out;
}

engine identify(facts const& from)
{
    engine out;
    out.name = name_of(from);
    out.service = service_of(from);
    out.version = version_of(from, out.name);
    auto const claimed = from.info("redis_version").value_or("");
    if (claimed != out.version) out.compatible = claimed;
    return out;
}

engine_note const& note_of(std::string_view name) noexcept
{
    for (auto const& each : notes) {
        if (each.name == name) return each;
    }
    return notes.back();
}

}  // namespace respguard::doctor
