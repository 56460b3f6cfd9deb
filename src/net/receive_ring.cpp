#include "net/receive_ring.hpp"

#include <boost/system/system_error.hpp>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <utility>

namespace respguard::net {

namespace {

constexpr unsigned entries = 256;
/// Each receive may have several; what does not fit ends it, and it is armed again.
constexpr unsigned completions = 4096;
constexpr unsigned buffer_count = receive_ring::buffer_count;
constexpr std::size_t buffer_ring_bytes = buffer_count * sizeof(io_uring_buf);
constexpr int buffer_group = 0;

constexpr std::uint64_t of_epoll = ~std::uint64_t{0};
constexpr std::uint64_t of_nobody = of_epoll - 1;
/// And its number in the lower half. No place has this generation.
constexpr std::uint64_t of_sending = std::uint64_t{0xFFFF'FFFE} << 32U;

/// stop() asks the kernel so often; each time it goes through some twenty completions.
constexpr int stop_tries = 1000;

// Linux 6.15, newer than the headers of Debian 12.
constexpr unsigned feature_no_iowait = 1U << 17U;
constexpr unsigned enter_no_iowait = 1U << 7U;

[[noreturn]] void fail(int error, char const* what)
{
    throw boost::system::system_error(error, boost::system::system_category(), what);
}

io_result sent(std::int32_t result) noexcept
{
    if (result >= 0) return {io_status::ok, static_cast<std::uint32_t>(result), 0};
    if (result == -EAGAIN || result == -EINTR) return {io_status::would_block, 0, 0};
    return {io_status::error, 0, -result};
}

}  // namespace

receive_ring::receive_ring(int epoll_fd) : epoll_fd_(epoll_fd)
{
    io_uring_params with{};
    with.flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN | IORING_SETUP_R_DISABLED |
                 IORING_SETUP_CQSIZE | IORING_SETUP_SUBMIT_ALL;
    with.cq_entries = completions;
    if (int const failed = io_uring_queue_init_params(entries, &ring_, &with); failed < 0) {
        fail(-failed, "io_uring_setup");
    }
    try {
        make_buffers();
    } catch (...) {
        io_uring_queue_exit(&ring_);
        throw;
    }
    if (!counts_as_disk_wait()) enter_flags_ |= enter_no_iowait;
    queue_.reserve(completions);
}

receive_ring::~receive_ring()
{
    io_uring_queue_exit(&ring_);
    ::munmap(buffer_ring_memory_, buffer_ring_bytes);
}

void receive_ring::make_buffers()
{
    void* const memory = ::mmap(nullptr, buffer_ring_bytes, PROT_READ | PROT_WRITE,
                                MAP_ANONYMOUS | MAP_PRIVATE, -1, 0);
    if (memory == MAP_FAILED) fail(errno, "mmap");
    io_uring_buf_reg with{};
    with.ring_addr = reinterpret_cast<std::uintptr_t>(memory);
    with.ring_entries = buffer_count;
    with.bgid = buffer_group;
    if (int const failed = io_uring_register_buf_ring(&ring_, &with, 0); failed < 0) {
        ::munmap(memory, buffer_ring_bytes);
        fail(-failed, "io_uring_register_buf_ring");
    }
    buffer_ring_memory_ = memory;
    io_uring_buf_ring_init(static_cast<io_uring_buf_ring*>(memory));
    buffers_ = std::make_unique_for_overwrite<char[]>(std::size_t{buffer_count} * buffer_stride);
    for (std::uint16_t i = 0; i < buffer_count; ++i)
        used_buffers_[used_count_++] = i;
    give_back_buffers();
}

void receive_ring::enable() noexcept
{
    if (enabled_) return;
    enabled_ = true;
    // liburing 2.3 declares io_uring_enable_rings(), but its library does not have it.
    ::syscall(SYS_io_uring_register, ring_.ring_fd, IORING_REGISTER_ENABLE_RINGS, nullptr, 0);
    // Only saves looking its descriptor up.
    if (io_uring_register_ring_fd(&ring_) == 1) enter_flags_ |= IORING_ENTER_REGISTERED_RING;
}

void receive_ring::give_back_buffers() noexcept
{
    if (used_count_ == 0) return;
    auto* const ring = static_cast<io_uring_buf_ring*>(buffer_ring_memory_);
    int offset = 0;
    for (std::uint16_t const each : std::span(used_buffers_).first(used_count_)) {
        io_uring_buf_ring_add(ring, bytes_of(each), buffer_bytes, each,
                              io_uring_buf_ring_mask(buffer_count), offset++);
    }
    io_uring_buf_ring_advance(ring, offset);
    used_count_ = 0;
}

[[gnu::always_inline]] inline io_uring_sqe* receive_ring::entry() noexcept
{
    for (;;) {
        if (io_uring_sqe* const free = io_uring_get_sqe(&ring_)) return free;
        io_uring_submit(&ring_);
    }
}

std::uint64_t receive_ring::name_of(std::uint32_t index) const noexcept
{
    return std::uint64_t{places_[index].generation} << 32U | index;
}

std::uint32_t receive_ring::start(int fd, event_handler& to)
{
    if (free_places_.empty()) {
        free_places_.push_back(static_cast<std::uint32_t>(places_.size()));
        places_.emplace_back();
    }
    std::uint32_t const index = free_places_.back();
    free_places_.pop_back();
    places_[index].to = &to;
    places_[index].fd = fd;
    ++used_places_;
    to_arm_.push_back(name_of(index));
    return index;
}

void receive_ring::arm(std::uint32_t index) noexcept
{
    io_uring_sqe* const with = entry();
    io_uring_prep_recv_multishot(with, places_[index].fd, nullptr, 0, 0);
    with->flags |= IOSQE_BUFFER_SELECT;
    with->buf_group = buffer_group;
    // Without IORING_RECVSEND_POLL_FIRST: with it, an end that has come already, behind the first
    // bytes, is not told (Linux 6.18).
    io_uring_sqe_set_data64(with, name_of(index));
    places_[index].armed = true;
}

void receive_ring::arm_all() noexcept
{
    for (std::uint64_t const name : to_arm_) {
        auto const index = static_cast<std::uint32_t>(name);
        if (name_of(index) == name && !places_[index].armed) arm(index);
    }
    to_arm_.clear();
}

void receive_ring::watch_epoll() noexcept
{
    // Once, and again when it was looked at: a multishot poll would tell only changes, but what was
    // not read of a descriptor is no change.
    io_uring_sqe* const with = entry();
    io_uring_prep_poll_add(with, epoll_fd_, EPOLLIN);
    io_uring_sqe_set_data64(with, of_epoll);
    epoll_watched_ = true;
}

void receive_ring::wait(sleep may) noexcept
{
    give_back_buffers();
    if (!to_arm_.empty()) [[unlikely]]
        arm_all();
    if (!epoll_watched_) [[unlikely]]
        watch_epoll();
    if (io_uring_sq_ready(&ring_) > 0) [[unlikely]]
        io_uring_submit(&ring_);
    enter(may == sleep::yes && queue_.empty() ? 1 : 0);
}

// By hand: liburing 2.3 can not pass the flag.
void receive_ring::enter(unsigned count_min) noexcept
{
    ::syscall(SYS_io_uring_enter, ring_.enter_ring_fd, 0, count_min,
              IORING_ENTER_GETEVENTS | enter_flags_, nullptr, 0);
}

bool receive_ring::counts_as_disk_wait() const noexcept
{
    return (ring_.features & feature_no_iowait) == 0;
}

bool receive_ring::has_come() const noexcept
{
    return !queue_.empty() || io_uring_cq_ready(&ring_) > 0;
}

[[gnu::always_inline]] inline void receive_ring::take(io_uring_cqe const& what)
{
    if (what.user_data >> 32U == of_sending >> 32U) {
        sending_[static_cast<std::uint32_t>(what.user_data)].how = sent(what.res);
        --unsent_;
        return;
    }
    queue_.push_back({what.user_data, what.res, what.flags});
}

void receive_ring::pull()
{
    pulled_ns_ = monotonic_ns();
    io_uring_cq const& of = ring_.cq;
    unsigned head = *of.khead;
    unsigned const end = std::atomic_ref(*of.ktail).load(std::memory_order_acquire);
    for (; head != end; ++head)
        take(of.cqes[head & of.ring_mask]);
    std::atomic_ref(*of.khead).store(head, std::memory_order_release);
}

void receive_ring::send(std::span<outgoing> to_all)
{
    sending_ = to_all;
    unsent_ = to_all.size();
    for (std::size_t i = 0; i < to_all.size(); ++i) {
        io_uring_sqe* const with = entry();
        io_uring_prep_send(with, to_all[i].fd, to_all[i].bytes.data(), to_all[i].bytes.size(),
                           MSG_NOSIGNAL | MSG_DONTWAIT);
        io_uring_sqe_set_data64(with, of_sending | i);
    }
    io_uring_submit(&ring_);
    pull();
    while (unsent_ > 0)
        [[unlikely]]
        {  // Nothing here can wait, so not even once.
            io_uring_submit_and_get_events(&ring_);
            pull();
        }
    sending_ = {};
}

bool receive_ring::tell()
{
    pull();
    while (next_ < queue_.size()) {
        completion const what = queue_[next_++];  // A copy: handlers may stop receives.
        constexpr auto usual = IORING_CQE_F_BUFFER | IORING_CQE_F_MORE;
        auto const index = static_cast<std::uint32_t>(what.of);
        if ((what.flags & usual) != usual || what.result <= 0 || index >= places_.size() ||
            name_of(index) != what.of) [[unlikely]] {
            tell_one(what);
            continue;
        }
        auto const buffer = static_cast<std::uint16_t>(what.flags >> IORING_CQE_BUFFER_SHIFT);
        used_buffers_[used_count_++] = buffer;
        auto const bytes = static_cast<std::uint32_t>(what.result);
        places_[index].to->on_received(
            {{io_status::ok, bytes, 0}, {bytes_of(buffer), bytes}, pulled_ns_});
    }
    queue_.clear();
    next_ = 0;
    return std::exchange(epoll_ready_, false);
}

void receive_ring::tell_one(completion const& what)
{
    // Not before: what stop() or send() came across is told behind the next wait().
    auto const buffer = static_cast<std::uint16_t>(what.flags >> IORING_CQE_BUFFER_SHIFT);
    if ((what.flags & IORING_CQE_F_BUFFER) != 0) used_buffers_[used_count_++] = buffer;
    if (what.of == of_epoll) {
        epoll_watched_ = false;
        epoll_ready_ = true;
        return;
    }
    auto const index = static_cast<std::uint32_t>(what.of);
    if (what.of == of_nobody || index >= places_.size() || name_of(index) != what.of) return;
    place& whose = places_[index];
    bool const ended = (what.flags & IORING_CQE_F_MORE) == 0;
    if (ended) whose.armed = false;
    if (what.result > 0) [[likely]] {
        auto const bytes = static_cast<std::uint32_t>(what.result);
        if (ended && !whose.stopping) to_arm_.push_back(what.of);
        whose.to->on_received({{io_status::ok, bytes, 0}, {bytes_of(buffer), bytes}, pulled_ns_});
        return;
    }
    if (!ended) return;
    switch (what.result) {
    case 0: whose.to->on_received({{io_status::end, 0, 0}, {}, pulled_ns_}); return;
    case -ENOBUFS:
    case -EAGAIN:
    case -EINTR:
        if (!whose.stopping) to_arm_.push_back(what.of);
        return;
    case -ECANCELED:
        if (whose.stopping) return;
        [[fallthrough]];
    default: whose.to->on_received({{io_status::error, 0, -what.result}, {}, pulled_ns_});
    }
}

void receive_ring::tell_those_of(std::span<std::uint32_t const> places)
{
    for (std::size_t i = next_; i < queue_.size(); ++i) {
        completion const what = queue_[i];
        bool const theirs = std::any_of(places.begin(), places.end(), [&](std::uint32_t index) {
            return name_of(index) == what.of;
        });
        if (!theirs) continue;
        queue_[i] = {of_nobody, 0, 0};
        tell_one(what);
    }
}

void receive_ring::stop(std::span<std::uint32_t const> places)
{
    for (std::uint32_t const index : places)
        places_[index].stopping = true;
    tell_those_of(places);
    bool asked = false;
    for (std::uint32_t const index : places) {
        if (!places_[index].armed) continue;
        io_uring_sqe* const with = entry();
        io_uring_prep_cancel64(with, name_of(index), 0);
        with->flags |= IOSQE_CQE_SKIP_SUCCESS;
        io_uring_sqe_set_data64(with, of_nobody);
        asked = true;
    }
    auto const is_armed = [this](std::uint32_t index) { return places_[index].armed; };
    for (int i = 0; asked && i < stop_tries; ++i) {
        io_uring_submit_and_get_events(&ring_);
        pull();
        tell_those_of(places);
        asked = std::any_of(places.begin(), places.end(), is_armed);
    }
    for (std::uint32_t const index : places) {
        place& whose = places_[index];
        whose = {nullptr, -1, whose.generation + 1, false, false};
        free_places_.push_back(index);
        --used_places_;
    }
}

}  // namespace respguard::net
