#include "respguard/doctor/probe.hpp"

#include "respguard/base/units.hpp"
#include "respguard/doctor/disk_probe.hpp"
#include "respguard/net/sockets.hpp"

#include <algorithm>
#include <array>
#include <future>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <thread>
#include <utility>

#include "doctor/address_class.hpp"
#include "doctor/application_probe.hpp"
#include "doctor/asker.hpp"
#include "doctor/host_probe.hpp"
#include "doctor/standing.hpp"

namespace respguard::doctor {

namespace {

using clock = std::chrono::steady_clock;
using addresses = std::vector<net::socket_address>;

/// The front of the kernel's struct tcp_info (linux/tcp.h, 4.6) up to tcpi_min_rtt. glibc's own is
/// shorter, and its header and the kernel's cannot be included together.
struct kernel_tcp_info {
    std::array<std::uint8_t, 148> before{};
    std::uint32_t min_rtt_us = 0;
};
static_assert(sizeof(kernel_tcp_info) == 152);

constexpr char const* config_keys[] = {"save",
                                       "appendonly",
                                       "appendfsync",
                                       "no-appendfsync-on-rewrite",
                                       "stop-writes-on-bgsave-error",
                                       "dir",
                                       "dbfilename",
                                       "maxmemory",
                                       "maxmemory-policy",
                                       "tcp-keepalive",
                                       "timeout",
                                       "client-output-buffer-limit",
                                       "min-replicas-to-write",
                                       "min-replicas-max-lag",
                                       "slowlog-log-slower-than",
                                       "databases",
                                       "enable-debug-command",
                                       "enable-module-command",
                                       "enable-protected-configs"};

/// getaddrinfo has no time-out of its own, so it gets a thread that may be left behind.
parsed<addresses> resolve_in_time(net::endpoint const& where, std::chrono::milliseconds time)
{
    if (net::is_numeric(where)) return net::resolve(where);
    std::packaged_task<parsed<addresses>()> task([where] { return net::resolve(where); });
    auto found = task.get_future();
    std::thread(std::move(task)).detach();
    if (found.wait_for(time) != std::future_status::ready) {
        return problem{"the name was not resolved within " + format_duration(time)};
    }
    return found.get();
}

/// @return Empty: connected at least once.
std::string time_connects(addresses const& to, probe_options const& options,
                          cancellation const& stop, facts& into)
{
    for (int i = 0; i < options.connects; ++i) {
        connection wire(stop);
        auto const start = clock::now();
        if (auto why = wire.open(to, options.timeout); !why.empty()) {
            return into.rtt.connects.empty() ? why : std::string();
        }
        into.rtt.connects.emplace_back(clock::now() - start);
        if (i > 0) continue;
        auto const kind = classify(net::peer_of(wire.fd()));
        into.is_loopback = kind.is_loopback;
        into.is_public_address = kind.is_public;
    }
    return {};
}

std::uint16_t local_port(int fd)
{
    auto const address = net::local_of(fd);
    if (address.storage.ss_family == AF_INET) {
        return ntohs(reinterpret_cast<sockaddr_in const*>(address.get())->sin_port);
    }
    if (address.storage.ss_family == AF_INET6) {
        return ntohs(reinterpret_cast<sockaddr_in6 const*>(address.get())->sin6_port);
    }
    return 0;
}

/// The server tells whom it sees; another port than ours means that somebody stands in between.
void find_proxy(asker& from, facts& into)
{
    auto const* const reply = from.note(into, {"CLIENT", "INFO"});
    if (reply == nullptr || reply->is_error()) return;
    auto const at = reply->text.find(" addr=");
    if (at == std::string::npos) return;
    auto const address = reply->text.substr(at + 6, reply->text.find(' ', at + 6) - at - 6);
    auto const ours = std::to_string(local_port(from.wire().fd()));
    if (address.substr(address.rfind(':') + 1) == ours) return;
    bool const unix_both = ours == "0" && address.find('/') != std::string::npos;
    if (unix_both) return;
    into.rtt.proxy =
        "the connection ends at a proxy (respguard, HAProxy, a load balancer) or NAT: the server "
        "sees " +
        printable(address, 60) + ", which is not us";
}

/// Enough for a verdict on the median.
constexpr int pings_least = 5;

/// Until there are `count`, or fewer if they take too long, but pings_least.
void measure_pings(asker& from, probe_options const& options, int count, cancellation const& stop,
                   facts& into)
{
    auto const end = clock::now() + options.ping_time;
    auto const have = [&] { return static_cast<int>(into.rtt.pings.size()); };
    while (have() < count && !from.gave_up() && !stop.is_set()) {
        if (have() >= pings_least && clock::now() >= end) break;
        if (have() > 0 && stop.wait(options.ping_pause)) return;
        auto const start = clock::now();
        if (!from.ask({"PING"}).reply) return;
        into.rtt.pings.emplace_back(clock::now() - start);
    }
    kernel_tcp_info state{};
    socklen_t size = sizeof state;
    bool const read = ::getsockopt(from.wire().fd(), IPPROTO_TCP, TCP_INFO, &state, &size) == 0;
    bool const known = read && size == sizeof state && state.min_rtt_us != ~0U;
    if (known && state.min_rtt_us > 0)
        into.rtt.tcp_min = std::chrono::microseconds(state.min_rtt_us);
}

/// What EmailEngine 2.79 sends first; on a connection of its own, for it changes the protocol.
void ask_resp3(target const& at, addresses const& to, probe_options const& options,
               cancellation const& stop, facts& into)
{
    connection wire(stop);
    auto const why = wire.open(to, options.timeout);
    std::vector<std::string> words{"HELLO", "3"};
    if (!at.url.password.empty()) {
        words.insert(words.end(),
                     {"AUTH", at.url.user.empty() ? "default" : at.url.user, at.url.password});
    }
    into.answers["HELLO 3"] = why.empty() ? wire.ask(words, options.timeout) : answer{{}, why};
}

/// @return False if there is nothing more to ask.
bool ask_first(asker& from, facts& into)
{
    auto const* const ping = from.note(into, {"PING"});
    bool const refused = ping != nullptr && ping->is_error() && ping->text.starts_with("NOAUTH");
    auto const* const auth = into.reply("AUTH");
    bool const wrong = auth != nullptr && auth->is_error() &&
                       auth->text.find("without any password configured") == std::string::npos;
    into.authenticated = !refused && !wrong && !was_turned_away(into);
    from.note(into, {"HELLO", "2"});
    from.note(into, {"INFO"});
    into.read_info();
    return into.authenticated && !from.gave_up();
}

/// Who may not use CONFIG is told so once, not for each key: every refusal is counted by the server
/// and kept in its ACL LOG, and the guard asks once a minute.
void ask_config(asker& from, facts& into)
{
    answer const* denied = nullptr;
    for (auto const* const key : config_keys) {
        std::string const question = std::string("CONFIG GET ") + key;
        if (denied != nullptr) {
            into.answers[question] = *denied;
            continue;
        }
        auto const* const reply = from.note(into, {"CONFIG", "GET", key});
        if (reply == nullptr || !reply->is_error()) continue;
        bool const for_all = reply->text.starts_with("NOPERM") ||
                             reply->text.find("unknown command") != std::string::npos;
        if (for_all) denied = &into.answers[question];  // A map's values stay where they are.
    }
    if (denied != nullptr) return;
    if (into.info("dragonfly_version")) from.note(into, {"CONFIG", "GET", "snapshot_cron"});
    if (into.info("mvcc_depth")) from.note(into, {"CONFIG", "GET", "active-replica"});
}

void ask_server(asker& from, facts& into)
{
    auto const* const chosen = from.note(into, {"SELECT", std::to_string(into.db)});
    if (chosen != nullptr && !chosen->is_error()) from.selected(into.db);
    from.note(into, {"ROLE"});
    find_proxy(from, into);
    ask_config(from, into);
    from.note(into, {"EVAL", "return redis.call('EXISTS','respguard:doctor:probe')", "0"});
    if (auto const master = into.info("master0")) {
        auto const name =
            master->substr(0, master->find(',')).substr(std::string_view("name=").size());
        from.note(into, {"SENTINEL", "CKQUORUM", std::string(name)});
    }
}

/// A large request with a small reply, that touches no key: a script that ignores its argument.
void try_limit(asker& from, probe_options const& options, facts& into)
{
    into.over_limit =
        from.ask({"EVAL", "return 1", "0", std::string(options.command_limit_bytes, 'x')});
}

bool is_usable(facts const& from)
{
    bool const sentinel = from.info("redis_mode") == "sentinel";
    bool const clustered = from.info("cluster_enabled") == "1" && !from.info("dragonfly_version");
    return !sentinel && !clustered && from.info("loading").value_or("0") == "0";
}

}  // namespace

facts probe(target const& at, probe_options const& options, cancellation const& stop)
{
    facts out;
    out.host = at.url.where.host;
    out.redis_cli = at.redis_cli();
    out.db = at.db();
    out.prefix = options.prefix;
    out.mailboxes_asked = options.mailboxes;
    out.command_limit_bytes = options.command_limit_bytes;
    out.strict = options.strict;
    if (!options.backup_glob.empty()) out.backup = find_backup(options.backup_glob);
    auto const to = resolve_in_time(at.url.where, options.timeout);
    if (!to) {
        out.connect_failure = to.error().text;
        return out;
    }
    out.connect_failure = time_connects(*to, options, stop, out);
    asker from(at, *to, options.timeout, stop, clock::now() + options.total);
    if (out.connect_failure.empty()) out.connect_failure = from.open(&out);
    if (!out.connect_failure.empty()) return out;
    bool const serves = ask_first(from, out);
    if (!from.gave_up()) ask_resp3(at, *to, options, stop, out);
    if (!serves) return out;
    // First of all: the slower a server is, the less of the rest gets asked.
    measure_pings(from, options, std::min(options.pings, pings_least), stop, out);
    ask_server(from, out);
    if (is_usable(out)) {
        from.note(out, {"SLOWLOG", "GET", "10"});
        from.note(out, {"LATENCY", "LATEST"});
        from.note(out, {"PUBSUB", "NUMSUB", "__sentinel__:hello"});
        probe_application(from, out);
        if (options.try_limit) try_limit(from, options, out);
    }
    measure_pings(from, options, options.pings, stop, out);
    out.host_state = probe_host(out);
    if (!options.disk_folder.empty()) {
        auto measured = probe_disk(options.disk_folder, std::chrono::seconds(2));
        out.disk_failure = std::move(measured.failure);
        if (out.disk_failure.empty()) out.disk = measured.rates;
    }
    return out;
}

}  // namespace respguard::doctor
