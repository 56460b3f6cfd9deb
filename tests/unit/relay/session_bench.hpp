// Sessions between real sockets of this process, all on the test's own thread.
#pragma once

#include "respguard/net/address_book.hpp"
#include "respguard/net/event_loop.hpp"
#include "respguard/net/sockets.hpp"
#include "respguard/relay/session_group.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <deque>
#include <fcntl.h>
#include <functional>
#include <memory>
#include <netinet/in.h>
#include <optional>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <utility>
#include <vector>

#include "support/handshake.hpp"

namespace respguard::test {

using namespace std::chrono_literals;

/// One end of a connection that never waits: sends what the kernel takes and reads what is there.
class peer {
public:
    explicit peer(net::stream connection) : connection_(std::move(connection)) {}

    void send(byte_view bytes)
    {
        unsent_ += bytes;
        pump();
    }
    /// No more from us, once all of it is sent.
    void end()
    {
        ending_ = true;
        pump();
    }
    void close() { connection_.close(); }
    /// Ends with RST.
    void reset()
    {
        connection_.abort_on_close();
        connection_.close();
    }

    void pump()
    {
        if (!connection_.is_open()) return;
        write();
        if (reads) read();
    }

    [[nodiscard]] std::string take() { return std::exchange(received, {}); }
    [[nodiscard]] std::size_t unsent_bytes() const noexcept { return unsent_.size() - sent_; }
    [[nodiscard]] int fd() const noexcept { return connection_.fd(); }

    bool reads = true;
    std::string received;
    std::uint64_t received_bytes = 0;
    bool keeps = true;   ///< What was received; else only its size.
    bool ended = false;  ///< FIN has come.
    int error = 0;       ///< errno of what ended it otherwise.

private:
    void write()
    {
        while (unsent_bytes() > 0) {
            byte_view const piece = byte_view(unsent_).substr(sent_);
            auto const result = connection_.write({&piece, 1});
            if (result.what == net::io_status::error) error = result.error;
            if (result.what != net::io_status::ok) break;
            sent_ += result.bytes;
        }
        if (unsent_bytes() == 0) {
            unsent_.clear();
            sent_ = 0;
        }
        if (ending_ && unsent_.empty()) {
            connection_.shutdown_write();
            ending_ = false;
        }
    }

    void read()
    {
        static std::array<char, std::size_t{64} * 1024> room;  // Each peer, each 200 us.
        while (!ended && error == 0) {
            auto const got = connection_.read(room);
            if (got.what == net::io_status::would_block) return;
            if (got.what == net::io_status::end) ended = true;
            if (got.what == net::io_status::error) error = got.error;
            received_bytes += got.bytes;
            if (keeps) received.append(room.data(), got.bytes);
        }
    }

    net::stream connection_;
    std::string unsent_;    ///< The first sent_ bytes of it are.
    std::size_t sent_ = 0;  ///< Cut off at the end only: some send megabytes in small pieces.
    bool ending_ = false;
};

/// What the relay told.
class recorder final : public relay::observer {
public:
    void on_storm(relay::client_info const& /*client*/,
                  relay::refused_storm const& /*what*/) override
    {
    }
    void on_judged(relay::client_info const& client, relay::judged_request const& request) override
    {
        judged.push_back(request);
        judged_clients.emplace_back(client.address);
    }
    void on_connected(relay::client_info const& client) override { address = client.address; }
    void on_refused(std::string_view client, std::uint32_t clients_max) override
    {
        refused.push_back(std::string(client) + " of " + std::to_string(clients_max));
    }
    void on_held(relay::client_info const& /*client*/, int error) override
    {
        held.push_back(error);
    }
    void on_closed(relay::client_info const& client, relay::closed_client const& how) override
    {
        closed.push_back(std::string(to_string(how.by)) + ": " + how.reason);
        last = how;
        address = client.address;
    }

