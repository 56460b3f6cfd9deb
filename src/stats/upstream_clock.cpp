#include "respguard/stats/upstream_clock.hpp"

#include <algorithm>
#include <charconv>
#include <system_error>
#include <utility>

namespace respguard::stats {

namespace {

/// The number behind "p50=" in "p50=1.003,p99=2.007".
std::optional<double> percentile_in(std::string_view list, std::string_view name)
{
    while (!list.empty()) {
        auto const end = std::min(list.find(','), list.size());
        std::string_view const each = list.substr(0, end);
        list.remove_prefix(std::min(end + 1, list.size()));
        auto const is = each.find('=');
        if (is == std::string_view::npos || each.substr(0, is) != name) continue;
        double value = 0;
        char const* const last = each.data() + each.size();
        auto const [rest, failed] = std::from_chars(each.data() + is + 1, last, value);
        if (failed != std::errc{} || rest != last) return {};
        return value;
    }
    return {};
}

}  // namespace

std::optional<command_time> read_cmdstat(std::string_view line) noexcept
{
    constexpr std::string_view head = "cmdstat_";
    constexpr std::string_view mark = ",usec=";
    if (!line.starts_with(head)) return {};
    line.remove_prefix(head.size());
    auto const colon = line.find(':');
    auto const at = line.find(mark);
    if (colon == std::string_view::npos || at == std::string_view::npos) return {};
    command_time found;
    found.command = line.substr(0, colon);
    std::string_view const number = line.substr(at + mark.size());
    auto const [rest, failed] =
        std::from_chars(number.data(), number.data() + number.size(), found.usec);
    if (failed != std::errc{} || rest == number.data()) return {};
    return found;
}

std::optional<server_percentiles> read_percentiles(std::string_view line)
{
    constexpr std::string_view head = "latency_percentiles_usec_";
    if (!line.starts_with(head)) return {};
    line.remove_prefix(head.size());
    while (line.ends_with('\r'))
        line.remove_suffix(1);
    auto const colon = line.find(':');
    if (colon == std::string_view::npos) return {};
    server_percentiles found;
    found.command = line.substr(0, colon);
    line.remove_prefix(colon + 1);
    auto const p50 = percentile_in(line, "p50");
    auto const p99 = percentile_in(line, "p99");
    if (!p50 || !p99) return {};
    found.p50_us = *p50;
    found.p99_us = *p99;
    found.p99_9_us = percentile_in(line, "p99.9").value_or(*p99);
    return found;
}

void upstream_clock::on_latencystats(std::string_view info)
{
    timing_.percentiles.clear();
    while (!info.empty()) {
        auto const end = std::min(info.find('\n'), info.size());
        if (auto read = read_percentiles(info.substr(0, end))) {
            timing_.percentiles.push_back(std::move(*read));
        }
        info.remove_prefix(std::min(end + 1, info.size()));
    }
    timing_.no_percentiles.clear();
    if (timing_.percentiles.empty()) {
        timing_.no_percentiles =
            "cannot be read: Redis is older than 7.0, or latency-tracking is off there";
    }
}

void upstream_clock::forget_latencystats(std::string_view why)
{
    timing_.percentiles.clear();
    timing_.no_percentiles = why;
}

void upstream_clock::on_ping(std::uint64_t round_trip_ns, std::uint64_t path_ns) noexcept
{
    pings_[next_ping_] = std::max<std::uint64_t>(round_trip_ns, 1);
    next_ping_ = (next_ping_ + 1) % pings_.size();
    std::uint64_t quickest = round_trip_ns;
    for (std::uint64_t const each : pings_) {
        if (each > 0) quickest = std::min(quickest, each);
    }
    timing_.known = true;
    timing_.network_ns = quickest;
    timing_.path_ns = path_ns;
}

void upstream_clock::on_commandstats(std::string_view info, std::uint64_t now_ns)
{
    std::map<std::string, std::uint64_t, std::less<>> usec;
    while (!info.empty()) {
        auto const end = std::min(info.find('\n'), info.size());
        if (auto const read = read_cmdstat(info.substr(0, end))) {
            usec.emplace(read->command, read->usec);
        }
        info.remove_prefix(std::min(end + 1, info.size()));
    }
    if (looked_ns_ != 0 && now_ns > looked_ns_) {
        std::uint64_t spent = 0;
        std::uint64_t most = 0;
        timing_.busiest.clear();
        for (auto const& [command, now] : usec) {
            auto const before = usec_.find(command);
            std::uint64_t const then = before == usec_.end() ? 0 : before->second;
            // CONFIG RESETSTAT, or another server.
            std::uint64_t const more = now >= then ? now - then : now;
            spent += more;
            if (more <= most) continue;
            most = more;
            timing_.busiest = command;
        }
        timing_.server_known = true;
        timing_.busy_share =
            static_cast<double>(spent) * 1'000.0 / static_cast<double>(now_ns - looked_ns_);
    }
    usec_ = std::move(usec);
    looked_ns_ = now_ns;
}

void upstream_clock::forget_commandstats() noexcept
{
    usec_.clear();
    looked_ns_ = 0;
    timing_.server_known = false;
    timing_.busy_share = 0;
    timing_.busiest.clear();
}

}  // namespace respguard::stats
