#include "policy/offset_check.hpp"

#include "respguard/base/argument_walk.hpp"

#include <algorithm>

namespace respguard::policy {

namespace {

using command::command_id;

constexpr std::uint64_t bits_per_byte = 8;

struct offset_commands {
    command_id setrange = command::find("setrange");
    command_id setbit = command::find("setbit");
    command_id bitfield = command::find("bitfield");
};

offset_commands const& known() noexcept
{
    static offset_commands const commands;
    return commands;
}

/// What does not fit is the largest number, what is none is 0.
std::uint64_t lax_number(byte_view text) noexcept
{
    std::size_t const first = text.find_first_not_of(" \t\r\n\v\f+");
    if (first == byte_view::npos) return 0;
    std::uint64_t number = 0;
    for (char const c : text.substr(first)) {
        if (c < '0' || c > '9') break;
        auto const digit = static_cast<std::uint64_t>(c - '0');
        if (number > (no_limit - digit) / 10) return no_limit;
        number = number * 10 + digit;
    }
    return number;
}

std::uint64_t times(std::uint64_t a, std::uint64_t b) noexcept
{
    return b != 0 && a > no_limit / b ? no_limit : a * b;
}

/// Reads BITFIELD's options as they come: GET type offset, OVERFLOW how, SET or INCRBY type offset
/// value.
class bitfield_reader {
public:
    /// @return True if this argument is the offset of a write behind the limit.
    bool is_beyond(byte_view argument, std::uint64_t limit_bytes) noexcept
    {
        if (left_ == 0) {
            writes_ = equals_lower(argument, "set") || equals_lower(argument, "incrby");
            if (writes_) left_ = 3;
            if (equals_lower(argument, "get")) left_ = 2;
            if (equals_lower(argument, "overflow")) left_ = 1;
            return false;
        }
        --left_;
        // The type stands two arguments in front of the value.
        if (writes_ && left_ == 2) width_ = lax_number(argument.substr(!argument.empty()));
        if (!writes_ || left_ != 1) return false;
        bool const counts_fields = argument.starts_with('#');
        std::uint64_t const bits =
            times(lax_number(argument.substr(counts_fields)), counts_fields ? width_ : 1);
        return bits / bits_per_byte > limit_bytes;
    }

private:
    int left_ = 0;  ///< Arguments that the option at hand still takes.
    bool writes_ = false;
    std::uint64_t width_ = 0;  ///< Of "i16": 16.
};

}  // namespace

bool writes_at_offset(command_id id) noexcept
{
    return id == known().setrange || id == known().setbit || id == known().bitfield;
}

tri writes_beyond(request_facts const& facts, std::uint64_t limit_bytes) noexcept
{
    constexpr std::size_t offset_index = 2;  // Of SETRANGE and SETBIT; BITFIELD's first option.
    bool const is_bitfield = facts.command == known().bitfield;
    std::uint64_t const unit = facts.command == known().setbit ? bits_per_byte : 1;
    bitfield_reader options;
    argument_walk walk(facts.canonical);
    while (walk.next()) {
        if (walk.index() < offset_index) continue;
        if (!walk.current().is_whole()) return tri::maybe;
        byte_view const argument = walk.current().bytes;
        if (!is_bitfield) return certainly(lax_number(argument) / unit > limit_bytes);
        if (options.is_beyond(argument, limit_bytes)) return tri::yes;
    }
    std::uint32_t const seen = static_cast<std::uint32_t>(walk.index() + 1);
    return walk.count() != 0 && seen == walk.count() ? tri::no : tri::maybe;
}

}  // namespace respguard::policy
