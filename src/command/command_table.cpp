#include "respguard/command/command_table.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <initializer_list>

#include "command/name_key.hpp"

namespace respguard::command {

namespace {

struct entry {
    std::string_view name;
    command_id container;
    role what;
    std::int8_t arity;
    std::initializer_list<trait> traits;
    std::initializer_list<category> categories;

    constexpr operator command_traits() const noexcept
    {
        std::uint32_t bits = 0;
        for (trait t : traits)
            bits |= static_cast<std::uint32_t>(t);
        std::uint32_t categories_of = 0;
        for (category c : categories)
            categories_of |= 1U << static_cast<unsigned>(c);
        return {name, container, what, bits, arity, categories_of};
    }
};

template <std::size_t Count>
constexpr std::array<command_traits, Count> make_table(entry const (&entries)[Count])
{
    std::array<command_traits, Count> made;
    std::copy(entries, entries + Count, made.begin());
    return made;
}

constexpr auto commands = make_table({
#include "command/command_data.inc"
});
static_assert(commands.size() < 1024);

/// What stands behind the `|` of a subcommand; the whole name of all others.
constexpr std::string_view last_part(command_traits const& c) noexcept
{
    return c.container == other ? c.name : c.name.substr(c.name.find('|') + 1);
}

/// Open addressing. The container is part of the key: what a client sends can not look like a
/// subcommand, because no byte of it decides where the container's name ends (EVASION E15).
class name_index {
public:
    constexpr name_index()
    {
        for (std::size_t id = 1; id < commands.size(); ++id) {
            name_key const key = make_key(last_part(commands[id]));
            std::size_t at = first_slot(key, commands[id].container);
            while (slots_[at].id != other)
                at = next(at);
            slots_[at] = {key, commands[id].container, static_cast<command_id>(id)};
        }
    }

    [[nodiscard]] command_id find(name_key const& key, command_id container) const noexcept
    {
        for (std::size_t at = first_slot(key, container);; at = next(at)) {
            slot const& s = slots_[at];
            if (s.id == other || (s.key == key && s.container == container)) return s.id;
        }
    }

private:
    static constexpr std::size_t count = 2048;  // A fifth of it is used: almost no collisions.

    struct slot {
        name_key key;
        command_id container = other;
        command_id id = other;
    };

    static constexpr std::size_t next(std::size_t at) noexcept { return (at + 1) % count; }

    static constexpr std::size_t first_slot(name_key const& key, command_id container) noexcept
    {
        std::uint64_t const mixed = (key.head + container) * 0x9E37'79B9'7F4A'7C15 ^
                                    (key.tail + key.size) * 0xC2B2'AE3D'27D4'EB4F;
        return static_cast<std::size_t>(mixed >> 40) % count;
    }

    std::array<slot, count> slots_{};
};

constexpr name_index index;

constexpr std::size_t name_size_max = [] {
    std::size_t longest = 0;
    for (command_traits const& c : commands)
        longest = std::max(longest, last_part(c).size());
    return longest;
}();

struct found {
    command_id id = other;
    bool nul = false;
};

found look_up_long(byte_view name, command_id container) noexcept
{
    byte_view const visible = until_nul(name);
    found result{other, visible.size() != name.size()};
    if (visible.empty() || visible.size() > name_size_max) return result;
    command_id const id = index.find(make_key(visible), container);
    bool const exact = visible.size() <= name_key::exact_up_to;
    if (exact || equals_lower(visible, last_part(commands[id]))) result.id = id;
    return result;
}

found look_up(byte_view name, command_id container) noexcept
{
    if (name.empty()) return {};
    if (name.size() > name_key::exact_up_to) return look_up_long(name, container);
    name_key const key = make_key(name);
    if (has_nul(key.head) || has_nul(key.tail)) return look_up_long(name, container);
    return {index.find(key, container), false};
}

}  // namespace

std::span<command_traits const> table() noexcept { return commands; }

std::span<std::string_view const> category_names() noexcept
{
    static constexpr std::array<std::string_view, 21> names{
        "keyspace", "read",   "write",       "set",       "sortedset",  "list",        "hash",
        "string",   "bitmap", "hyperloglog", "geo",       "stream",     "pubsub",      "admin",
        "fast",     "slow",   "blocking",    "dangerous", "connection", "transaction", "scripting"};
    static_assert(names.size() == static_cast<std::size_t>(category::scripting) + 1);
    return names;
}

command_traits const& traits_of(command_id id) noexcept
{
    assert(id < commands.size() && "a command_id of another build?");
    return commands[id];
}

identity identify(byte_view name, byte_view subcommand) noexcept
{
    found const top = look_up(name, other);
    identity result{top.id, top.nul, false};
    if (!commands[top.id].has(trait::container)) return result;
    found const sub = look_up(subcommand, top.id);
    if (sub.id != other) result.id = sub.id;
    result.nul_in_subcommand = sub.nul;
    return result;
}

bool needs_subcommand(byte_view name) noexcept
{
    return commands[look_up(name, other).id].has(trait::container);
}

command_id find(std::string_view name) noexcept
{
    std::size_t const bar = name.find('|');
    command_id const top = look_up(name.substr(0, bar), other).id;
    if (bar == std::string_view::npos) return top;
    return commands[top].has(trait::container) ? look_up(name.substr(bar + 1), top).id : other;
}

}  // namespace respguard::command
