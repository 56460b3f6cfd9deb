#include "process_probe.hpp"

#include <cstring>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <linux/perf_event.h>
#include <string>
#include <sys/syscall.h>
#include <unistd.h>

namespace respguard::bench {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> threads_of(pid_t pid)
{
    std::vector<std::string> threads;
    std::error_code gone;
    fs::directory_iterator entry("/proc/" + std::to_string(pid) + "/task", gone);
    for (; !gone && entry != fs::directory_iterator(); entry.increment(gone)) {
        threads.push_back(entry->path().filename().string());
    }
    return threads;
}

/// The kernel's number of raw_syscalls:sys_enter, or -1 where tracefs is not mounted or not ours.
int syscall_tracepoint()
{
    for (char const* root : {"/sys/kernel/tracing", "/sys/kernel/debug/tracing"}) {
        std::ifstream file(std::string(root) + "/events/raw_syscalls/sys_enter/id");
        if (int id = -1; file >> id) return id;
    }
    return -1;
}

}  // namespace

std::chrono::nanoseconds cpu_time_of(pid_t pid)
{
    std::chrono::nanoseconds sum{0};
    if (pid <= 0) return sum;
    std::string const root = "/proc/" + std::to_string(pid) + "/task/";
    for (auto const& thread : threads_of(pid)) {
        std::ifstream file(root + thread + "/schedstat");
        if (std::int64_t running = 0; file >> running) sum += std::chrono::nanoseconds(running);
    }
    return sum;
}

std::chrono::nanoseconds own_cpu_time()
{
    timespec now{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

std::uint64_t resident_bytes_of(pid_t pid)
{
    if (pid <= 0) return 0;
    std::ifstream file("/proc/" + std::to_string(pid) + "/smaps_rollup");
    for (std::string word; file >> word;) {
        if (std::uint64_t kib = 0; word == "Rss:" && file >> kib) return kib * 1024;
    }
    return 0;
}

syscall_counter::syscall_counter(pid_t pid)
{
    int const tracepoint = pid > 0 ? syscall_tracepoint() : -1;
    if (tracepoint < 0) return;
    perf_event_attr attributes{};
    attributes.type = PERF_TYPE_TRACEPOINT;
    attributes.size = sizeof attributes;
    attributes.config = static_cast<std::uint64_t>(tracepoint);
    for (auto const& thread : threads_of(pid)) {
        long const fd = ::syscall(SYS_perf_event_open, &attributes, std::stoi(thread), -1, -1,
                                  PERF_FLAG_FD_CLOEXEC);
        if (fd >= 0) counters_.emplace_back(static_cast<int>(fd));
    }
}

std::uint64_t syscall_counter::count() const
{
    std::uint64_t sum = 0;
    for (auto const& counter : counters_) {
        std::uint64_t value = 0;
        if (::read(counter.get(), &value, sizeof value) == sizeof value) sum += value;
    }
    return sum;
}

}  // namespace respguard::bench
