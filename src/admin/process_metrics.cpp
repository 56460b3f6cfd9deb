#include "admin/process_metrics.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <sys/resource.h>
#include <unistd.h>

#include "admin/family_builder.hpp"

namespace respguard::admin {

namespace {

using prometheus::MetricType;

/// Fields 14, 15, 22 and 24 of /proc/self/stat (man 5 proc). Counted from behind the command's
/// name, which is in parentheses and may hold anything.
struct stat_fields {
    std::uint64_t user_ticks = 0;
    std::uint64_t system_ticks = 0;
    std::uint64_t start_ticks = 0;
    std::uint64_t resident_pages = 0;
};

std::optional<stat_fields> read_stat()
{
    std::ifstream file("/proc/self/stat");
    std::string const text{std::istreambuf_iterator<char>(file), {}};
    auto const name_end = text.rfind(')');
    if (name_end == std::string::npos) return std::nullopt;
    std::istringstream rest(text.substr(name_end + 1));
    stat_fields fields;
    std::string skipped;
    for (int field = 3; field <= 24 && rest; ++field) {
        switch (field) {
        case 14: rest >> fields.user_ticks; break;
        case 15: rest >> fields.system_ticks; break;
        case 22: rest >> fields.start_ticks; break;
        case 24: rest >> fields.resident_pages; break;
        default: rest >> skipped;
        }
    }
    if (!rest) return std::nullopt;
    return fields;
}

/// When the machine started, in seconds since 1970.
double boot_time()
{
    std::ifstream file("/proc/stat");
    std::string word;
    while (file >> word) {
        double seconds = 0;
        if (word == "btime" && file >> seconds) return seconds;
    }
    return 0;
}

std::uint64_t count_open_fds()
{
    std::error_code ec;
    std::filesystem::directory_iterator const open("/proc/self/fd", ec);
    if (ec) return 0;
    auto const count = std::distance(std::filesystem::begin(open), std::filesystem::end(open));
    return static_cast<std::uint64_t>(count) - (count > 0 ? 1U : 0U);  // The listing itself is one.
}

}  // namespace

std::optional<process_state> read_process_state()
{
    auto const fields = read_stat();
    if (!fields) return std::nullopt;
    auto const ticks_per_second = static_cast<double>(::sysconf(_SC_CLK_TCK));
    process_state state;
    state.resident_bytes =
        fields->resident_pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
    state.cpu_seconds =
        static_cast<double>(fields->user_ticks + fields->system_ticks) / ticks_per_second;
    state.started_unix_seconds =
        boot_time() + static_cast<double>(fields->start_ticks) / ticks_per_second;
    state.open_fds = count_open_fds();
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) state.max_fds = limit.rlim_cur;
    return state;
}

std::vector<prometheus::MetricFamily> process_metrics(process_state const& state)
{
    std::vector<prometheus::MetricFamily> out;
    auto const add = [&](char const* name, char const* help, MetricType type, double value) {
        out.push_back(family_builder(name, help, type).add({}, value).take());
    };
    add("process_resident_memory_bytes", "Resident memory size in bytes", MetricType::Gauge,
        static_cast<double>(state.resident_bytes));
    add("process_cpu_seconds_total", "User and system CPU time spent", MetricType::Counter,
        state.cpu_seconds);
    add("process_open_fds", "Open file descriptors", MetricType::Gauge,
        static_cast<double>(state.open_fds));
    add("process_max_fds", "File descriptors that may be open", MetricType::Gauge,
        static_cast<double>(state.max_fds));
    add("process_start_time_seconds", "Start of the process in seconds since 1970",
        MetricType::Gauge, state.started_unix_seconds);
    return out;
}

}  // namespace respguard::admin
