#include "closed_loop.hpp"

#include <array>
#include <cerrno>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <utility>

namespace respguard::bench {
namespace {

/// Whole replies to a pipeline of 100, and a good part of a big value, in one receive.
constexpr std::size_t receive_buffer_bytes = 256 * 1024;

/// Far apart in the circle of steps, so that connections do not march in step.
constexpr std::size_t step_stride = 37;

}  // namespace

closed_loop::closed_loop(std::string target_name, endpoint const& where, conversation script)
    : target_name_(std::move(target_name)), script_(std::move(script)),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)), received_(receive_buffer_bytes)
{
    if (!epoll_.is_open()) throw_errno("epoll_create1");
    std::size_t total = 0;
    for (role const& owner : script_.roles) {
        total += owner.connections;
    }
    connections_.reserve(total);
    for (role const& owner : script_.roles) {
        for (std::size_t i = 0; i < owner.connections; ++i) {
            open(owner, where, i);
        }
        if (owner.acts == behaviour::caller) callers_ += owner.connections;
    }
    for (connection& conn : connections_) {
        play_setup(conn);
    }
    playing_ = true;
    for (connection& conn : connections_) {
        if (conn.owner->acts == behaviour::waiter) begin_next_step(conn, clock::now());
    }
}

void closed_loop::open(role const& owner, endpoint const& where, std::size_t index)
{
    connection& conn = connections_.emplace_back();
    conn.fd = connect_to(where);
    conn.owner = &owner;
    conn.next_step = owner.steps.empty() ? 0 : index * step_stride % owner.steps.size();
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = &conn;
    ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, conn.fd.get(), &event);
}

void closed_loop::play_setup(connection& conn)
{
    for (batch const& what : conn.owner->setup) {
        begin(conn, what, clock::now());
        while (conn.current != nullptr) {
            handle_events(reply_timeout);
        }
    }
}

block_count closed_loop::run_block(std::size_t batches, std::vector<double>& latencies_ns)
{
    latencies_ns_ = &latencies_ns;
    batches_wanted_ = batches;
    batches_begun_ = batches_done_ = commands_done_ = 0;
    auto const started = clock::now();
    for (connection& conn : connections_) {
        bool const may_begin =
            conn.owner->acts == behaviour::caller && batches_begun_ < batches_wanted_;
        if (may_begin) begin_next_step(conn, clock::now());
    }
    while (batches_done_ < batches_wanted_) {
        handle_events(reply_timeout);
    }
    auto const wall = clock::now() - started;
    latencies_ns_ = nullptr;
    return {wall, commands_done_};
}

void closed_loop::finish()
{
    constexpr std::chrono::milliseconds one_look{50};
    auto const give_up = clock::now() + reply_timeout;
    while (pushes_heard_ < pushes_caused_ && clock::now() < give_up) {
        handle_events(one_look);
    }
    if (pushes_heard_ != pushes_caused_) {
        throw bench_failure(target_name_ + ": " + std::to_string(pushes_heard_) + " pushes of " +
                            std::to_string(pushes_caused_) + " arrived");
    }
}

void closed_loop::begin(connection& conn, batch const& what, clock::time_point now)
{
    conn.current = &what;
    conn.sent_bytes = 0;
    conn.started = now;
    conn.replies.start(what.reply);
    send_rest(conn);
}

void closed_loop::begin_next_step(connection& conn, clock::time_point now)
{
    batch const& what = conn.owner->steps[conn.next_step];
    conn.next_step = (conn.next_step + 1) % conn.owner->steps.size();
    pushes_caused_ += what.pushes;
    if (conn.owner->acts == behaviour::caller) ++batches_begun_;
    begin(conn, what, now);
}

void closed_loop::send_rest(connection& conn)
{
    std::string const& request = conn.current->request;
    while (conn.sent_bytes < request.size()) {
        ssize_t const n = ::send(conn.fd.get(), request.data() + conn.sent_bytes,
                                 request.size() - conn.sent_bytes, MSG_NOSIGNAL);
        if (n < 0 && errno == EAGAIN) break;
        if (n < 0) throw_errno(target_name_ + ": send");
        conn.sent_bytes += static_cast<std::size_t>(n);
    }
    bool const await_writable = conn.sent_bytes < request.size();
    if (await_writable == conn.awaits_writable) return;
    conn.awaits_writable = await_writable;
    epoll_event event{};
    event.events = await_writable ? EPOLLIN | EPOLLOUT : EPOLLIN;
    event.data.ptr = &conn;
    ::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, conn.fd.get(), &event);
}

void closed_loop::handle_events(std::chrono::milliseconds patience)
{
    std::array<epoll_event, 512> events;
    int const count = ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()),
                                   static_cast<int>(patience.count()));
    if (count < 0 && errno != EINTR) throw_errno("epoll_wait");
    if (count == 0 && patience >= reply_timeout) {
        throw bench_failure(target_name_ + ": no reply within " +
                            std::to_string(reply_timeout.count()) + " s");
    }
    for (int i = 0; i < count; ++i) {
        epoll_event const& event = events[static_cast<std::size_t>(i)];
        auto& conn = *static_cast<connection*>(event.data.ptr);
        if ((event.events & EPOLLOUT) != 0 && conn.current != nullptr) send_rest(conn);
        if ((event.events & ~static_cast<std::uint32_t>(EPOLLOUT)) != 0) receive(conn);
    }
}

void closed_loop::receive(connection& conn)
{
    ssize_t const n = ::recv(conn.fd.get(), received_.data(), received_.size(), 0);
    if (n < 0 && errno == EAGAIN) return;
    if (n < 0) throw_errno(target_name_ + ": receive");
    if (n == 0) fail(conn, "connection closed");
    std::string_view const piece(received_.data(), static_cast<std::size_t>(n));
    if (conn.current == nullptr) {
        if (conn.owner->acts != behaviour::listener) fail(conn, "surplus: " + printable(piece));
        hear_pushes(conn, piece);
        return;
    }
    switch (conn.replies.consume(piece, ends_only_)) {
    case reply_reader::status::partial: return;
    case reply_reader::status::wrong: fail(conn, "wrong reply: " + conn.replies.received());
    case reply_reader::status::complete: complete(conn);
    }
}

void closed_loop::hear_pushes(connection& conn, std::string_view piece)
{
    std::size_t const heard = conn.push_frames.consume(piece);
    pushes_heard_ += heard - conn.pushes;
    conn.pushes = heard;
}

void closed_loop::complete(connection& conn)
{
    if (conn.sent_bytes < conn.current->request.size()) fail(conn, "answered before it was asked");
    batch const& answered = *std::exchange(conn.current, nullptr);
    if (!playing_) return;  // Setup.
    auto const now = clock::now();
    commands_done_ += answered.commands;
    bool const is_waiter = conn.owner->acts == behaviour::waiter;
    if (!is_waiter) {
        ++batches_done_;
        auto const taken = std::chrono::duration<double, std::nano>(now - conn.started);
        latencies_ns_->push_back(taken.count());
    }
    if (is_waiter || batches_begun_ < batches_wanted_) begin_next_step(conn, now);
}

void closed_loop::fail(connection const& conn, std::string const& what) const
{
    std::string message = target_name_ + ": " + what;
    if (conn.current != nullptr) message += " (to " + printable(conn.current->request) + ")";
    throw bench_failure(message);
}

}  // namespace respguard::bench
