// The floor: a relay that only moves bytes. One thread, level-triggered epoll, plain sockets, no
// parsing, no timing, no rules. What it costs is what standing between two sockets costs at least,
// so a proxy that reads every command is measured against it.
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <vector>

#include "block/endpoint.hpp"

namespace {

using namespace respguard::bench;

/// One for all connections, so an idle one owns none. 64 KiB stays within the second level cache.
constexpr std::size_t read_buffer_bytes = 64 * 1024;

struct session;

/// One of the two sockets of a session.
struct side {
    session* owner = nullptr;
    side* other = nullptr;
    unique_fd fd;
    std::string unsent;  // What the kernel would not take; while there is any, `other` is not read.
    std::uint32_t awaited = 0;  // What epoll was last told.
    bool has_ended = false;     // It sent its FIN.
};

struct session {
    side client;
    side upstream;
    bool is_over = false;
};

class relay {
public:
    relay(std::vector<endpoint> const& listen, endpoint upstream);
    [[noreturn]] void run();

private:
    void accept_all(int listener);
    void start_session(unique_fd client);
    void handle(side& ready, std::uint32_t events);
    void forward(side& from);
    void flush(side& to);
    void pass_on_end(side& from);
    void update(side& changed);
    void finish(session& over);

    endpoint const upstream_;
    unique_fd epoll_;
    std::vector<unique_fd> listeners_;
    std::vector<char> buffer_;
    // Freed after the wake-up: later events of the same one may still point to them.
    std::vector<std::unique_ptr<session>> over_;
};

relay::relay(std::vector<endpoint> const& listen, endpoint upstream)
    : upstream_(std::move(upstream)), epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      buffer_(read_buffer_bytes)
{
    if (!epoll_.is_open()) throw_errno("epoll_create1");
    listeners_.reserve(listen.size());
    for (endpoint const& where : listen) {
        unique_fd const& listener = listeners_.emplace_back(listen_on(where));
        epoll_event event{};
        event.events = EPOLLIN;
        // Told apart from a side, which is aligned, by its lowest bit.
        event.data.u64 = (static_cast<std::uint64_t>(listener.get()) << 1) | 1;
        ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, listener.get(), &event);
    }
}

void relay::run()
{
    std::array<epoll_event, 512> events;
    for (;;) {
        int const count =
            ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), -1);
        if (count < 0 && errno != EINTR) throw_errno("epoll_wait");
        for (int i = 0; i < count; ++i) {
            epoll_event const& event = events[static_cast<std::size_t>(i)];
            bool const is_listener = (event.data.u64 & 1) != 0;
            if (is_listener)
                accept_all(static_cast<int>(event.data.u64 >> 1));
            else
                handle(*static_cast<side*>(event.data.ptr), event.events);
        }
        over_.clear();
    }
}

void relay::accept_all(int listener)
{
    for (;;) {
        unique_fd client(::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
        if (!client.is_open()) return;
        try {
            start_session(std::move(client));
        } catch (bench_failure const& failure) {
            std::fprintf(stderr, "floor_relay: %s\n", failure.what());
        }
    }
}

void relay::start_session(unique_fd client)
{
    send_at_once(client.get());
    auto fresh = std::make_unique<session>();
    fresh->upstream.fd = connect_to(upstream_);
    fresh->client.fd = std::move(client);
    fresh->client.other = &fresh->upstream;
    fresh->upstream.other = &fresh->client;
    for (side* each : {&fresh->client, &fresh->upstream}) {
        each->owner = fresh.get();
        each->awaited = EPOLLIN;
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.ptr = each;
        ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, each->fd.get(), &event);
    }
    (void)fresh.release();  // Owned by its place in epoll until finish().
}

