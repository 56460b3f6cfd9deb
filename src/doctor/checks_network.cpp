// How far away is it, and does the way stay open?
#include "respguard/policy/redis_requirements.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "doctor/check_functions.hpp"
#include "doctor/wording.hpp"

namespace respguard::doctor {

namespace {

namespace need = policy::redis_requirements;
using std::chrono::nanoseconds;

nanoseconds quantile(std::vector<nanoseconds> samples, double q)
{
    std::sort(samples.begin(), samples.end());
    auto const index = static_cast<std::size_t>(q * static_cast<double>(samples.size() - 1) + 0.5);
    return samples[index];
}

/// The part of a round trip that is not the server's: the least of all that was measured.
nanoseconds network_part(round_trips const& rtt)
{
    auto least = *std::min_element(rtt.pings.begin(), rtt.pings.end());
    for (auto const each : rtt.connects)
        least = std::min(least, each);
    return rtt.tcp_min ? std::min(least, *rtt.tcp_min) : least;
}

std::string behind_proxy(round_trips const& rtt)
{
    return rtt.proxy.empty() ? "" : "; " + rtt.proxy;
}

}  // namespace

std::optional<finding> net_rtt(facts const& from)
{
    auto const& rtt = from.rtt;
    if (rtt.pings.empty()) return unread("no round trip was measured", from.denied("PING"));
    auto const p50 = quantile(rtt.pings, 0.5);
    auto const network = network_part(rtt);
    auto text = fmt::format("p50 {}, network {}, server {}", milliseconds_text(p50),
                            milliseconds_text(network), milliseconds_text(p50 - network));
    if (!rtt.proxy.empty()) {
        text = fmt::format("p50 {}, of it {} to the next hop{}", milliseconds_text(p50),
                           milliseconds_text(network), behind_proxy(rtt));
    }
    auto const value = fmt::format("{:.3f}", static_cast<double>(p50.count()) / 1e6);
    if (p50 >= need::rtt_max) return failure(text, value, "ping:p50_ms");
    return p50 >= need::rtt_preferred ? warning(text, value, "ping:p50_ms")
                                      : good(text, value, "ping:p50_ms");
}

std::optional<finding> net_jitter(facts const& from)
{
    auto const& rtt = from.rtt;
    if (rtt.pings.empty()) return unread("no round trip was measured", from.denied("PING"));
    auto const p99 = quantile(rtt.pings, 0.99);
    auto const network = network_part(rtt);
    auto const value = fmt::format("{:.3f}", static_cast<double>(p99.count()) / 1e6);
    auto text = "p99 " + milliseconds_text(p99);
    constexpr nanoseconds stall = std::chrono::milliseconds(25);
    if (p99 < need::rtt_max) return good(text, value, "ping:p99_ms");
    // A long way is net.rtt's finding; here only what the server or a busy host added.
    if (network >= need::rtt_max / 2)
        return good(text + ", most of it the way", value, "ping:p99_ms");
    text += " while the network takes " + milliseconds_text(network) +
            ": the server, or this host, stalls";
    return p99 >= stall ? failure(text, value, "ping:p99_ms") : warning(text, value, "ping:p99_ms");
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
