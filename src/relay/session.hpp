// One client connection and its upstream connection: the sockets around an exchange.
//
// Driven by readiness: each wake-up reads once, lets the exchange decide, and writes at once. No
// protocol decisions here. Rules: one writer per socket; reading one side never waits for the other
// direction; every way out goes through finish().
#pragma once

#include "respguard/net/event_loop.hpp"
#include "respguard/net/socket_address.hpp"
#include "respguard/net/stream.hpp"
#include "respguard/stats/overdue_blocks.hpp"
#include "respguard/stats/snapshot.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "relay/byte_buffer.hpp"
#include "relay/early_bytes.hpp"
#include "relay/exchange.hpp"
#include "relay/wake_up.hpp"

namespace respguard::relay {

struct session_shared;

class session {
public:
    /// Takes an accepted client, whose address is `peer`. start() connects.
    session(session_shared& shared, std::uint64_t id, net::stream client,
            net::socket_address const& peer, std::uint16_t listener);
    ~session();
    session(session const&) = delete;
    session& operator=(session const&) = delete;

    void start();
    /// Ends the session now, whatever it is doing.
    void finish(side by, char const* reason, int error = 0);
    /// The guard wants to stop: ends when nothing is in flight. Idempotent.
    void drain();
    /// The shard's rules have been replaced.
    void renumber_rules(policy::rule_places const& places);
    /// Ends the session if one of its time limits has passed.
    void check_times(std::uint64_t now_ns);

    // For wake_up: what a wake-up does of a session, in three passes.
    /// Nothing if the session has other things to do meanwhile.
    [[nodiscard]] net::io_result read(std::span<char> into, side from) noexcept
    {
        if (!in_step_) return {net::io_status::would_block, 0, 0};
        return from == side::client ? client_.read(into) : upstream_.read(into);
    }
    /// Looks at what was read.
    void take(side from, net::io_result how, std::span<char> bytes, std::uint64_t read_ns);
    /// Write what was given to shared.wake. `now_ns` is the time before it, and the one behind.
    /// @return False: call settle() when all is written.
    [[nodiscard]] bool can_send(side to) const noexcept
    {
        return phase_ == phase::relaying &&
               (to == side::client ? to_client_.empty() : to_upstream_.empty());
    }
    /// wake_up::writing() when it gave something last.
    [[nodiscard]] std::uint32_t& written_in(side to) noexcept
    {
        return to == side::client ? client_written_in_ : upstream_written_in_;
    }
    [[nodiscard]] int fd(side of) const noexcept
    {
        return of == side::client ? client_.fd() : upstream_.fd();
    }
    [[nodiscard]] bool write_requests(written_out const& what, std::uint64_t& now_ns);
    [[nodiscard]] bool write_replies(written_out const& what, std::uint64_t& now_ns);
    void settle();

    [[nodiscard]] stats::client_row row(std::uint64_t now_ns) const;
    /// The request in front, if it blocks and its own time-out is over.
    [[nodiscard]] std::optional<stats::overdue_block> overdue(std::uint64_t now_ns) const;
    /// False if there is more than fits.
    bool add_inflight(std::vector<stats::inflight_row>& to, std::uint64_t now_ns) const;
    [[nodiscard]] std::size_t inflight() const noexcept { return exchange_.inflight(); }
    /// How long the request in front has waited for its reply; 0 if there is none, or if it blocks.
    [[nodiscard]] std::uint64_t oldest_inflight_ns(std::uint64_t now_ns) const noexcept;
    [[nodiscard]] std::size_t buffered_bytes() const noexcept;
    [[nodiscard]] bool is_held() const noexcept { return phase_ == phase::waiting; }
    [[nodiscard]] bool is_connected() const noexcept { return phase_ == phase::relaying; }

    /// Place in the group's list.
    std::uint32_t index = 0;

private:
    enum class phase : std::uint8_t {
        connecting,  ///< connect() is under way.
        waiting,     ///< Upstream can not be reached; the next attempt comes.
        relaying,
        flushing,   ///< Upstream is gone; the client still gets what was received for it.
        lingering,  ///< It got all of that; what it still sends is discarded for a moment.
        finished,
    };
    /// The interest of a handler that is not in the loop.
    static constexpr std::uint32_t unwatched = ~std::uint32_t{0};
    struct handler : net::event_handler {
        explicit handler(session& of) noexcept : owner(of) {}
        session& owner;
        std::uint32_t interest = unwatched;
        std::uint32_t receive_place = 0;  // While on the ring.
    };
    template <side Of>
    struct handler_of final : handler {
        using handler::handler;
        void on_events(std::uint32_t events) override;
        void on_received(net::received const& what) override;
    };

