#include "doctor/host_probe.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <glob.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <system_error>

namespace respguard::doctor {

namespace {

std::string first_line(std::string const& path)
{
    std::ifstream file(path);
    std::string line;
    std::getline(file, line);
    return line;
}

bool runs_here(std::string const& pid)
{
    auto const name = first_line("/proc/" + pid + "/comm");
    for (auto const* const known : {"redis", "valkey", "keydb"}) {
        if (name.find(known) != std::string::npos) return true;
    }
    return false;
}

/// VmSwap of /proc/<pid>/status: the part of the process that lies on a disk.
std::optional<std::uint64_t> swapped_bytes(std::string const& pid)
{
    std::ifstream file("/proc/" + pid + "/status");
    constexpr std::string_view name = "VmSwap:";
    for (std::string line; std::getline(file, line);) {
        if (!line.starts_with(name)) continue;
        auto const at = line.find_first_of("0123456789");
        std::uint64_t kib = 0;
        if (at == std::string::npos) return std::nullopt;
        std::from_chars(line.data() + at, line.data() + line.size(), kib);
        return kib * 1'024;
    }
    return std::nullopt;
}

std::optional<bool> is_rotational(dev_t device)
{
    auto const base = fmt::format("/sys/dev/block/{}:{}/", ::major(device), ::minor(device));
    for (auto const* const part : {"queue/rotational", "../queue/rotational"}) {
        auto const seen = first_line(base + part);
        if (!seen.empty()) return seen == "1";
    }
    return std::nullopt;
}

void look_at_folder(facts const& from, std::string const& pid, host_facts& into)
{
    auto const folder = from.config("dir");
    if (!folder) return;
    // A container's folder is seen through its own root; that needs root here.
    std::string seen = "/proc/" + pid + "/root" + *folder;
    struct stat is {};
    if (::stat(seen.c_str(), &is) != 0) seen = *folder;
    struct statvfs room {};
    if (::stat(seen.c_str(), &is) != 0 || ::statvfs(seen.c_str(), &room) != 0) return;
    into.disk_free_bytes = std::uint64_t{room.f_bavail} * room.f_frsize;
    into.disk_rotational = is_rotational(is.st_dev);
    auto const dump = from.config("dbfilename");
    if (dump && ::stat((seen + "/" + *dump).c_str(), &is) == 0) {
        into.dump_size_bytes = static_cast<std::uint64_t>(is.st_size);
    }
}

/// "madvise" of "always [madvise] never".
std::string chosen(std::string const& line)
{
    auto const from = line.find('[');
    auto const to = line.find(']');
    return from == std::string::npos || to == std::string::npos
               ? ""
               : line.substr(from + 1, to - from - 1);
}

/// A file, or all files below a folder (an AOF of Redis 7 is one): newest time, sum of sizes.
void look_at_backup(std::string const& path, backup_facts& out, std::time_t& newest)
{
    struct stat is {};
    if (::stat(path.c_str(), &is) != 0) return;
    auto time = is.st_mtime;
    auto size = S_ISDIR(is.st_mode) ? 0 : static_cast<std::uint64_t>(is.st_size);
    if (S_ISDIR(is.st_mode)) {
        bool any = false;
        std::error_code ended;
        using std::filesystem::recursive_directory_iterator;
        for (recursive_directory_iterator at(path, ended), end; !ended && at != end;
             at.increment(ended)) {
            if (::stat(at->path().c_str(), &is) != 0 || !S_ISREG(is.st_mode)) continue;
            size += static_cast<std::uint64_t>(is.st_size);
            time = any ? std::max(time, is.st_mtime) : is.st_mtime;
            any = true;
        }
    }
    if (time < newest) return;
    newest = time;
    out.newest = path;
    out.size_bytes = size;
}

}  // namespace

std::optional<host_facts> probe_host(facts const& from)
{
    auto const pid = from.info("process_id");
    bool const digits = pid && !pid->empty() && pid->find_first_not_of("0123456789") == pid->npos;
    bool const near = from.is_loopback || from.host.empty();
    if (!digits || !near || !runs_here(std::string(*pid))) return std::nullopt;
    host_facts out;
    auto const overcommit = first_line("/proc/sys/vm/overcommit_memory");
    if (overcommit.size() == 1) out.overcommit_memory = overcommit[0] - '0';
    out.transparent_hugepage = chosen(first_line("/sys/kernel/mm/transparent_hugepage/enabled"));
    out.swapped_bytes = swapped_bytes(std::string(*pid));
    look_at_folder(from, std::string(*pid), out);
    return out;
}

backup_facts find_backup(std::string const& glob_pattern)
{
    backup_facts out;
    glob_t found{};
    if (::glob(glob_pattern.c_str(), 0, nullptr, &found) == 0) {
        std::time_t newest = 0;
        for (std::size_t i = 0; i < found.gl_pathc; ++i) {
            look_at_backup(found.gl_pathv[i], out, newest);
        }
        out.age = std::chrono::seconds(std::time(nullptr) - newest);
    }
    ::globfree(&found);
    return out;
}

}  // namespace respguard::doctor
