#include "respguard/command/blocking.hpp"

#include "respguard/base/argument_walk.hpp"
#include "respguard/base/arguments.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <system_error>

namespace respguard::command {

namespace {

/// How many arguments follow this option of XREAD or XREADGROUP.
int values_of(byte_view option) noexcept
{
    if (equals_lower(option, "group")) return 2;
    return equals_lower(option, "count") || equals_lower(option, "claim") ? 1 : 0;
}

/// Options are read as the server does (redis 7.0.15 t_stream.c xreadCommand), so that a group or
/// key that is called "block" is not taken for the option.
bool has_block_option(byte_view canonical_request) noexcept
{
    int skip = 1;  // The command's own name.
    for (byte_view argument : arguments(canonical_request)) {
        if (skip > 0) {
            --skip;
            continue;
        }
        byte_view const option = until_nul(argument);
        if (equals_lower(option, "block")) return true;
        if (equals_lower(option, "streams")) return false;
        skip = values_of(option);
    }
    return false;
}

byte_view argument_at(byte_view canonical_request, std::size_t wanted) noexcept
{
    std::size_t index = 0;
    for (byte_view const argument : arguments(canonical_request)) {
        if (index++ == wanted) return argument;
    }
    return {};
}

/// The value of BLOCK; empty if it is not there.
byte_view block_value(byte_view canonical_request) noexcept
{
    int skip = 1;
    bool found = false;
    for (byte_view const argument : arguments(canonical_request)) {
        if (found) return argument;
        if (skip > 0) {
            --skip;
            continue;
        }
        byte_view const option = until_nul(argument);
        if (equals_lower(option, "streams")) return {};
        found = equals_lower(option, "block");
        skip = values_of(option);
    }
    return {};
}

constexpr double in_seconds = 1e9;
constexpr double in_milliseconds = 1e6;

std::optional<std::chrono::nanoseconds> timeout_of(byte_view text, double unit) noexcept
{
    double value = 0;
    char const* const end = text.data() + text.size();
    auto const [rest, failed] = std::from_chars(text.data(), end, value);
    // Beyond a year nobody cares how long, and the arithmetic stays exact.
    constexpr double longest_ns = 366.0 * 24 * 3'600 * 1e9;
    if (failed != std::errc{} || rest != end || text.empty()) return {};
    if (!(value >= 0)) return {};
    return std::chrono::nanoseconds(static_cast<std::int64_t>(std::min(value * unit, longest_ns)));
}

}  // namespace

bool blocks(command_id id, byte_view canonical_request) noexcept
{
    command_traits const& traits = traits_of(id);
    if (!traits.has(trait::blocking)) return false;
    return !traits.has(trait::block_option) || has_block_option(canonical_request);
}

std::optional<std::chrono::nanoseconds> block_timeout(command_id id,
                                                      byte_view canonical_request) noexcept
{
    std::string_view const name = traits_of(id).name;
    if (traits_of(id).has(trait::block_option)) {
        return timeout_of(block_value(canonical_request), in_milliseconds);
    }
    argument_walk walk(canonical_request);
    std::size_t const last = walk.count() == 0 ? 0 : walk.count() - 1;
    if (name == "wait") return timeout_of(argument_at(canonical_request, 2), in_milliseconds);
    if (name == "waitaof") return timeout_of(argument_at(canonical_request, 3), in_milliseconds);
    bool const first = name == "blmpop" || name == "bzmpop";
    return timeout_of(argument_at(canonical_request, first ? 1 : last), in_seconds);
}

}  // namespace respguard::command