    // session.cpp
    /// Not together with what others have.
    void on_events_apart(side of, std::uint32_t events);
    void on_client_events(std::uint32_t events);
    void on_upstream_events(std::uint32_t events);
    void read_client();
    void read_upstream();
    [[nodiscard]] std::span<char> room_for_requests();
    void process_requests(std::span<char> input);
    void after_requests(std::span<char> input, std::size_t consumed);
    void after_replies(std::uint64_t read_ns);
    /// Both sides are read, nothing waits, nothing is large: all that is to do with what comes next
    /// is to pass it on, together with what others have.
    [[nodiscard]] bool may_go_in_step() const noexcept
    {
        return phase_ == phase::relaying && !on_ring_ && is_settled() && requests_.empty() &&
               exchange_.opaque_request_bytes() == 0 && !exchange_.in_opaque_reply();
    }
    void fall_out_of_step() noexcept
    {
        in_step_ = in_step_on_ring_ = false;
        if (on_edge_) leave_edge();
    }
    void keep_unread(std::span<char> rest);
    /// Something that requests had to wait for may be over.
    void go_on();
    bool end_if_drained();
    /// An error of ours has reached the client: its time to leave begins.
    void start_barrier();
    void on_client_end();
    void on_upstream_end(int error);
    void obey_exchange();
    void report_judged();
    void watch();
    /// Both sides are read and nothing waits, so watch() has nothing to do. Only while relaying.
    [[nodiscard]] bool is_settled() const noexcept;
    void set_interest(handler& which, int fd, std::uint32_t events);
    /// Takes a descriptor out of the loop until watch() wants it again: EPOLLHUP can not be masked.
    void unwatch(handler& which, int fd);
    [[nodiscard]] bool may_take_requests() const noexcept;
    [[nodiscard]] bool may_read_client() const noexcept;
    [[nodiscard]] client_info info() const;
    [[nodiscard]] std::string const& address() const noexcept { return exchange_.address(); }

    // session_writing.cpp
    void write_upstream();
    /// These are false if the session went on to another phase.
    bool write_client(std::uint64_t read_ns = 0, std::uint32_t replies = 0);
    bool flush_upstream();
    bool flush_client();
    void give_up_upstream();
    /// The client began, or ceased, to leave what is written for it.
    void note_stall();
    /// Behind a try that did not take everything. @return As write_requests().
    bool write_requests_rest(written_out const& what, net::io_result result,
                             std::uint64_t given_ns);
    bool write_replies_rest(written_out const& what, net::io_result result, std::uint64_t& now_ns);
    /// Writes what the socket takes, keeps the rest. False if the socket failed.
    bool send_rest(net::stream& to, std::span<byte_view const> pieces, byte_buffer& pending,
                   std::uint64_t& written, int& error, net::io_result result);
    bool send_pending(net::stream& to, byte_buffer& pending, std::uint64_t& written, int& error);

    // session_waking.cpp
    void take_requests(std::span<char> input);
    void take_replies(byte_view input, std::uint64_t read_ns);
    /// Before a session writes by itself: what it gave earlier has to go first. False if that ended
    /// it: then what the exchange gave now is dropped.
    [[nodiscard]] bool others_are_written();

    // session_receiving.cpp
    /// Lets the loop tell each arrival once. Only in step.
    void join_edge();
    void leave_edge() noexcept;
    /// Lets the loop read both sides instead of telling that they are ready.
    void join_ring();
    /// Back to readiness. What was read meanwhile is kept and comes first, or is dropped.
    enum class early : bool { kept, dropped };
    void leave_ring(early what);
    [[nodiscard]] bool may_stay_on_ring() const noexcept;
    /// Before it is looked at. @return It was kept for later.
    [[nodiscard]] bool has_to_leave_ring(side from, net::received const& what);
    void leave_ring_unless_small()
    {
        if (on_ring_ && phase_ == phase::relaying && !may_stay_on_ring()) leave_ring(early::kept);
    }
    /// It has to be in step for a while, again.
    void become_calm() noexcept;
    void want_more_calm() noexcept;
    void count_calm(std::size_t arrived_bytes);
    void keep_early(side from, net::received const& what);
    /// Reads what was kept, else from the socket.
    [[nodiscard]] net::io_result read_next(side from, std::span<char> into);
    /// What was kept makes no socket ready: looks at it behind the events at hand.
    void look_at_early_soon();
    void look_at_early();
    [[nodiscard]] bool waits_for_early(side from) const noexcept;

