// All that could be learnt about one server: its answers, our measurements, what this machine says.
//
// Checks are functions of this and of nothing else, so that a test can write the facts down.
#pragma once

#include "respguard/doctor/resp_value.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace respguard::doctor {

/// What the server said to one question, or why it said nothing.
struct answer {
    std::optional<resp_value> reply;
    std::string failure;  ///< "no answer within 2s", "connection closed"; only without a reply.
};

struct round_trips {
    std::vector<std::chrono::nanoseconds> connects;
    std::vector<std::chrono::nanoseconds> pings;      ///< PING on a warm connection.
    std::optional<std::chrono::nanoseconds> tcp_min;  ///< TCP_INFO min_rtt; none on unix sockets.
    /// Not empty: the connection ends at something in between, and this is how we know.
    std::string proxy;
};

/// One of EmailEngine's BullMQ queues.
struct queue_facts {
    std::string name;
    std::string version;  ///< "bullmq:6.2.0"; empty: the meta hash has none.
    std::uint64_t waiting = 0, active = 0, delayed = 0, failed = 0;
};

/// EmailEngine's own keys.
struct application_facts {
    std::optional<std::uint64_t> mailboxes;  ///< SCARD <prefix>ia:accounts.
    std::optional<std::uint32_t> db;         ///< Where they were found.
    std::vector<queue_facts> queues;
    std::string queues_denied;  ///< Why the queues cannot be read; empty: they can.
    /// Largest queued outgoing message among a sample of accounts, if it could be read.
    std::optional<std::uint64_t> largest_message_bytes;
    std::string messages_denied;  ///< Why not.
};

struct disk_rates {
    double writes_per_second_deep = 0;    ///< 16 threads, 4 KiB, direct.
    double writes_per_second_single = 0;  ///< One at a time.
    double syncs_per_second = 0;
    std::chrono::nanoseconds sync_p99{0};
    bool in_memory = false;  ///< tmpfs: fast, and gone with the power.
};

struct backup_facts {
    std::string newest;  ///< Path; empty: nothing matched.
    std::chrono::seconds age{0};
    std::uint64_t size_bytes = 0;
};

/// Read from this machine; only if the server runs on it.
struct host_facts {
    std::optional<int> overcommit_memory;
    std::string transparent_hugepage;  ///< "madvise"; empty: not read.
    std::optional<std::uint64_t> disk_free_bytes;
    std::optional<bool> disk_rotational;
    std::optional<std::uint64_t> dump_size_bytes;
    std::optional<std::uint64_t> swapped_bytes;  ///< Of the server's process.
};

struct facts {
    std::string host;  ///< As the URL has it; empty for a unix socket.
    bool is_loopback = false;
    bool is_public_address = false;
    std::uint32_t db = 0;
    std::string redis_cli = "redis-cli";  ///< How to reach this server with it, for advice.
    std::string prefix;  ///< EmailEngine's EENGINE_REDIS_PREFIX with its colon, or empty.

    std::string connect_failure;  ///< Empty: connected.
    bool authenticated = true;
    /// By question, words joined by a blank: "INFO", "CONFIG GET save". The password is in none.
    std::map<std::string, answer, std::less<>> answers;
    round_trips rtt;
    application_facts application;
    std::optional<host_facts> host_state;
    std::optional<disk_rates> disk;
    std::string disk_failure;
    std::optional<backup_facts> backup;  ///< None: not asked for.

    std::optional<std::uint64_t> mailboxes_asked;
    std::uint64_t command_limit_bytes = 0;  ///< What Upstash's plan allows.
    std::optional<answer> over_limit;       ///< To one command beyond it; none: not tried.
    bool strict = false;

    /// Call when the answer to INFO is there (or will not come): fills the fields below.
    void read_info();
    [[nodiscard]] std::optional<std::string_view> info(std::string_view field) const;
    [[nodiscard]] std::optional<double> info_number(std::string_view field) const;
    [[nodiscard]] bool has_info_section(std::string_view name) const;
    /// A key of the HELLO reply: of HELLO 2, else of HELLO 3.
    [[nodiscard]] std::optional<std::string> hello(std::string_view key) const;
    /// Text somewhere in the nested `modules` of the HELLO reply.
    [[nodiscard]] bool hello_modules_mention(std::string_view text) const;
    /// A value of CONFIG GET; none if denied, empty array or not asked.
    [[nodiscard]] std::optional<std::string> config(std::string_view key) const;
    [[nodiscard]] std::optional<double> config_number(std::string_view key) const;
    /// The reply to a question; null if there is none.
    [[nodiscard]] resp_value const* reply(std::string_view question) const;
    /// Why `question` gave nothing: the error's text, a time-out, an empty list, "not asked".
    [[nodiscard]] std::string denied(std::string_view question) const;

private:
    std::map<std::string, std::string, std::less<>> info_;
    std::vector<std::string> info_sections_;
};

/// True for what a server says to a command it does not let us use (NOPERM, unknown command,
/// not supported, not allowed, disabled).
[[nodiscard]] bool is_denial(std::string_view error);

/// A peer's bytes for a terminal or a report: control bytes and non-ASCII escaped, cut to `most`.
[[nodiscard]] std::string printable(std::string_view bytes, std::size_t most = 160);

}  // namespace respguard::doctor
