#include "policy/config_parameter.hpp"

#include <algorithm>
#include <charconv>

namespace respguard::policy {

namespace {

// redis 7.0.15 has 19 (all names of CONFIG GET * that are another's second name; EVASION.md says 18
// and lacks repl-ping-slave-period). Both names may stand in one CONFIG SET: the server takes the
// last. Two more are Valkey's.
constexpr std::array<parameter_alias, 21> aliases{{
    {"cluster-slave-no-failover", "cluster-replica-no-failover"},
    {"cluster-slave-validity-factor", "cluster-replica-validity-factor"},
    {"hash-max-ziplist-entries", "hash-max-listpack-entries"},
    {"hash-max-ziplist-value", "hash-max-listpack-value"},
    {"list-max-ziplist-size", "list-max-listpack-size"},
    {"lua-time-limit", "busy-reply-threshold"},
    {"min-slaves-max-lag", "min-replicas-max-lag"},
    {"min-slaves-to-write", "min-replicas-to-write"},
    {"primaryauth", "masterauth"},  // Valkey 8
    {"primaryuser", "masteruser"},  // Valkey 8
    {"repl-ping-slave-period", "repl-ping-replica-period"},
    {"slave-announce-ip", "replica-announce-ip"},
    {"slave-announce-port", "replica-announce-port"},
    {"slave-ignore-maxmemory", "replica-ignore-maxmemory"},
    {"slave-lazy-flush", "replica-lazy-flush"},
    {"slave-priority", "replica-priority"},
    {"slave-read-only", "replica-read-only"},
    {"slave-serve-stale-data", "replica-serve-stale-data"},
    {"slaveof", "replicaof"},
    {"zset-max-ziplist-entries", "zset-max-listpack-entries"},
    {"zset-max-ziplist-value", "zset-max-listpack-value"},
}};

constexpr char fold(char c) noexcept { return c == '_' || c == '.' ? '-' : to_lower(c); }

/// Empty if `name` is no alias.
std::string_view primary_of(std::string_view name) noexcept
{
    auto const* const found = std::lower_bound(
        aliases.begin(), aliases.end(), name,
        [](parameter_alias const& entry, std::string_view sought) { return entry.alias < sought; });
    return found != aliases.end() && found->alias == name ? found->primary : std::string_view{};
}

}  // namespace

std::span<parameter_alias const> parameter_aliases() noexcept { return aliases; }

parameter_name::parameter_name(byte_view as_sent) noexcept
{
    byte_view const visible = until_nul(as_sent);
    too_long_ = visible.size() > size_max;
    if (too_long_) return;
    std::transform(visible.begin(), visible.end(), bytes_.begin(), fold);
    size_ = visible.size();
    alias_of_ = primary_of(written());
}

std::string normal_parameter(std::string_view written_in_rule)
{
    std::string name(written_in_rule);
    bool in_class = false;
    for (char& c : name) {
        if (c == '[') in_class = true;
        if (c == ']') in_class = false;
        c = in_class ? to_lower(c) : fold(c);
    }
    std::string_view const primary = primary_of(name);
    return primary.empty() ? name : std::string(primary);
}

std::optional<std::int64_t> strict_integer(byte_view text) noexcept
{
    byte_view const digits = text.substr(text.starts_with('-') ? 1 : 0);
    if (digits.empty() || digits[0] < '0' || digits[0] > '9') return std::nullopt;
    if (digits[0] == '0' && text.size() > 1) return std::nullopt;  // "00", "-0"
    std::int64_t value = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

}  // namespace respguard::policy