    // session_splicing.cpp
    /// True if what is to be read next went past this process; else it is to be read as usual.
    [[nodiscard]] bool splice_request();
    [[nodiscard]] bool splice_reply();
    /// Empties the pipe into a socket; what that does not take is kept in `pending`.
    bool drain_pipe(net::stream& to, byte_buffer& pending, std::uint64_t& written, int& error);

    // session_connecting.cpp
    void connect();
    /// False if the loop does not take it: then the session is finished.
    [[nodiscard]] bool watch_first(handler& which, int fd, std::uint32_t events);
    void on_connect_ready();
    void on_connected();
    void choose_splicing(bool upstream_is_unix) noexcept;
    void on_connect_failed(int error);
    void retry_later(int error);
    void on_timer();
    void start_timer(std::chrono::nanoseconds after);
    /// The loop forgets a descriptor that is closed.
    void close_upstream() noexcept
    {
        upstream_.close();
        upstream_handler_.interest = unwatched;
    }

    // session_ending.cpp
    void start_flushing(side by, char const* reason);
    void discard_client_bytes();
    void note_refused_end(std::uint16_t rule);
    void after_flush();
    [[nodiscard]] bool owes_nothing() const noexcept;
    void give_memory_back(std::uint64_t now_ns) noexcept;

    // In the order of their use, as in exchange.
    phase phase_ = phase::connecting;
    bool in_step_ = false;  // may_go_in_step(), as it was found last and still holds.
    bool client_ended_ = false;
    bool splices_requests_ = false;  // What kinds of sockets the two sides are decides.
    bool splices_replies_ = false;
    bool upstream_gave_up_ = false;  // It takes no more requests; what it sent is still to be read.
    bool on_ring_ = false;
    bool on_edge_ = false;          // Only while in_step_.
    bool in_step_on_ring_ = false;  // is_settled() there, as it was found last and still holds.
    bool leaves_ring_ = false;
    bool must_leave_ring_ = false;  // Something is told again only to who waits for readiness.
    std::uint8_t calm_needed_;
    std::uint8_t calm_ = 0;  // So often in step until it may go to the edge, or the ring.
    bool draining_ = false;
    bool local_output_ = false;  // The client does not take replies of our own: read no requests.
    net::stream client_;
    net::stream upstream_;
    std::uint16_t listener_ = 0;
    std::uint8_t attempts_ = 0;
    session_shared& shared_;
    handler_of<side::client> client_handler_{*this};
    handler_of<side::upstream> upstream_handler_{*this};
    byte_buffer requests_;  // Read from the client, not consumed by the exchange.
    byte_buffer to_upstream_;
    byte_buffer to_client_;
    std::unique_ptr<early_bytes> early_;  // Null: nothing.
    std::uint32_t client_written_in_ = 0;
    std::uint32_t upstream_written_in_ = 0;
    std::uint64_t client_read_ns_ = 0;    // When the newest request bytes were read.
    std::uint64_t request_since_ns_ = 0;  // When what is held began, or what passes went on.
    std::uint64_t upstream_written_ = 0;  // Bytes in all.
    std::uint64_t client_written_ = 0;
    exchange exchange_;

    // Looked at once a second, or when something is going to change.
    std::uint64_t started_ns_ = 0;
    // Last seen not to be idle; before that: connect() began; behind the client's FIN: since when
    // upstream has had nothing to say.
    std::uint64_t busy_ns_ = 0;
    std::uint64_t written_at_check_ = 0;  // client_written_ at the last check of times.
    std::uint64_t connected_ns_ = 0;
    std::uint64_t held_since_ns_ = 0;
    std::unique_ptr<net::timer> timer_;
    char const* end_reason_ = "";
    std::uint32_t discarded_bytes_ = 0;
    side end_by_ = side::client;
    bool client_is_unix_ = false;
    bool upstream_is_watched_ = false;  // By the kernel: net::watch_peer().
    bool barrier_timed_ = false;        // The timer runs for the reject barrier.
};

}  // namespace respguard::relay
