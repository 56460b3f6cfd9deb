// One client connection and its upstream connection, as pure logic: bytes and times in, bytes out.
//
// No sockets, no clock, no log. Requests and replies meet here: what is forwarded, what is refused,
// who is owed what, and when the connection has to end. The session (session.hpp) does the rest.
#pragma once

#include "respguard/base/side.hpp"
#include "respguard/policy/rule_set.hpp"
#include "respguard/relay/observer.hpp"
#include "respguard/relay/settings.hpp"
#include "respguard/resp/reply_framer.hpp"
#include "respguard/resp/request_parser.hpp"
#include "respguard/stats/shard_stats.hpp"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "relay/byte_buffer.hpp"
#include "relay/command_recorder.hpp"
#include "relay/connection_state.hpp"
#include "relay/exchange_end.hpp"
#include "relay/inflight_queue.hpp"
#include "relay/judge.hpp"
#include "relay/output.hpp"
#include "relay/reject_barrier.hpp"
#include "relay/request_owner.hpp"
#include "relay/seldom_needed.hpp"
#include "relay/sender_state.hpp"

namespace respguard::relay {

/// What a shard lends to all its exchanges; outlives them.
struct exchange_context {
    relay_settings const& settings;
    policy::rule_set const& rules;
    stats::shard_stats& stats;
    /// Filled by an exchange, emptied by its session.
    std::vector<judged_request>& judged;
    /// Where inline requests are rewritten; used within one call only.
    std::string& scratch;
    /// To be cleared when the rules are replaced.
    name_memo& names;
    /// Needed if the rules look at who sends a request.
    rate_limits* limits = nullptr;
    /// Null: nothing is recorded of single commands.
    command_recorder* recorder = nullptr;
};

class exchange {
public:
    explicit exchange(exchange_context const& context);

    /// Before anything else, and when the rules have been replaced: for rules that look at who
    /// sends a request. `listener` outlives the exchange.
    void know_client(std::string_view address, std::string_view listener);
    /// Who it is, for whoever wants to see it.
    void introduce(std::uint64_t id, std::string address) noexcept
    {
        connection_.id = id;
        connection_.address = std::move(address);
    }
    [[nodiscard]] std::uint64_t id() const noexcept { return connection_.id; }
    [[nodiscard]] std::string const& address() const noexcept { return connection_.address; }
    /// The client does not take what there is for it, or takes it again: while it does not,
    /// upstream is not read.
    void on_client_stalled(std::uint64_t now_ns) noexcept { connection_.stalled.start(now_ns); }
    void on_client_flows(std::uint64_t now_ns) noexcept { connection_.stalled.stop(now_ns); }
    [[nodiscard]] stall_clock const& stalled() const noexcept { return connection_.stalled; }
    /// When the last reply had come; 0: none.
    [[nodiscard]] std::uint64_t replied_ns() const noexcept { return connection_.replied_ns; }
    /// These rules shall only be counted for this client.
    void shadow_rules(policy::rule_list const& rules)
    {
        if (!rules.empty() || seldom_) seldom().shadowed_rules = rules;
    }
    /// The rules that refused a request.
    [[nodiscard]] policy::rule_list const& refusing_rules() const noexcept
    {
        static constexpr policy::rule_list none;
        return seldom_ ? seldom_->refusing_rules : none;
    }
    /// Time of the requests that follow (monotonic), for rate limits.
    void set_now(std::uint64_t now_ns) noexcept { now_ns_ = now_ns; }
    /// Memory that a burst left may be given back while nothing is in flight.
    [[nodiscard]] bool owns_queue() const noexcept { return queue_.owns_memory(); }
    void rest() noexcept { queue_.shrink(); }

