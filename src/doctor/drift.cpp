#include "respguard/doctor/drift.hpp"

#include "respguard/policy/redis_requirements.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "doctor/memory_limit.hpp"
#include "doctor/wording.hpp"

namespace respguard::doctor {

namespace {

namespace need = policy::redis_requirements;

struct watched {
    std::string_view type;
    std::string_view name;  ///< For the text.
    std::string_view info;  ///< INFO field, tried first; may be empty.
    std::string_view config;
};

constexpr std::array<watched, 9> settings_watched{{
    {"drift.restart", "run_id", "run_id", ""},
    {"drift.version", "version", "redis_version", ""},
    {"drift.role", "role", "role", ""},
    {"drift.maxmemory_policy", "maxmemory-policy", "maxmemory_policy", "maxmemory-policy"},
    {"drift.maxmemory", "maxmemory", "maxmemory", "maxmemory"},
    {"drift.tcp_keepalive", "tcp-keepalive", "", "tcp-keepalive"},
    {"drift.save", "save", "", "save"},
    {"drift.appendonly", "appendonly", "", "appendonly"},
    {"drift.replicas", "connected replicas", "connected_slaves", ""},
}};

std::string unix_ms(drift_watch::clock::time_point at)
{
    using std::chrono::milliseconds;
    return std::to_string(std::chrono::duration_cast<milliseconds>(at.time_since_epoch()).count());
}

std::optional<std::string> read(facts const& from, watched const& what)
{
    if (!what.info.empty()) {
        if (auto const value = from.info(what.info)) return printable(*value, 100);
    }
    if (what.config.empty()) return std::nullopt;
    if (auto const value = from.config(what.config)) return printable(*value, 100);
    return std::nullopt;
}

std::string text_of(watched const& what, std::string const& old, std::string const& now)
{
    if (what.type == "drift.restart") {
        return "another server process answers: a restart, or a failover behind this address";
    }
    auto const shown = [](std::string const& value) { return value.empty() ? "\"\"" : value; };
    return fmt::format("{} changed from {} to {}", what.name, shown(old), shown(now));
}

/// What a level crossed: its name for the text, and the limit in words.
struct limit_crossing {
    std::string_view type;
    std::string_view what;
    std::string limit;
    bool up = false;
};

/// `old`: the last value on the other side; empty: over the limit when first looked at.
void tell(limit_crossing const& what, drift_watch::known const& old, std::string const& value,
          std::vector<event>& out)
{
    event made{
        std::string(what.type),
        fmt::format("{} is {}, {} {}", what.what, value, what.up ? "over" : "below", what.limit),
        {{"old", old.value}, {"new", value}, {"limit", what.limit}}};
    if (!old.value.empty()) made.fields.emplace_back("old_seen_unix_ms", unix_ms(old.seen));
    out.push_back(std::move(made));
}

}  // namespace

level::level(std::vector<double> limits, double leave_factor, int rounds)
    : limits_(std::move(limits)), leave_factor_(leave_factor), rounds_(rounds)
{
}

std::optional<int> level::update(double value)
{
    int reached = 0;
    for (std::size_t i = 0; i < limits_.size(); ++i) {
        bool const held = static_cast<int>(i) < now_;
        if (value >= limits_[i] * (held ? leave_factor_ : 1.0)) reached = static_cast<int>(i) + 1;
    }
    if (reached == now_) {
        seen_ = 0;
        return std::nullopt;
    }
    // Swinging between two higher levels is beyond the lower one all the while.
    bool const same_way = seen_ > 0 && (reached > now_) == (wanted_ > now_);
    if (!same_way) {
        wanted_ = reached;
    } else {
        wanted_ = reached > now_ ? std::min(wanted_, reached) : std::max(wanted_, reached);
    }
    seen_ = same_way ? seen_ + 1 : 1;
    if (seen_ < rounds_) return std::nullopt;
    seen_ = 0;
    return std::exchange(now_, wanted_);
}

double level::crossed_since(int before) const
{
    return limits_.at(static_cast<std::size_t>(std::max(before, now_) - 1));
}

drift_watch::drift_watch()
    : memory_{level({need::utilisation_max, need::utilisation_critical}, 0.95, 1), {}},
      round_trip_{level({static_cast<double>(need::rtt_preferred.count()),
                         static_cast<double>(need::rtt_max.count())},
                        0.8, 3),
                  {}}
{
}

std::vector<event> drift_watch::look(facts const& from, clock::time_point now)
{
    std::vector<event> out;
    compare_settings(from, now, out);
    compare_evictions(from, now, out);
    compare_memory(from, now, out);
    compare_round_trip(from, now, out);
    return out;
}

void drift_watch::compare_settings(facts const& from, clock::time_point now,
                                   std::vector<event>& out)
{
    for (auto const& each : settings_watched) {
        auto const value = read(from, each);
        if (!value) continue;
        auto const [at, is_new] = settings_.try_emplace(std::string(each.type), known{*value, now});
        if (!is_new && at->second.value != *value) {
            out.push_back({std::string(each.type),
                           text_of(each, at->second.value, *value),
                           {{"old", at->second.value},
                            {"new", *value},
                            {"old_seen_unix_ms", unix_ms(at->second.seen)}}});
        }
        at->second = {*value, now};
    }
}

void drift_watch::compare_evictions(facts const& from, clock::time_point now,
                                    std::vector<event>& out)
{
    auto const count = from.info_number("evicted_keys");
    if (!count) return;
    // Less than before: a restart or CONFIG RESETSTAT; the count begins again.
    bool const rises = evicted_ && *count > *evicted_;
    if (rises && quiet_rounds_ == 0) {
        out.push_back(
            {"drift.evicted_keys",
             fmt::format("keys are being evicted: {} more", count_text(*count - *evicted_)),
             {{"old", fmt::format("{:.0f}", *evicted_)},
              {"new", fmt::format("{:.0f}", *count)},
              {"old_seen_unix_ms", unix_ms(evicted_seen_)}}});
    }
    // A full server evicts a key now and then; that is one event, not many.
    constexpr int over_after = 5;
    quiet_rounds_ = rises ? over_after : std::max(quiet_rounds_ - 1, 0);
    evicted_ = *count;
    evicted_seen_ = now;
}

void drift_watch::compare_memory(facts const& from, clock::time_point now, std::vector<event>& out)
{
    auto const used = find_memory_use(from);
    auto const most = find_memory_limit(from);
    if (!used || !most) return;
    auto const before = memory_.of.update(*used / most->bytes);
    auto const value = percent_text(*used / most->bytes);
    if (before) {
        auto const limit = percent_text(memory_.of.crossed_since(*before));
        tell({"drift.memory_use", "memory use", limit, memory_.of.now() > *before}, memory_.last,
             value, out);
    }
    if (memory_.of.is_settled()) memory_.last = {value, now};
}

void drift_watch::compare_round_trip(facts const& from, clock::time_point now,
                                     std::vector<event>& out)
{
    auto pings = from.rtt.pings;
    if (pings.empty()) return;
    auto const middle = pings.begin() + static_cast<std::ptrdiff_t>(pings.size() / 2);
    std::nth_element(pings.begin(), middle, pings.end());
    auto const before = round_trip_.of.update(static_cast<double>(middle->count()) / 1e3);
    auto const value = milliseconds_text(*middle);
    if (before) {
        auto const us = static_cast<std::int64_t>(round_trip_.of.crossed_since(*before));
        tell({"drift.rtt", "the round trip", milliseconds_text(std::chrono::microseconds(us)),
              round_trip_.of.now() > *before},
             round_trip_.last, value, out);
    }
    if (round_trip_.of.is_settled()) round_trip_.last = {value, now};
}

}  // namespace respguard::doctor
