#include "respguard/stats/time_split.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace respguard::stats {

namespace {

/// A server that executes for more than this share of the time lets everybody wait.
constexpr double busy_enough = 0.5;

std::string split_ms(std::uint64_t ns)
{
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), ns < 1'000'000 ? "%.2f ms" : "%.1f ms",
                  static_cast<double>(ns) / 1e6);
    return text.data();
}

}  // namespace

time_sums& time_sums::operator+=(time_sums const& other) noexcept
{
    count += other.count;
    round_trip_ns += other.round_trip_ns;
    parts.guard_ns += other.parts.guard_ns;
    parts.behind_ns += other.parts.behind_ns;
    parts.upstream_ns += other.parts.upstream_ns;
    parts.transfer_ns += other.parts.transfer_ns;
    parts.client_ns += other.parts.client_ns;
    return *this;
}

time_sums& time_sums::operator-=(time_sums const& earlier) noexcept
{
    count -= earlier.count;
    round_trip_ns -= earlier.round_trip_ns;
    parts.guard_ns -= earlier.parts.guard_ns;
    parts.behind_ns -= earlier.parts.behind_ns;
    parts.upstream_ns -= earlier.parts.upstream_ns;
    parts.transfer_ns -= earlier.parts.transfer_ns;
    parts.client_ns -= earlier.parts.client_ns;
    return *this;
}

time_sums time_sums::average() const noexcept
{
    if (count == 0) return {};
    time_sums one;
    one.count = count;
    one.round_trip_ns = round_trip_ns / count;
    one.parts.guard_ns = parts.guard_ns / count;
    one.parts.behind_ns = parts.behind_ns / count;
    one.parts.upstream_ns = parts.upstream_ns / count;
    one.parts.transfer_ns = parts.transfer_ns / count;
    one.parts.client_ns = parts.client_ns / count;
    return one;
}

void time_split::merge(time_split const& other) noexcept
{
    for (std::size_t i = 0; i < cells_.size(); ++i)
        cells_[i] += other.cells_[i];
}

time_split time_split::since(time_split const& earlier) const noexcept
{
    time_split out = *this;
    for (std::size_t i = 0; i < cells_.size(); ++i)
        out.cells_[i] -= earlier.cells_[i];
    return out;
}

time_sums time_split::all() const noexcept
{
    time_sums sum;
    for (auto const& cell : cells_)
        sum += cell;
    return sum;
}

time_sums time_split::slowest(double q) const noexcept
{
    double const share = 1.0 - std::clamp(q, 0.0, 1.0);
    auto const wanted = static_cast<std::uint64_t>(
        std::max(1.0, std::floor(share * static_cast<double>(all().count))));
    time_sums sum;
    for (std::size_t i = cells_.size(); i-- > 0 && sum.count < wanted;)
        sum += cells_[i];
    return sum;
}

std::array<named_part, 6> named_parts(time_sums const& average,
                                      upstream_timing const& upstream) noexcept
{
    auto const& parts = average.parts;
    // While the server is busy, a PING waits as well: then its time is no sign of the network.
    bool const trusted =
        upstream.known && !(upstream.server_known && upstream.busy_share > busy_enough);
    std::uint64_t const network =
        std::min(trusted ? std::max(upstream.network_ns, upstream.path_ns) : upstream.path_ns,
                 parts.upstream_ns);
    return {{{"network", "on the network to the server and back", network},
             {"server", upstream.known ? "in the server" : "in the server or on the way to it",
              parts.upstream_ns - network},
             {"behind", "waiting behind earlier commands on the same connection", parts.behind_ns},
             {"transfer", "transferring the reply", parts.transfer_ns},
             {"client", "because the client did not read", parts.client_ns},
             {"guard", "in the guard", parts.guard_ns}}};
}

std::string in_words(time_sums const& average, upstream_timing const& upstream)
{
    if (average.count == 0) return {};
    auto const parts = named_parts(average, upstream);
    auto const& most =
        *std::max_element(parts.begin(), parts.end(),
                          [](named_part const& a, named_part const& b) { return a.ns < b.ns; });
    std::string out =
        split_ms(average.round_trip_ns + average.parts.guard_ns) + ": " + split_ms(most.ns) + " ";
    out += most.words;
    bool const tells_busy = upstream.server_known && upstream.busy_share > busy_enough;
    if (most.name == "server" && tells_busy) {
        auto const percent = static_cast<int>(std::lround(upstream.busy_share * 100));
        out += ", which was busy " + std::to_string(std::min(percent, 100)) + " % of the time";
        if (!upstream.busiest.empty()) out += ", most with " + upstream.busiest;
    }
    return out;
}

}  // namespace respguard::stats