    /// Reads requests.
    ///
    /// @param input All bytes that were not consumed by the last call, in front, and new ones. May
    ///              be changed in place (bytes that Redis ignores become canonical).
    /// @param upstream Gets what to forward; borrows from input.
    /// @param client Gets replies of our own that are due now.
    /// @return Bytes consumed. The rest must be shown again: because a request is not whole, or
    ///         because enough is to be written or waited for (has_more()).
    [[nodiscard]] std::size_t on_client_bytes(std::span<char> input, output& upstream,
                                              output& client);
    /// All that the last call was given went to `upstream` as it is, nothing else is to be done,
    /// and more requests are wanted.
    [[nodiscard]] bool simply_passed() const noexcept { return simply_passed_; }
    /// The last call stopped early: call again with the rest when what it gave is written and
    /// wants_requests().
    [[nodiscard]] bool has_more() const noexcept { return has_more_; }
    /// False while too many requests wait for their reply, and once requests are no longer read.
    [[nodiscard]] bool wants_requests() const noexcept
    {
        return takes_requests() && queue_.size() < context_.settings.inflight_max;
    }

    /// An error of ours has been handed out: requests are held until lift_barrier().
    [[nodiscard]] bool holds_behind_error() const noexcept { return barrier_.is_told(); }
    /// The client stayed for settings.barrier: its requests are wanted again.
    void lift_barrier() noexcept { barrier_.lift(); }

    /// Upstream's socket has taken `bytes` bytes in all since the connection began.
    /// @param read_ns When the newest of them had been read from the client.
    void on_upstream_written(std::uint64_t bytes, std::uint64_t read_ns, std::uint64_t now_ns);

    /// Reads replies and passes them on. Every byte is consumed.
    void on_upstream_bytes(byte_view input, std::uint64_t now_ns, output& client);
    /// Replies completed by the last on_upstream_bytes().
    [[nodiscard]] std::uint32_t replies_completed() const noexcept { return completed_; }

    /// Bytes of a large argument or reply that come next and pass without being looked at: they may
    /// go another way (splice) instead of through on_client_bytes() and on_upstream_bytes(), which
    /// is then told with the second function. 0: the next bytes have to be shown.
    [[nodiscard]] std::uint64_t opaque_request_bytes() const noexcept
    {
        // Without the CR LF behind the argument, which may be something else and is made CR LF.
        return mode_ == request_mode::pass && tail_bytes_ > 2 ? tail_bytes_ - 2 : 0;
    }
    void skip_request_bytes(std::uint64_t bytes) noexcept { tail_bytes_ -= bytes; }
    [[nodiscard]] std::uint64_t opaque_reply_bytes() const noexcept
    {
        std::uint64_t const bytes = framer_.opaque_bytes();
        if (bytes == 0 || fate_ != fate::pass || opaque_replies_) return 0;
        return std::min(bytes, bytes_before_reply_rule());
    }
    [[nodiscard]] bool in_opaque_reply() const noexcept { return framer_.opaque_bytes() > 0; }
    void skip_reply_bytes(std::uint64_t bytes) noexcept { framer_.skip(bytes); }

    /// Not null when the connection has to end; nothing more may be fed then.
    [[nodiscard]] exchange_end const* end() const noexcept { return end_.get(); }
    /// False once requests are no longer read (QUIT, protocol error).
    [[nodiscard]] bool reads_requests() const noexcept { return reads_requests_; }

    /// The context's rules have been replaced: what was decided stays, what is not decided yet is
    /// judged by the new ones. Follow with know_client().
    void renumber_rules(policy::rule_places const& places);

    /// The connection is over: what is in flight counts as cancelled.
    void abandon(std::uint64_t now_ns = 0) noexcept;

