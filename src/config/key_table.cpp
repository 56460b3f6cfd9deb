// Every key of the configuration, said once.
//
// Defaults are not repeated here: they are those of the settings structs.
#include "config/key_table.hpp"

#include "respguard/base/bytes.hpp"

#include <array>
#include <iterator>

namespace respguard::config {

namespace {

using namespace std::string_view_literals;

/// Shortens one line of the table: the field as a function of the settings.
#define RESPGUARD_FIELD(member) [](settings& s) -> decltype((s.member)) { return s.member; }

constexpr std::array log_levels{"debug"sv, "info"sv, "warn"sv, "error"sv};
constexpr std::array storm_actions{"alert"sv, "shadow"sv};
constexpr std::array io_ways{"auto"sv, "epoll"sv, "io_uring"sv};
constexpr std::array log_formats{"text"sv, "json"sv};

constexpr std::uint64_t kib = 1024;
constexpr std::uint64_t mib = 1024 * kib;
constexpr std::uint64_t gib = 1024 * mib;
constexpr std::uint64_t second = 1'000;  // For fields in milliseconds.
constexpr std::uint64_t hour = 3'600 * second;
constexpr std::uint64_t day = 24 * hour;
constexpr std::uint64_t connections_max = 1'000'000;

key const table[] = {
    // --- listen
    {.name = "listen.addresses",
     .where = RESPGUARD_FIELD(listen),
     .help = "Where clients connect: \"host:port\", \"[v6]:port\" or \"unix:/path\", one or more.",
     .reason = "Loopback only by default: the guard itself asks nobody for a password.",
     .flag = "--listen",
     .example = "[\"127.0.0.1:6380\", \"unix:/run/respguard/redis.sock\"]",
     .reload = reload_rule::restart,
     .shown = true},
    {.name = "listen.backlog",
     .where = RESPGUARD_FIELD(sockets.backlog),
     .help = "Connections that the kernel may queue before they are accepted.",
     .reason = "511 as Redis has it; the kernel cuts it to net.core.somaxconn.",
     .allowed = {1, 65'535},
     .reload = reload_rule::restart},
    {.name = "listen.clients_max",
     .where = RESPGUARD_FIELD(relay.clients_max),
     .help = "Client connections at once; more get Redis's own error and are closed.",
     .reason = "Each needs two file descriptors (ulimit -n) and one connection to Redis.",
     .allowed = {1, connections_max},
     .reload = reload_rule::restart},
    // --- upstream
    {.name = "upstream.url",
     .where = RESPGUARD_FIELD(upstream),
     .help = "The Redis behind the guard: redis://[user:password@]host[:port][/db] or "
             "unix:///path.",
     .reason = "User, password and database are for the guard's own probes; clients "
               "authenticate themselves.",
     .flag = "--upstream",
     .reload = reload_rule::restart,
     .secret = true,
     .shown = true},
    {.name = "upstream.url_file",
     .where = RESPGUARD_FIELD(upstream_file),
     .help = "Read upstream.url from this file's first line, to keep a password out of here.",
     .example = "\"/run/secrets/redis_url\"",
     .reload = reload_rule::restart,
     .may_be_empty = true},
    {.name = "upstream.require",
     .where = RESPGUARD_FIELD(require_upstream),
     .help = "Exit with code 69 if Redis can not be reached within upstream.hold after the start.",
     .reason = "Off: the guard may be started before Redis, in any order.",
     .flag = "--require-upstream",
     .reload = reload_rule::restart},
    {.name = "upstream.connect_timeout",
     .where = RESPGUARD_FIELD(relay.connect_timeout),
     .help = "Give up one attempt to connect to Redis after this long.",
     .allowed = {1, 5 * 60 * second},
     .reload = reload_rule::at_once},
    {.name = "upstream.hold",
     .where = RESPGUARD_FIELD(relay.hold),
     .help = "While Redis is away, keep clients connected and waiting for this long; \"0\": not at "
             "all.",
     .reason =
         "BullMQ's workers die for good when Redis refuses them for a few seconds; held, they "
         "live.",
     .allowed = {0, day},
     .reload = reload_rule::at_once},
    {.name = "upstream.retry_min",
     .where = RESPGUARD_FIELD(relay.retry_min),
     .help = "First pause between two attempts to connect; doubles up to upstream.retry_max.",
     .allowed = {1, 60 * second},
     .reload = reload_rule::at_once},
    {.name = "upstream.retry_max",
     .where = RESPGUARD_FIELD(relay.retry_max),
     .help = "Longest pause between two attempts to connect.",
     .allowed = {1, 10 * 60 * second},
     .reload = reload_rule::at_once},
    // --- client
    {.name = "client.request_timeout",
     .where = RESPGUARD_FIELD(relay.request_timeout),
     .help = "Close a client whose request is held, or stands still, for longer than this; \"0\": "
             "never.",
     .reason = "Against clients that hold memory with half a request; does not limit replies.",
     .allowed = {0, day},
     .reload = reload_rule::at_once},
    {.name = "client.idle_timeout",
     .where = RESPGUARD_FIELD(relay.idle_timeout),
     .help = "Close a client after so long without traffic; \"0\": never.",
     .reason = "Never, because 13 of EmailEngine's 34 connections are silent for ever.",
     .allowed = {0, 30 * day},
     .reload = reload_rule::at_once},
    // --- sockets
    {.name = "sockets.keepalive",
     .where = RESPGUARD_FIELD(sockets.keepalive),
     .help = "The kernel probes a peer that was silent for so long, on both sides.",
     .reason =
         "The client's own keep-alive ends at the guard, so the guard has to find dead paths.",
     .allowed = {1, 32'767}},
    {.name = "sockets.user_timeout",
     .where = RESPGUARD_FIELD(sockets.user_timeout),
     .help = "Close a connection whose sent bytes stay unacknowledged for so long; \"0\": as the "
             "kernel does.",
     .reason = "TCP_USER_TIMEOUT. The kernel's own default is about 15 minutes.",
     .allowed = {0, day}},
    // --- limits
    {.name = "limits.buffer",
     .where = RESPGUARD_FIELD(relay.buffer_bytes),
     .help = "Refusals that wait for a client; above it, no more of its requests are read.",
     .reason =
         "Against clients that ask and do not read. Of upstream's replies at most one 64 KiB "
         "read waits; with io_uring, what one wake-up brought (512 KiB of all connections of a "
         "thread).",
     .allowed = {16 * kib, gib},
     .reload = reload_rule::at_once},
    {.name = "limits.held_request",
     .where = RESPGUARD_FIELD(relay.hold_bytes),
     .help = "Largest part of a request that is held until it can be judged.",
     .reason = "Above it, a request is judged by what is known, or refused if that is not enough.",
     .allowed = {64 * kib, gib},
     .reload = reload_rule::at_once},
    {.name = "limits.skipped_request",
     .where = RESPGUARD_FIELD(relay.skip_bytes),
     .help =
         "A refused request up to this size is skipped unheld; above, the connection is closed.",
     .allowed = {64 * kib, 16 * gib},
     .reload = reload_rule::at_once},
    {.name = "limits.argument",
     .where = RESPGUARD_FIELD(relay.bulk_bytes),
     .help = "Longest argument of a request.",
     .reason = "Redis's proto-max-bulk-len; raise both together.",
     .allowed = {mib, 64 * gib}},
    {.name = "limits.inflight",
     .where = RESPGUARD_FIELD(relay.inflight_max),
     .help = "Requests of one connection that wait for their reply; reading stops above it.",
     .reason = "24 bytes each.",
     .allowed = {1, 1U << 26U},
     .reload = reload_rule::at_once},
    // --- admin
    {.name = "admin.address",
     .where = RESPGUARD_FIELD(admin.address),
     .help = "Status page, metrics and health checks over HTTP; \"\": off.",
     .reason = "Shows client addresses and command names: keep it on loopback.",
     .flag = "--admin",
     .example = "\"0.0.0.0:9379\"",
     .reload = reload_rule::restart,
     .may_be_empty = true,
     .shown = true},
    {.name = "admin.hosts",
     .where = RESPGUARD_FIELD(admin.hosts),
     .help = "Names under which it may be asked, beside IP addresses, localhost and the host of "
             "admin.address.",
     .reason = "A Host header with another name gets 421: a web page may have let its own name "
               "point here (DNS rebinding).",
     .example = "[\"respguard\", \"guard.internal\"]",
     .reload = reload_rule::restart,
     .may_be_empty = true},
    {.name = "admin.connections_max",
     .where = RESPGUARD_FIELD(admin.connections_max),
     .help = "HTTP connections at once.",
     .allowed = {1, 10'000},
     .reload = reload_rule::restart},
    {.name = "admin.timeout",
     .where = RESPGUARD_FIELD(admin.timeout),
     .help = "An HTTP request must be whole, and its answer taken, within this time.",
     .allowed = {100, 10 * 60 * second},
     .reload = reload_rule::restart},
    {.name = "admin.token_file",
     .where = RESPGUARD_FIELD(admin.token_file),
     .help = "File whose first line is the token for POST (Authorization: Bearer ...).",
     .reason = "Without it, POST is taken from loopback only.",
     .example = "\"/run/secrets/respguard_token\"",
     .reload = reload_rule::restart,
     .may_be_empty = true},
    // --- events
    {.name = "events.kept",
     .where = RESPGUARD_FIELD(events.kept),
     .help = "Events kept in memory: for /events, slow readers and a webhook that is away.",
     .reason = "At most 2 KiB each.",
     .allowed = {1, 100'000},
     .reload = reload_rule::restart},
    {.name = "events.webhook",
     .where = RESPGUARD_FIELD(events.webhook.url),
     .help = "POST events as JSON to this http:// or https:// URL; \"\": nowhere.",
     .reason = "Tried again with growing pauses; what is not kept any more then is lost and "
               "counted.",
     .example = "\"https://alerts.example/respguard?token=...\"",
     .reload = reload_rule::restart,
     .secret = true,
     .may_be_empty = true},
    {.name = "events.webhook_file",
     .where = RESPGUARD_FIELD(events.webhook.url_file),
     .help = "Read events.webhook from this file's first line, to keep a secret out of here.",
     .example = "\"/run/secrets/respguard_webhook\"",
     .reload = reload_rule::restart,
     .may_be_empty = true},
    {.name = "events.webhook_ca",
     .where = RESPGUARD_FIELD(events.webhook.ca_file),
     .help = "PEM file with the certificate authorities to trust for it; \"\": the system's.",
     .example = "\"/etc/respguard/ca.pem\"",
     .reload = reload_rule::restart,
     .may_be_empty = true},
    {.name = "events.webhook_timeout",
     .where = RESPGUARD_FIELD(events.webhook.timeout),
     .help = "One attempt to post, from connecting to the answer, may take so long.",
     .allowed = {100, 60 * second},
     .reload = reload_rule::restart},
    {.name = "events.webhook_gather",
     .where = RESPGUARD_FIELD(events.webhook.gather),
     .help = "Wait so long for more events after the first, to post them together.",
     .allowed = {0, 60 * second},
     .reload = reload_rule::restart},
    {.name = "events.webhook_retry_max",
     .where = RESPGUARD_FIELD(events.webhook.retry_max),
     .help = "Longest pause after failures; the first is 1 s and they double.",
     .allowed = {second, hour},
     .reload = reload_rule::restart},
    // --- policy
    {.name = "policy.presets",
     .where = RESPGUARD_FIELD(policy.presets),
     .help = "Rule sets that come with the guard, judged after your own rules in this order "
             "(emailengine always last); []: none.",
     .reload = reload_rule::at_once,
     .may_be_empty = true,
     .shown = true},
    {.name = "policy.enforce",
     .where = RESPGUARD_FIELD(policy.enforce),
     .help = "false: every reject becomes an alert, whatever the rule says.",
     .reason = "The switch to turn when the guard refuses what you need right now.",
     .reload = reload_rule::at_once,
     .shown = true},
    {.name = "policy.barrier",
     .where = RESPGUARD_FIELD(relay.barrier),
     .help = "After a rejected request, hold what the client sent behind it for so long and its "
             "round trip time; \"0\": not at all.",
     .reason = "ioredis with reconnectOnError (EmailEngine) hangs up on an error and sends the "
               "rest again: forwarded at once, it would be executed twice.",
     .allowed = {0, 10 * second},
     .reload = reload_rule::at_once},
    {.name = "policy.storm_action",
     .where = RESPGUARD_FIELD(relay.storm_action),
     .help = "When a client is rejected and reconnects again and again: alert, or shadow (the rule "
             "then only counts for that client's address).",
     .reason = "With shadow, whoever can connect can switch a rule off for its address.",
     .choices = storm_actions},
    // --- runtime
    {.name = "runtime.threads",
     .where = RESPGUARD_FIELD(threads),
     .help = "Threads that relay, each with its own connections.",
     .reason = "One is enough for one Redis, which has one thread itself.",
     .allowed = {1, 64},
     .reload = reload_rule::restart},
    {.name = "runtime.io",
     .where = RESPGUARD_FIELD(io),
     .help =
         "How connections are read and written: epoll, auto (busy ones by io_uring where kernel "
         "and container allow it), or io_uring (at once; no start without it).",
     .reason = "io_uring saves most system calls. auto wants Linux 6.15; Docker's default seccomp "
               "profile refuses it.",
     .choices = io_ways,
     .reload = reload_rule::restart},
    {.name = "runtime.busy_poll_us",
     .where = RESPGUARD_FIELD(busy_poll_us),
     .help = "Microseconds that a thread looks for events before it sleeps; 0: none.",
     .reason = "Saves waking up, keeps a core busy while there is traffic: only with a core of its "
               "own.",
     .allowed = {0, 10'000},
     .reload = reload_rule::restart},
    {.name = "runtime.slice_us",
     .where = RESPGUARD_FIELD(slice_us),
     .help = "Microseconds that a thread asks to run at a time (Linux 6.12); 0: as other programs.",
     .reason = "Whoever asks for little is served first: it need not wait for busy neighbours to "
               "end theirs. It gets no larger share. The kernel's least is 100.",
     .allowed = {0, 100'000},
     .reload = reload_rule::restart},
    {.name = "runtime.drain_timeout",
     .where = RESPGUARD_FIELD(relay.drain_timeout),
     .help = "On TERM or INT, let running requests finish for at most this long.",
     .reason = "Keep it below the 30 s after which Kubernetes kills.",
     .allowed = {0, hour},
     .reload = reload_rule::at_once},
    // --- log
    {.name = "log.level",
     .where = RESPGUARD_FIELD(log.level),
     .help = "debug, info, warn or error.",
     .choices = log_levels,
     .flag = "--log-level",
     .reload = reload_rule::at_once},
    {.name = "log.format",
     .where = RESPGUARD_FIELD(log.format),
     .help = "text for people, json for log collectors (one object per line).",
     .choices = log_formats,
     .flag = "--log-format",
     .reload = reload_rule::restart},
    {.name = "log.file",
     .where = RESPGUARD_FIELD(log.file),
     .help = "Write the log to this file, reopened on USR1; \"\": standard output.",
     .example = "\"/var/log/respguard/respguard.log\"",
     .reload = reload_rule::restart,
     .may_be_empty = true},
    // --- probe
    {.name = "probe.interval",
     .where = RESPGUARD_FIELD(probe_interval),
     .help =
         "Ask Redis so often whether it answers (PING on a connection of our own); \"0\": never.",
     .reason = "Feeds /readyz and respguard_upstream_up.",
     .allowed = {0, hour},
     .reload = reload_rule::restart},
};

#undef RESPGUARD_FIELD

}  // namespace

std::span<key const> keys()
{
    static std::vector<key> const all = [] {
        std::vector<key> both(std::begin(table), std::end(table));
        both.insert(both.end(), observing_keys().begin(), observing_keys().end());
        return both;
    }();
    return all;
}

key const* find_key(std::string_view name)
{
    for (key const& k : keys()) {
        if (k.name == name) return &k;
    }
    return nullptr;
}

std::vector<std::string_view> key_names()
{
    std::vector<std::string_view> out;
    for (key const& k : keys())
        out.push_back(k.name);
    return out;
}

}  // namespace respguard::config
