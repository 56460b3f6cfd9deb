#include "respguard/doctor/disk_probe.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <linux/magic.h>
#include <memory>
#include <random>
#include <sys/statfs.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace respguard::doctor {

namespace {

using clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr std::size_t block_bytes = 4'096;
constexpr std::size_t blocks = 64 * 1'024 * 1'024 / block_bytes;
constexpr int threads_deep = 16;

struct block_free {
    void operator()(void* memory) const { std::free(memory); }
};
using block = std::unique_ptr<void, block_free>;

block make_block()
{
    block out(std::aligned_alloc(block_bytes, block_bytes));
    std::memset(out.get(), 0x5a, block_bytes);
    return out;
}

/// A scratch file that is gone when this is.
class scratch {
public:
    explicit scratch(std::string const& folder) : path_(folder + "/respguard-probe-disk-XXXXXX")
    {
        fd_ = ::mkostemp(path_.data(), O_CLOEXEC);
    }
    ~scratch()
    {
        if (fd_ < 0) return;
        ::close(fd_);
        ::unlink(path_.c_str());
    }
    scratch(scratch const&) = delete;
    scratch& operator=(scratch const&) = delete;

    [[nodiscard]] int fd() const noexcept { return fd_; }
    [[nodiscard]] bool fill()
    {
        auto const bytes = make_block();
        for (std::size_t i = 0; i < blocks; ++i) {
            if (::write(fd_, bytes.get(), block_bytes) != static_cast<ssize_t>(block_bytes))
                return false;
        }
        return ::fsync(fd_) == 0 && ::fcntl(fd_, F_SETFL, O_DIRECT) == 0;
    }

private:
    std::string path_;
    int fd_ = -1;
};

double writes_per_second(int fd, int threads, milliseconds time)
{
    std::atomic<std::uint64_t> done{0};
    auto const start = clock::now();
    std::vector<std::thread> writers;
    writers.reserve(static_cast<std::size_t>(threads));
    for (int i = 0; i < threads; ++i) {
        writers.emplace_back([&, i] {
            auto const bytes = make_block();
            std::minstd_rand random(static_cast<unsigned>(i + 1));
            while (clock::now() - start < time) {
                auto const at = static_cast<off_t>(random() % blocks * block_bytes);
                if (::pwrite(fd, bytes.get(), block_bytes, at) < 0) return;
                done.fetch_add(1, std::memory_order_relaxed);
            }
        });
    }
    for (auto& each : writers)
        each.join();
    return static_cast<double>(done) / std::chrono::duration<double>(clock::now() - start).count();
}

void measure_syncs(std::string const& folder, milliseconds time, disk_rates& into)
{
    scratch file(folder);
    if (file.fd() < 0) return;
    auto const bytes = make_block();
    std::vector<std::chrono::nanoseconds> took;
    auto const start = clock::now();
    while (clock::now() - start < time) {
        auto const before = clock::now();
        if (::write(file.fd(), bytes.get(), block_bytes) < 0 || ::fdatasync(file.fd()) != 0) return;
        took.push_back(clock::now() - before);
    }
    if (took.empty()) return;
    std::sort(took.begin(), took.end());
    into.sync_p99 = took[took.size() * 99 / 100];
    into.syncs_per_second = static_cast<double>(took.size()) /
                            std::chrono::duration<double>(clock::now() - start).count();
}

}  // namespace

disk_probe_result probe_disk(std::string const& folder, milliseconds time)
{
    disk_probe_result out;
    struct statfs is {};
    if (::statfs(folder.c_str(), &is) != 0) {
        out.failure = std::string("cannot look at the folder: ") + std::strerror(errno);
        return out;
    }
    out.rates.in_memory = is.f_type == TMPFS_MAGIC || is.f_type == RAMFS_MAGIC;
    if (out.rates.in_memory) return out;
    scratch file(folder);
    if (file.fd() < 0) {
        out.failure = std::string("cannot write there: ") + std::strerror(errno);
        return out;
    }
    if (!file.fill()) {
        out.failure = std::string("cannot write 64 MiB directly: ") + std::strerror(errno);
        return out;
    }
    out.rates.writes_per_second_deep = writes_per_second(file.fd(), threads_deep, time);
    out.rates.writes_per_second_single = writes_per_second(file.fd(), 1, time / 4);
    measure_syncs(folder, time / 4, out.rates);
    return out;
}

}  // namespace respguard::doctor
