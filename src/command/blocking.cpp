#include "respguard/command/blocking.hpp"

#include "respguard/base/arguments.hpp"

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

}  // namespace

bool blocks(command_id id, byte_view canonical_request) noexcept
{
    command_traits const& traits = traits_of(id);
    if (!traits.has(trait::blocking)) return false;
    return !traits.has(trait::block_option) || has_block_option(canonical_request);
}

}  // namespace respguard::command