    /// Requests that wait for their turn to be answered, by upstream or by us.
    [[nodiscard]] std::size_t inflight() const noexcept { return queue_.size(); }
    /// Of these, the ones that upstream owes a reply.
    [[nodiscard]] std::size_t owed_by_upstream() const noexcept
    {
        return queue_.size() - local_waiting_;
    }
    [[nodiscard]] inflight_queue const& queue() const noexcept { return queue_; }
    /// A request has begun and is not whole yet.
    [[nodiscard]] bool in_request() const noexcept { return !parser_.idle() || tail_bytes_ > 0; }
    /// A frame of upstream has begun and is not whole yet.
    [[nodiscard]] bool in_frame() const noexcept { return !framer_.at_start(); }
    /// Bytes of it that the client has not got because it is not known yet whether it may.
    [[nodiscard]] std::size_t undecided_bytes() const noexcept { return undecided_.size(); }
    [[nodiscard]] request_state const& requested() const noexcept { return requested_; }
    [[nodiscard]] reply_state const& replied() const noexcept { return replied_; }

    struct often_counted {
        std::uint64_t commands = 0;
        std::uint64_t request_bytes = 0;
        std::uint64_t reply_bytes = 0;
        std::uint64_t timed = 0;
        std::uint64_t round_trip_ns = 0;
        std::uint64_t round_trip_ns_max = 0;
        std::uint64_t behind_ns = 0;
    };
    struct totals : often_counted {
        std::uint64_t rejected = 0;
        std::uint64_t errors = 0;
        std::uint64_t blocked_ns = 0;
    };
    [[nodiscard]] totals counted() const noexcept;

private:
    // exchange_requests.cpp: finding requests, holding, skipping and streaming them
    /// What a step did to the input: went on, or needs more bytes than there are.
    enum class progress : std::uint8_t { on, wait };
    struct cursor {
        std::span<char> input;
        std::size_t position = 0;
        [[nodiscard]] std::span<char> rest() const noexcept { return input.subspan(position); }
    };
    struct outputs {
        output& upstream;
        output& client;
    };
    std::size_t read_requests(cursor& at, outputs const& to);
    progress read_request(cursor& at, outputs const& to);
    /// But for what is in flight.
    [[nodiscard]] bool takes_requests() const noexcept
    {
        return reads_requests_ && barrier_.is_down() && local_waiting_ < local_waiting_max;
    }
    void on_complete(cursor& at, outputs const& to);
    void on_line(cursor& at, outputs const& to);
    progress on_decided(cursor& at, outputs const& to);
    progress on_partial(cursor& at, outputs const& to);
    progress drop_or_pass(cursor& at, bool whole, outputs const& to);
    void stream_tail(cursor& at, outputs const& to);
    void start_skipping(cursor& at, command::command_id id, local_reply reply, outputs const& to);
    void end_request(outputs const& to);
    void on_malformed(outputs const& to);
    void on_empty(outputs const& to);

    // fast_lane.cpp: nearly every request and reply
    struct alike_requests;
    /// @return on: there is no more input, or too much in flight. wait: the next request has to be
    ///         looked at.
    progress pass_free_requests(cursor& at, output& upstream);
    [[nodiscard]] inline known_command const*
    find_known(std::span<char const> input,
               resp::request_parser::plain_request const& plain) const noexcept;
    void pass_freely(known_command const& known, resp::request_parser::plain_request const& plain,
                     byte_view canonical, alike_requests& alike);
    void count_alike(alike_requests& what);
    /// True if it took replies off the input, or one of them ends the connection.
    [[nodiscard]] bool pass_simple_replies(byte_view& input, std::uint64_t now_ns, output& client);
    /// Larger ones are held, or shown, apart.
    [[nodiscard]] std::uint64_t free_bytes_max() const noexcept
    {
        return std::min(context_.settings.hold_bytes, stats::large_request_bytes - 1);
    }
    /// @return Its size; 0: there is no whole one, or it needs to be looked at.
    [[nodiscard]] inline std::size_t simple_reply_at(byte_view input) noexcept;
    /// One of so many bytes has been taken off the input; more that are alike may come next.
    void pass_alike_replies(byte_view& input, std::size_t size, std::uint64_t now_ns);
    /// Nothing about the reply to the request in front has to be shown, settled or told by itself.
    [[nodiscard]] inline bool is_uniform(std::uint64_t size_bytes,
                                         std::uint64_t now_ns) const noexcept;
    inline void release_front() noexcept;
    inline void count_alike(inflight_entry const& entry, std::uint64_t size_bytes,
                            std::uint32_t times, std::uint64_t now_ns);