    std::vector<relay::judged_request> judged;
    std::vector<std::string> judged_clients;
    std::vector<int> held;
    std::vector<std::string> refused;  ///< "127.0.0.1:40000 of 100"
    std::vector<std::string> closed;   ///< "client: closed"
    relay::closed_client last;
    std::string address;
};

/// A listening socket of 127.0.0.1 and who connects to it.
class listener {
public:
    listener() { open(0); }

    [[nodiscard]] net::endpoint where() const
    {
        net::endpoint place;
        place.host = "127.0.0.1";
        place.port = port_;
        return place;
    }
    /// Nobody can connect any more.
    void close() { socket_.close(); }
    void open_again() { open(port_); }
    /// The next connection, or -1. One that has said nothing is there at once, too.
    [[nodiscard]] int accept() const
    {
        int const fd = next();
        if (fd >= 0) return fd;
        finish_handshakes();
        return next();
    }
    void finish_handshakes() const
    {
        if (socket_.is_open()) finish_handshakes_with(socket_.fd());
    }

private:
    [[nodiscard]] int next() const
    {
        return ::accept4(socket_.fd(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    }

    void open(std::uint16_t port)
    {
        net::endpoint place;
        place.host = "127.0.0.1";
        place.port = port;
        auto const made = net::open_listener(net::resolve(place).value().front(), {}, false);
        EXPECT_EQ(made.error, 0);
        socket_ = net::stream(made.fd);
        sockaddr_in in{};
        auto const address = net::local_of(made.fd);
        std::copy_n(reinterpret_cast<char const*>(address.get()), sizeof in,
                    reinterpret_cast<char*>(&in));
        port_ = ntohs(in.sin_port);
    }

    net::stream socket_;
    std::uint16_t port_ = 0;
};

/// All of these tests also run with RESPGUARD_RUNTIME_IO=io_uring (scripts/test).
[[nodiscard]] inline bool by_ring()
{
    char const* const wanted = std::getenv("RESPGUARD_RUNTIME_IO");
    return wanted != nullptr && std::string_view(wanted) == "io_uring";
}

/// For as long as it lives, benches are by this way: "epoll" or "io_uring".
class chosen_io {
public:
    explicit chosen_io(char const* way) : was_(by_ring() ? "io_uring" : "epoll")
    {
        ::setenv(name, way, 1);
    }
    ~chosen_io() { ::setenv(name, was_, 1); }
    chosen_io(chosen_io const&) = delete;
    chosen_io& operator=(chosen_io const&) = delete;

private:
    static constexpr char const* name = "RESPGUARD_RUNTIME_IO";
    char const* was_;
};

/// What the buffers of the ring hold may have to be kept by a session that stops reading.
[[nodiscard]] inline std::size_t received_at_once() { return by_ring() ? 512 * 1024 : 0; }

/// The loop, upstream's listener, a group of sessions and their peers.
class session_bench {
public:
    explicit session_bench(relay::relay_settings const& with = {}, policy::rule_set policy = {},
                           std::uint32_t clients_max = 100,
                           std::optional<net::endpoint> const& upstream = {})
        : settings(with), rules(std::move(policy)), stats(rules.rules().size()),
          addresses_(loop, upstream.value_or(server.where())),
          group(
              {loop, addresses_, sockets_, settings, rules, stats, events, names_, clients_max, 1}),
          tick_(loop, [this] { look(); })
    {
        if (by_ring()) loop.use_ring();  // Behind the group, as app/shard.cpp has it.
    }

    /// A client whose other end the group has.
    peer& connect()
    {
        net::socket_address const to = net::resolve(door_.where()).value().front();
        return adopt(net::start_connect(to).connection);
    }

    /// The same, but a few kilobytes that it does not read fill its connection.
    peer& connect_narrow()
    {
        net::socket_address const to = net::resolve(door_.where()).value().front();
        net::stream narrow(::socket(to.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
        set_size(narrow.fd(), SO_RCVBUF);
        EXPECT_EQ(::connect(narrow.fd(), to.get(), to.size), 0);
        EXPECT_EQ(::fcntl(narrow.fd(), F_SETFL, O_NONBLOCK), 0);
        return adopt(std::move(narrow), true);
    }

    /// The upstream end of the next session.
    peer& accept()
    {
        int fd = -1;
        run_until([&] { return (fd = server.accept()) >= 0; });
        peers_.emplace_back(net::stream(fd));
        return peers_.back();
    }

    /// Runs the loop until it is so; fails after thirty seconds.
    void run_until(std::function<bool()> const& holds)
    {
        ASSERT_TRUE(runs_until(holds, patience)) << "it never came to be";
    }
    /// Runs the loop for so long, to see that nothing happens.
    void run_for(std::chrono::milliseconds duration)
    {
        (void)runs_until([] { return false; }, duration);
    }
    void run_until_received(peer& by, byte_view bytes)
    {
        bool const came = runs_until([&] { return by.received.size() >= bytes.size(); }, patience);
        EXPECT_EQ(by.take(), bytes) << (came ? "" : "and no more came");
    }
    void run_until_closed(std::size_t sessions = 1)
    {
        run_until([&] { return events.closed.size() == sessions; });
    }

    net::event_loop loop;
    relay::relay_settings settings;
    policy::rule_set rules;
    stats::shard_stats stats;
    recorder events;
    listener server;

    /// The same over a unix socket.
    peer& connect_pair()
    {
        std::array<int, 2> ends{-1, -1};
        constexpr int kind = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC;
        EXPECT_EQ(::socketpair(AF_UNIX, kind, 0, ends.data()), 0);
        group.adopt({ends[0], 0, net::peer_of(ends[0])}, 0);
        return peers_.emplace_back(net::stream(ends[1]));
    }

private:
    static constexpr auto patience = 30s;  ///< The machine may be busy.

    static void set_size(int fd, int which)
    {
        int const bytes = 4096;
        EXPECT_EQ(::setsockopt(fd, SOL_SOCKET, which, &bytes, sizeof bytes), 0);
    }

    peer& adopt(net::stream client, bool narrow = false)
    {
        peer& added = peers_.emplace_back(std::move(client));
        int fd = -1;
        run_until([&] { return (fd = door_.accept()) >= 0; });
        if (narrow) set_size(fd, SO_SNDBUF);
        group.adopt({fd, 0, net::peer_of(fd)}, 0);
        server.finish_handshakes();  // So accept() tells sessions in the order of their clients.
        return added;
    }

    bool runs_until(std::function<bool()> const& holds, std::chrono::nanoseconds limit)
    {
        holds_ = &holds;
        deadline_ns_ = net::monotonic_ns() + static_cast<std::uint64_t>(limit.count());
        held_ = false;
        // stop() would be remembered until the next run(), so it is only called inside of one.
        tick_.arm(0ns);
        loop.run();
        return held_;
    }

    void look()
    {
        for (peer& each : peers_)
            each.pump();
        held_ = (*holds_)();
        if (held_ || net::monotonic_ns() > deadline_ns_) {
            loop.stop();
        } else {
            tick_.arm(200us);
        }
    }

    net::socket_settings sockets_;
    std::vector<std::string> names_{"door"};
    listener door_;
    net::address_book addresses_;
    std::deque<peer> peers_;
    std::function<bool()> const* holds_ = nullptr;
    std::uint64_t deadline_ns_ = 0;
    bool held_ = false;

public:
    relay::session_group group;

private:
    net::timer tick_;
};

/// Both ends of a session.
struct peers {
    peer* client;
    peer* upstream;
};

/// Sessions that are all in step (relay/wake_up.hpp): each has relayed a command.
[[nodiscard]] inline std::vector<peers> connected_in_step(session_bench& bench, std::size_t count)
{
    std::vector<peers> made;
    for (std::size_t i = 0; i < count; ++i) {
        peer& client = bench.connect();
        peer& upstream = bench.accept();
        client.send(byte_view("*1\r\n$4\r\nPING\r\n"));
        bench.run_until_received(upstream, byte_view("*1\r\n$4\r\nPING\r\n"));
        upstream.send("+PONG\r\n");
        bench.run_until_received(client, "+PONG\r\n");
        made.push_back({&client, &upstream});
    }
    return made;
}

}  // namespace respguard::test
