#include "respguard/doctor/sizing.hpp"

#include "respguard/policy/redis_requirements.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include "doctor/wording.hpp"

namespace respguard::doctor {

namespace need = policy::redis_requirements;

sizing size_for(std::uint64_t mailboxes) noexcept
{
    sizing out;
    out.mailboxes = mailboxes;
    out.data_min_bytes = mailboxes * need::mailbox_bytes_min;
    out.data_max_bytes = mailboxes * need::mailbox_bytes_max;
    out.maxmemory_min_bytes = out.data_min_bytes * need::provision_factor;
    out.maxmemory_max_bytes = out.data_max_bytes * need::provision_factor;
    out.ram_bytes = out.maxmemory_max_bytes / 3 * 4;
    out.rdb_disk_bytes = 2 * out.data_max_bytes;
    out.aof_disk_bytes = 4 * out.data_max_bytes;
    return out;
}

std::string sizing_text(sizing const& of)
{
    auto const bytes = [](std::uint64_t n) { return bytes_text(static_cast<double>(n)); };
    auto const row = [](std::string_view name, std::string const& amount, std::string_view how) {
        return fmt::format("  {:<11} {:<20} {}\n", name, amount, how);
    };
    std::string out =
        fmt::format("Redis for {} mailboxes, by EmailEngine's page \"Redis requirements\"\n\n",
                    count_text(static_cast<double>(of.mailboxes)));
    out += row("data", bytes(of.data_min_bytes) + " to " + bytes(of.data_max_bytes),
               "1 to 2 MiB per mailbox");
    out += row("maxmemory", bytes(of.maxmemory_min_bytes) + " to " + bytes(of.maxmemory_max_bytes),
               "twice the data: snapshots, bursts");
    out += row("RAM", bytes(of.ram_bytes), "maxmemory is 75 % of it");
    out += row("disk, RDB", bytes(of.rdb_disk_bytes), "the dump, and the next one beside it");
    out +=
        row("disk, AOF", bytes(of.aof_disk_bytes), "grows to twice the data, rewritten beside it");
    out += row("disk speed", fmt::format("{:.0f} IOPS", need::aof_iops_min), "only with AOF");
    out += row("network", "RTT below 1 ms", "5 ms at most; same zone or host");
    out += row("backup", "daily", bytes(of.data_max_bytes) + " at most each");
    out += fmt::format("\n  maxmemory {}mb\n  maxmemory-policy {}\n  save {}\n"
                       "  tcp-keepalive {}\n",
                       of.maxmemory_max_bytes / need::mib, need::eviction_policy, need::save_rules,
                       need::tcp_keepalive.count());
    return out;
}

std::string sizing_json(sizing const& of)
{
    boost::json::object const out{{"schema", 1},
                                  {"mailboxes", of.mailboxes},
                                  {"data_min_bytes", of.data_min_bytes},
                                  {"data_max_bytes", of.data_max_bytes},
                                  {"maxmemory_min_bytes", of.maxmemory_min_bytes},
                                  {"maxmemory_max_bytes", of.maxmemory_max_bytes},
                                  {"ram_bytes", of.ram_bytes},
                                  {"rdb_disk_bytes", of.rdb_disk_bytes},
                                  {"aof_disk_bytes", of.aof_disk_bytes}};
    return boost::json::serialize(out) + "\n";
}

}  // namespace respguard::doctor
