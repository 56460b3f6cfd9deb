// How far away is it, and does the way stay open?
#include "respguard/doctor/engine.hpp"
#include "respguard/doctor/rtt_summary.hpp"
#include "respguard/policy/redis_requirements.hpp"

#include <fmt/format.h>

#include "doctor/check_functions.hpp"
#include "doctor/wording.hpp"

namespace respguard::doctor {

namespace {

namespace need = policy::redis_requirements;

/// "kernel 0.004 ms, handshake 0.028 ms": what was measured of the way alone.
std::string way_text(rtt_summary const& rtt)
{
    std::string out;
    if (rtt.tcp_least) out = "kernel " + milliseconds_text(*rtt.tcp_least);
    if (rtt.connect_least) {
        out += (out.empty() ? "" : ", ") + ("handshake " + milliseconds_text(*rtt.connect_least));
    }
    return out.empty() ? "least " + milliseconds_text(*rtt.least) : out;
}

}  // namespace

std::optional<finding> net_rtt(facts const& from)
{
    auto const rtt = summarise(from.rtt);
    if (!rtt.p50) return unread("no round trip was measured", from.denied("PING"));
    auto const p50 = *rtt.p50;
    auto text = fmt::format("p50 {} ({}; server {})", milliseconds_text(p50), way_text(rtt),
                            milliseconds_text(p50 - *rtt.network()));
    if (rtt.proxied) {
        text = fmt::format("p50 {} (to the next hop: {}); {}", milliseconds_text(p50),
                           way_text(rtt), from.rtt.proxy);
    }
    auto const value = fmt::format("{:.3f}", static_cast<double>(p50.count()) / 1e6);
    if (p50 >= need::rtt_max) return failure(text, value, "ping:p50_ms");
    return p50 >= need::rtt_preferred ? warning(text, value, "ping:p50_ms")
                                      : good(text, value, "ping:p50_ms");
}

std::optional<finding> net_jitter(facts const& from)
{
    auto const rtt = summarise(from.rtt);
    if (!rtt.p99) return unread("no round trip was measured", from.denied("PING"));
    auto const p99 = *rtt.p99;
    auto const network = *rtt.network();
    auto const value = fmt::format("{:.3f}", static_cast<double>(p99.count()) / 1e6);
    auto text = "p99 " + milliseconds_text(p99);
    if (p99 < need::rtt_max) return good(text, value, "ping:p99_ms");
    // A long way is net.rtt's finding; here only what the server or a busy host added.
    if (network >= need::rtt_max / 2)
        return good(text + ", most of it the way", value, "ping:p99_ms");
    text += " while the network takes " + milliseconds_text(network) +
            ": the server, or this host, stalls";
    return p99 >= need::stall_max ? failure(text, value, "ping:p99_ms")
                                  : warning(text, value, "ping:p99_ms");
}

std::optional<finding> net_keepalive(facts const& from)
{
    auto const seconds = from.config_number("tcp-keepalive");
    if (!seconds) {
        return unread("tcp-keepalive cannot be read, and INFO does not have it",
                      from.denied("CONFIG GET tcp-keepalive"));
    }
    auto const text = fmt::format("{:.0f} s", *seconds);
    auto const value = fmt::format("{:.0f}", *seconds);
    std::string const source = "config:tcp-keepalive";
    if (*seconds <= 0)
        return failure("off: NAT and load balancers drop silent connections", value, source);
    double const most = static_cast<double>(need::tcp_keepalive.count());
    double const least = static_cast<double>(need::tcp_keepalive_min.count());
    double const azure = static_cast<double>(need::tcp_keepalive_azure_max.count());
    if (*seconds > azure && identify(from).service == "azure") {
        return warning(text + ": Azure's load balancer forgets silent connections after 4 minutes",
                       value, source);
    }
    if (*seconds > most || *seconds < least) {
        return warning(fmt::format("{}, wanted {:.0f}", text, most), value, source);
    }
    return good(text, value, source);
}

std::optional<finding> net_timeout(facts const& from)
{
    auto const seconds = from.config_number("timeout");
    if (!seconds) return unread("timeout cannot be read", from.denied("CONFIG GET timeout"));
    auto const value = fmt::format("{:.0f}", *seconds);
    if (*seconds <= 0) return good("idle clients are kept", value, "config:timeout");
    return warning(fmt::format("the server closes connections that are idle for {} s", value),
                   value, "config:timeout");
}

std::optional<finding> net_tls(facts const& from)
{
    if (from.host.empty()) return good("unix socket");
    if (from.is_loopback) return good("loopback");
    if (!from.is_public_address) return good("private address");
    return warning("passwords and mail travel in the clear to a public address");
}

}  // namespace respguard::doctor
