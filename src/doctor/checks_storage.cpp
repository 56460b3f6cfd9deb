// Disk, backups and the host: what only its own machine can tell.
#include "respguard/policy/redis_requirements.hpp"

#include <fmt/format.h>

#include "doctor/check_functions.hpp"
#include "doctor/wording.hpp"

namespace respguard::doctor {

namespace need = policy::redis_requirements;

std::optional<finding> persist_aof_iops(facts const& from)
{
    if (!from.disk_failure.empty())
        return unread("the disk was not measured: " + from.disk_failure);
    if (!from.disk) {
        auto const enabled = from.info("aof_enabled");
        if (enabled == "0") return std::nullopt;  // Without AOF the page asks for no IOPS.
        if (!enabled) return unread("whether AOF is on cannot be read");
        auto const late = from.info_number("aof_delayed_fsync");
        return unread("AOF is on; run with --probe-disk DIR on the server's own machine" +
                      (late ? "; fsync was late " + count_text(*late) + " times" : std::string()));
    }
    auto const& disk = *from.disk;
    if (disk.in_memory)
        return failure("this directory is in memory (tmpfs): not persistent at all");
    auto const text =
        fmt::format("4 KiB direct writes: {:.0f}/s at depth 16, {:.0f}/s at depth 1; fdatasync "
                    "{:.0f}/s, p99 {}",
                    disk.writes_per_second_deep, disk.writes_per_second_single,
                    disk.syncs_per_second, milliseconds_text(disk.sync_p99));
    auto const value = fmt::format("{:.0f}", disk.writes_per_second_deep);
    if (disk.writes_per_second_deep >= need::aof_iops_min) return good(text, value, "probe-disk");
    return disk.writes_per_second_deep >= need::aof_iops_min / 2
               ? warning(text, value, "probe-disk")
               : failure(text, value, "probe-disk");
}

std::optional<finding> backup_fresh(facts const& from)
{
    if (!from.backup)
        return unread("backups cannot be seen from here; name them with --backup GLOB");
    auto const& newest = *from.backup;
    if (newest.newest.empty()) return failure("no file matches --backup");
    auto const seconds = static_cast<double>(newest.age.count());
    auto const text = fmt::format("{}, {} old, {}", printable(newest.newest, 80), age_text(seconds),
                                  bytes_text(static_cast<double>(newest.size_bytes)));
    auto const value = fmt::format("{:.0f}", seconds);
    if (newest.size_bytes == 0) return failure(text + ": it is empty", value, "backup");
    auto const dump = from.host_state ? from.host_state->dump_size_bytes : std::nullopt;
    if (dump && newest.size_bytes * 2 < *dump) {
        return failure(text + ": less than half of the present dump", value, "backup");
    }
    if (newest.age <= need::backup_age_max) return good(text, value, "backup");
    return newest.age <= need::backup_age_critical ? warning(text, value, "backup")
                                                   : failure(text, value, "backup");
}

std::optional<finding> host_overcommit(facts const& from)
{
    if (!from.host_state) return std::nullopt;
    auto const seen = from.host_state->overcommit_memory;
    if (!seen) return unread("/proc/sys/vm/overcommit_memory cannot be read");
    auto const value = std::to_string(*seen);
    if (*seen == 1) return good("vm.overcommit_memory 1", value, "proc");
    return warning(
        fmt::format("vm.overcommit_memory {}: BGSAVE may fail when memory is short", value), value,
        "proc");
}

std::optional<finding> host_thp(facts const& from)
{
    if (!from.host_state) return std::nullopt;
    auto const& seen = from.host_state->transparent_hugepage;
    if (seen.empty()) return unread("transparent huge pages: cannot be read");
    if (seen != "always") return good(seen, seen, "sys");
    return warning("always: snapshots copy 2 MiB for each changed byte", seen, "sys");
}

std::optional<finding> host_disk(facts const& from)
{
    if (!from.host_state) return std::nullopt;
    auto const& host = *from.host_state;
    if (!host.disk_free_bytes) {
        return unread("the server's directory cannot be looked at", from.denied("CONFIG GET dir"));
    }
    double const free = static_cast<double>(*host.disk_free_bytes);
    double const used = from.info_number("used_memory").value_or(0);
    auto const text = fmt::format("{} free for {} of data", bytes_text(free), bytes_text(used));
    if (free < used) return failure(text, bytes_text(free), "statvfs");
    if (free < 2 * used) return warning(text, bytes_text(free), "statvfs");
    if (!host.disk_rotational.value_or(false)) return good(text, bytes_text(free), "statvfs");
    // Virtual disks call themselves rotating as a rule: only a measurement makes it a reproach.
    bool const slow = from.disk && !from.disk->in_memory &&
                      from.disk->writes_per_second_deep < need::aof_iops_min;
    if (slow && from.info("aof_enabled") == "1") {
        return with_fix(
            warning(fmt::format("{}, on a rotating disk with {:.0f} IOPS, and AOF is on", text,
                                from.disk->writes_per_second_deep),
                    "rotational", "probe-disk"),
            "an SSD or NVMe disk, or RDB only");
    }
    return good(text + "; the kernel calls the disk rotating, as most virtual ones",
                bytes_text(free), "statvfs");
}

}  // namespace respguard::doctor