    // forwarding.cpp: verdicts, and what a forwarded command does to the connection
    struct request {
        request_head const& head;
        byte_view canonical;  ///< From its `*`; may be cut, see policy::request_facts.
        std::uint32_t arguments = 0;
        std::uint64_t size_bytes = 0;
    };
    struct forwarding {
        inflight_entry entry;
        byte_view instead;  ///< Literal to send in place of the request; empty: the request.
    };
    [[nodiscard]] bool is_free_to_pass(request const& what) const noexcept;
    /// True if the request is to be forwarded; else it was answered, or the connection ends.
    bool pass(request const& what, outputs const& to);

    // verdicts.cpp: asking the rules, and counting what they say
    [[nodiscard]] policy::request_facts facts_of(request const& what) noexcept;
    [[nodiscard]] judgement judge_and_count(request const& what);
    /// Again when the size of a request is known that has passed already: it may be alerted now.
    void judge_late(std::uint64_t size_bytes, std::uint32_t arguments);
    void count_verdict(judgement const& result, request const& what);
    void count_hit(policy::verdict const& verdict, command::command_id id) noexcept;
    /// A rule wants to see arguments that are still to come.
    [[nodiscard]] bool waits_for_arguments(request const& what) noexcept;
    void judge_reply();
    /// No rule is about the reply under way unless it becomes larger than this.
    [[nodiscard, gnu::always_inline]] std::uint64_t reply_active_over() const noexcept
    {
        inflight_entry const& entry = queue_.front();
        std::uint64_t const limit = context_.rules.reply_active_over(entry.command);
        if (entry.what != owed::exec || entry.detail == 0) [[likely]]
            return limit;
        policy::queued_replies const queued(entry.detail);
        return std::min(limit, context_.rules.reply_active_over(queued));
    }
    /// How much longer the reply under way may become before a rule has to look at it.
    [[nodiscard]] std::uint64_t bytes_before_reply_rule() const noexcept;

    // forwarding.cpp
    /// For a request that can not be judged because it is larger than may be held.
    [[nodiscard]] local_reply refuse_unjudged(request const& what);
    /// @param how owed::local, or owed::local_close if the connection can not live on.
    void refuse(owed how, command::command_id id, local_reply reply, outputs const& to);
    void push_local(owed what, command::command_id id, local_reply reply, outputs const& to);
    /// Makes the in-flight entry of a request whose `bytes` bytes are handed to upstream now or
    /// later.
    /// @return What to send in place of the request; empty: the request itself.
    byte_view owe(request const& what, std::uint64_t bytes);
    void note_change(inflight_entry const& entry);
    /// `times` requests of so many bytes.
    void count_size(command::command_id id, std::uint64_t bytes, std::uint32_t times = 1);
    void count_large(request_owner const& owner, std::uint64_t bytes);
    /// Entry of the request that passes while it is not whole; null if it has been answered
    /// already.
    [[nodiscard]] inflight_entry* passing_entry() noexcept;
    [[nodiscard]] forwarding forwarding_of(request const& what);
    /// Inside MULTI: its reply will be part of EXEC's.
    void note_queued(command::command_id id) noexcept;
    [[nodiscard]] forwarding transaction(command::role role, std::uint32_t arguments);
    [[nodiscard]] forwarding reply_mode(request const& what);
    [[nodiscard]] inflight_entry stage_identity(command::role role, byte_view canonical);

