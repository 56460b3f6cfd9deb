#include "respguard/doctor/rtt_summary.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace respguard::doctor {

namespace {

using std::chrono::nanoseconds;

nanoseconds quantile(std::vector<nanoseconds> const& sorted, double q)
{
    return sorted[static_cast<std::size_t>(
        std::lround(q * static_cast<double>(sorted.size() - 1)))];
}

}  // namespace

rtt_summary::time rtt_summary::network() const
{
    auto out = least;
    for (auto const& each : {connect_least, tcp_least}) {
        if (out && each) out = std::min(*out, *each);
    }
    return out;
}

rtt_summary summarise(round_trips const& rtt)
{
    rtt_summary out;
    out.samples = rtt.pings.size();
    out.tcp_least = rtt.tcp_min;
    out.proxied = !rtt.proxy.empty();
    if (!rtt.connects.empty())
        out.connect_least = *std::min_element(rtt.connects.begin(), rtt.connects.end());
    auto sorted = rtt.pings;
    if (sorted.empty()) return out;
    std::sort(sorted.begin(), sorted.end());
    out.least = sorted.front();
    out.p50 = quantile(sorted, 0.5);
    out.p99 = quantile(sorted, 0.99);
    return out;
}

}  // namespace respguard::doctor
