#include "respguard/stats/upstream_clock.hpp"

#include <algorithm>
#include <charconv>
#include <system_error>
#include <utility>

namespace respguard::stats {

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