    // exchange_replies.cpp
    enum class fate : std::uint8_t { undecided, pass, drop };
    enum class frame_kind : std::uint8_t { unknown, push, confirmation, reply, surplus };
    void read_frames(byte_view input, std::uint64_t now_ns, output& client);
    [[nodiscard]] bool begins_foreign_stream(char first, output& client);
    void classify(output& client);
    [[nodiscard]] bool is_confirmation() const noexcept;
    [[nodiscard]] char leading_type() const noexcept;
    void decide_fate(bool whole);
    [[nodiscard]] fate fate_of_reply(bool whole) const noexcept;
    void finish_frame(std::uint64_t now_ns, output& client);
    void finish_confirmation(std::uint64_t now_ns);
    void finish_reply(std::uint64_t now_ns, output& client);
    void settle(inflight_entry const& entry, bool error, output& client);
    void flush_local(output& client);
    void deliver_local(byte_view text, output& client);

    // recording.cpp: counting, and for whoever wants to see single commands
    void count_reply(inflight_entry const& entry, stats::command_stats& stats, bool error,
                     std::uint64_t now_ns);
    void record_request(inflight_entry& entry, request const& what, std::uint64_t bytes);
    void record_reply(inflight_entry const& entry, stats::command_stats& stats,
                      std::uint64_t round_trip_ns, bool error, std::uint64_t now_ns);
    void record_refused(request const& what, std::uint16_t rule);
    void record_cancelled(inflight_entry& entry, std::uint64_t now_ns) noexcept;
    void release_record(inflight_entry& entry) noexcept
    {
        if (context_.recorder != nullptr) context_.recorder->release(entry.note);
    }

    /// Replies of our own that may wait for their turn: their texts are made all at once when what
    /// is in front of them has been answered.
    static constexpr std::size_t local_waiting_max = 512;

    enum class request_mode : std::uint8_t { hold, pass, drop };
    [[nodiscard]] seldom_needed& seldom()
    {
        if (!seldom_) seldom_ = std::make_unique<seldom_needed>();
        return *seldom_;
    }

    // In the order of their use: every command touches these, in a cache that it shares with those
    // of a thousand connections. First what a request needs.
    exchange_context const& context_;
    request_mode mode_ = request_mode::hold;
    bool reads_requests_ = true;
    bool has_more_ = false;
    bool simply_passed_ = false;
    std::uint16_t matched_rule_ = policy::no_rule;  // Of the request being forwarded.
    std::uint16_t local_waiting_ = 0;  // Entries of the queue that upstream knows nothing of.
    reject_barrier barrier_;
    pending_end end_;
    std::uint64_t tail_bytes_ = 0;  // Left of its last argument, once only that is missing.
    std::uint64_t now_ns_ = 0;
    request_state requested_;
    resp::request_parser parser_;
    // In-flight number of the request that passes while it is not whole; none behind MONITOR.
    static constexpr std::uint64_t no_number = ~std::uint64_t{0};
    std::uint64_t passing_number_ = no_number;
    std::uint64_t upstream_queued_ = 0;  // Bytes handed out for upstream so far.
    std::uint64_t first_unstamped_ = 0;
    inflight_queue queue_;
    often_counted counted_;

    // Replies: the frame that is being relayed.
    fate fate_ = fate::undecided;
    frame_kind frame_ = frame_kind::unknown;
    bool opaque_replies_ = false;
    bool any_frame_ = false;
    std::uint16_t reply_rule_ = policy::no_rule;  // Has matched the reply that is being relayed.
    std::uint16_t completed_ = 0;  // Of one read: no reply is shorter than three bytes.
    std::uint64_t frame_first_ns_ = 0;
    recorded_connection connection_;
    reply_state replied_;
    resp::reply_framer framer_;
    byte_buffer undecided_;  // First bytes of a frame whose fate is not known yet: under 200.

    std::unique_ptr<sender_state> sender_;  // Null unless a rule looks at who sends.
    std::unique_ptr<seldom_needed> seldom_;
};

}  // namespace respguard::relay