void relay::handle(side& ready, std::uint32_t events)
{
    // An error, or both directions ended: whichever call comes next will find out.
    bool const is_over = (events & (EPOLLHUP | EPOLLERR)) != 0;
    bool const may_send = is_over || (events & EPOLLOUT) != 0;
    bool const may_read = is_over || (events & EPOLLIN) != 0;
    if (may_send && !ready.owner->is_over && !ready.unsent.empty()) flush(ready);
    if (may_read && !ready.owner->is_over && (ready.awaited & EPOLLIN) != 0) forward(ready);
}

void relay::forward(side& from)
{
    ssize_t const received = ::recv(from.fd.get(), buffer_.data(), buffer_.size(), 0);
    if (received < 0) {
        if (errno != EAGAIN && errno != EINTR) finish(*from.owner);
        return;
    }
    if (received == 0) {
        pass_on_end(from);
        return;
    }
    // Sent within the wake-up that read it; waiting for EPOLLOUT first would cost two more calls.
    side& to = *from.other;
    std::string_view rest(buffer_.data(), static_cast<std::size_t>(received));
    ssize_t const sent = ::send(to.fd.get(), rest.data(), rest.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN) {
        finish(*from.owner);
        return;
    }
    if (sent > 0) rest.remove_prefix(static_cast<std::size_t>(sent));
    if (rest.empty()) return;
    to.unsent = rest;
    update(from);
    update(to);
}

void relay::flush(side& to)
{
    ssize_t const sent = ::send(to.fd.get(), to.unsent.data(), to.unsent.size(), MSG_NOSIGNAL);
    if (sent < 0) {
        if (errno != EAGAIN) finish(*to.owner);
        return;
    }
    to.unsent.erase(0, static_cast<std::size_t>(sent));
    if (!to.unsent.empty()) return;
    std::string().swap(to.unsent);  // Gives the memory back.
    update(*to.other);
    update(to);
}

void relay::pass_on_end(side& from)
{
    from.has_ended = true;
    side& to = *from.other;
    // A half-close: the other direction goes on until it ends by itself. Nothing is unsent here, or
    // `from` would not have been read.
    ::shutdown(to.fd.get(), SHUT_WR);
    if (to.has_ended)
        finish(*from.owner);
    else
        update(from);
}

void relay::update(side& changed)
{
    if (changed.owner->is_over) return;
    bool const may_read = !changed.has_ended && changed.other->unsent.empty();
    std::uint32_t const wanted =
        (may_read ? EPOLLIN : 0U) | (changed.unsent.empty() ? 0U : EPOLLOUT);
    if (wanted == changed.awaited) return;
    // A side that awaits nothing leaves the set: epoll reports EPOLLHUP even unasked, for a socket
    // that has ended and still holds bytes which the slower other side must get first.
    int const operation = wanted == 0            ? EPOLL_CTL_DEL
                          : changed.awaited == 0 ? EPOLL_CTL_ADD
                                                 : EPOLL_CTL_MOD;
    changed.awaited = wanted;
    epoll_event event{};
    event.events = wanted;
    event.data.ptr = &changed;
    ::epoll_ctl(epoll_.get(), operation, changed.fd.get(), &event);
}

void relay::finish(session& over)
{
    if (over.is_over) return;
    over.is_over = true;
    over.client.fd.reset();
    over.upstream.fd.reset();
    over_.emplace_back(&over);
}

}  // namespace

int main(int argc, char** argv)
{
    std::vector<endpoint> listen;
    std::string upstream;
    try {
        for (int i = 1; i + 1 < argc; i += 2) {
            std::string_view const option = argv[i];
            if (option == "--listen")
                listen.push_back(parse_endpoint(argv[i + 1]));
            else if (option == "--upstream")
                upstream = argv[i + 1];
            else
                throw bench_failure("unknown option " + std::string(option));
        }
        if (listen.empty() || upstream.empty()) {
            throw bench_failure("usage: floor_relay --listen ADDRESS... --upstream ADDRESS");
        }
        raise_open_files_limit();
        relay(listen, parse_endpoint(upstream)).run();
    } catch (std::exception const& failure) {
        std::fprintf(stderr, "floor_relay: %s\n", failure.what());
        return EXIT_FAILURE;
    }
}
