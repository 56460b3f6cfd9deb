#include "respguard/command/keys.hpp"

#include "respguard/base/argument_walk.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace respguard::command {

namespace {

enum class key_search : std::uint8_t {
    range,           ///< Arguments first, first + step, ... up to last.
    counted,         ///< Argument first says how many; they begin `last` arguments behind it.
    behind_keyword,  ///< Whatever follows this keyword, from argument first on.
    own_walk,        ///< See below.
};

struct key_spec {
    command_id command;
    key_search how;
    std::int16_t first;
    std::int16_t last;
    std::int16_t step;
    std::string_view keyword;
};

constexpr key_spec specs[] = {
#include "command/key_data.inc"
};
static_assert(std::is_sorted(std::begin(specs), std::end(specs),
                             [](key_spec const& a, key_spec const& b) {
                                 return a.command < b.command;
                             }));

std::span<key_spec const> specs_of(command_id id) noexcept
{
    auto const below = [](key_spec const& spec, command_id of) { return spec.command < of; };
    auto const* const from = std::lower_bound(std::begin(specs), std::end(specs), id, below);
    auto const* to = from;
    while (to != std::end(specs) && to->command == id)
        ++to;
    return {from, to};
}

/// It touches keys, and nothing here says which.
bool is_opaque(command_id id) noexcept
{
    command_traits const& c = traits_of(id);
    if (id == other || c.has(trait::all_keys)) return true;
    return c.has(trait::container);  // With a subcommand that the table does not know.
}

void show(key_visitor& visitor, argument const& a, bool is_pattern = false) noexcept
{
    visitor.on_key({a.bytes, a.size_bytes, is_pattern});
}

/// Moves to argument `index`, which lies ahead. False if it is not there at all.
bool move_to(argument_walk& walk, std::size_t index) noexcept
{
    while (walk.next()) {
        if (walk.index() == index) return true;
    }
    return false;
}

/// Every `step`th argument from `first` to `last`, both within the request.
keys_found show_range(byte_view canonical, key_visitor& visitor, std::size_t first,
                      std::size_t last, std::size_t step) noexcept
{
    argument_walk walk(canonical);
    for (std::size_t wanted = first; wanted <= last; wanted += step) {
        if (!move_to(walk, wanted)) return keys_found::cut;
        show(visitor, walk.current());
        if (!walk.current().is_whole()) return keys_found::cut;
    }
    return keys_found::all;
}

keys_found by_range(key_spec const& spec, byte_view canonical, key_visitor& visitor) noexcept
{
    std::int64_t const count = argument_walk(canonical).count();
    std::int64_t const last = spec.last >= 0 ? spec.first + spec.last : count + spec.last;
    // Too few arguments: the server refuses it, and it names no key.
    if (last < spec.first || spec.first >= count) return keys_found::all;
    return show_range(canonical, visitor, static_cast<std::size_t>(spec.first),
                      static_cast<std::size_t>(std::min(last, count - 1)),
                      static_cast<std::size_t>(spec.step));
}

/// Strictly as redis 7.0.15 util.c string2ll; -1 if it is no number of arguments.
std::int64_t strict_count(byte_view text) noexcept
{
    if (text.empty() || text.size() > 10 || (text[0] == '0' && text.size() > 1)) return -1;
    std::int64_t value = 0;
    for (char const c : text) {
        if (c < '0' || c > '9') return -1;
        value = value * 10 + (c - '0');
    }
    return value;
}

keys_found by_count(key_spec const& spec, byte_view canonical, key_visitor& visitor) noexcept
{
    argument_walk walk(canonical);
    auto const at = static_cast<std::size_t>(spec.first);
    if (walk.count() <= at) return keys_found::all;  // Refused by the server for its arity.
    if (!move_to(walk, at) || !walk.current().is_whole()) return keys_found::cut;
    std::int64_t const count = strict_count(walk.current().bytes);
    if (count < 0) return keys_found::unknown;
    if (count == 0) return keys_found::all;
    auto const first = at + static_cast<std::size_t>(spec.last);
    auto const step = static_cast<std::size_t>(spec.step);
    std::size_t const last = first + (static_cast<std::size_t>(count) - 1) * step;
    if (last >= walk.count()) return keys_found::unknown;
    return show_range(canonical, visitor, first, last, step);
}

// The server takes the last of several, its key specification the first: all are shown.
keys_found by_keyword(key_spec const& spec, byte_view canonical, key_visitor& visitor) noexcept
{
    argument_walk walk(canonical);
    bool is_key = false;
    while (walk.next()) {
        argument const& a = walk.current();
        if (is_key) show(visitor, a);
        if (!a.is_whole()) return keys_found::cut;
        is_key = walk.index() >= static_cast<std::size_t>(spec.first) &&
                 equals_lower(until_nul(a.bytes), spec.keyword);
    }
    return walk.index() + 1 == walk.count() ? keys_found::all : keys_found::cut;
}

/// An option and how many values follow it.
struct option {
    std::string_view name;
    std::size_t values;
};

option const* find_option(std::span<option const> options, byte_view written) noexcept
{
    byte_view const name = until_nul(written);
    auto const found = std::find_if(options.begin(), options.end(),
                                    [&](option const& o) { return equals_lower(name, o.name); });
    return found == options.end() ? nullptr : &*found;
}

/// Whole arguments only; `cut` once there is none although there should be.
struct option_walk {
    explicit option_walk(byte_view canonical) noexcept : walk(canonical) {}

    bool next() noexcept
    {
        if (walk.next() && walk.current().is_whole()) return true;
        cut = seen() < walk.count();
        return false;
    }
    [[nodiscard]] byte_view bytes() const noexcept { return walk.current().bytes; }
    [[nodiscard]] std::size_t seen() const noexcept
    {
        return walk.index() + (walk.current().is_whole() ? 1 : 0);
    }

    argument_walk walk;
    bool cut = false;
};

// redis 7.0.15 t_stream.c xreadCommand: options in any order, then the first STREAMS in the place
// of an option.
keys_found streams(byte_view canonical, key_visitor& visitor) noexcept
{
    static constexpr std::array<option, 5> options{
        {{"block", 1}, {"count", 1}, {"claim", 1}, {"group", 2}, {"noack", 0}}};
    option_walk at(canonical);
    if (!at.next()) return keys_found::cut;
    while (at.next()) {
        if (equals_lower(until_nul(at.bytes()), "streams")) {
            std::size_t const first = at.walk.index() + 1;
            std::size_t const rest = at.walk.count() - first;
            if (rest == 0 || rest % 2 != 0) return keys_found::unknown;  // The server refuses it.
            return show_range(canonical, visitor, first, first + rest / 2 - 1, 1);
        }
        option const* const known = find_option(options, at.bytes());
        if (known == nullptr) return keys_found::unknown;
        for (std::size_t i = 0; i < known->values; ++i) {
            if (!at.next()) break;
        }
    }
    return at.cut ? keys_found::cut : keys_found::unknown;
}

// redis 7.0.15 sort.c sortCommandGeneric. BY and GET without `*`, and GET #, read no other key.
keys_found sorted(byte_view canonical, key_visitor& visitor) noexcept
{
    static constexpr std::array<option, 7> options{
        {{"asc", 0}, {"desc", 0}, {"alpha", 0}, {"limit", 2}, {"store", 1}, {"by", 1}, {"get", 1}}};
    option_walk at(canonical);
    if (at.walk.count() < 2) return keys_found::all;
    if (!at.next()) return keys_found::cut;
    if (!at.next()) {
        if (at.walk.index() == 1) show(visitor, at.walk.current());
        return keys_found::cut;
    }
    show(visitor, at.walk.current());
    while (at.next()) {
        option const* const known = find_option(options, at.bytes());
        if (known == nullptr) return keys_found::unknown;
        for (std::size_t i = 0; i < known->values; ++i) {
            if (!at.next()) break;
            bool const pattern = known->name == "by" || known->name == "get";
            if (known->name == "store" || (pattern && at.bytes().find('*') != byte_view::npos)) {
                show(visitor, at.walk.current(), pattern);
            }
        }
    }
    return at.cut ? keys_found::cut : keys_found::all;
}

// redis 7.0.15 db.c scanGenericCommand: without MATCH it shows all keys; the last MATCH counts.
keys_found scanned(byte_view canonical, key_visitor& visitor) noexcept
{
    static constexpr std::array<option, 3> options{{{"match", 1}, {"count", 1}, {"type", 1}}};
    option_walk at(canonical);
    if (!at.next() || !at.next()) return at.cut ? keys_found::cut : keys_found::unknown;
    bool any = false;
    while (at.next()) {
        option const* const known = find_option(options, at.bytes());
        if (known == nullptr || !at.next()) break;
        if (known->name != "match") continue;
        show(visitor, at.walk.current(), true);
        any = true;
    }
    if (at.cut) return keys_found::cut;
    return any && at.seen() == at.walk.count() ? keys_found::all : keys_found::unknown;
}

keys_found listed(byte_view canonical, key_visitor& visitor) noexcept
{
    argument_walk walk(canonical);
    if (walk.count() != 2) return keys_found::unknown;
    if (!move_to(walk, 1)) return keys_found::cut;
    show(visitor, walk.current(), true);
    return walk.current().is_whole() ? keys_found::all : keys_found::cut;
}

keys_found by_own_walk(command_id id, byte_view canonical, key_visitor& visitor) noexcept
{
    return traits_of(id).is(category::stream) ? streams(canonical, visitor)
                                              : sorted(canonical, visitor);
}

}  // namespace

bool may_touch_keys(command_id id) noexcept { return is_opaque(id) || !specs_of(id).empty(); }

first_key_place first_key_of(command_id id) noexcept
{
    using kind = first_key_place::kind;
    auto const found = specs_of(id);
    if (is_opaque(id) || found.empty()) return {};
    key_spec const& first = found.front();
    auto const at = [](int index) { return static_cast<std::uint8_t>(index); };
    switch (first.how) {
    case key_search::range: return {kind::fixed, at(first.first), 0};
    case key_search::counted: return {kind::counted, at(first.first + first.last), at(first.first)};
    case key_search::behind_keyword:
    case key_search::own_walk: break;
    }
    return {kind::search, 0, 0};
}

keys_found visit_keys(command_id id, byte_view canonical, key_visitor& visitor) noexcept
{
    if (argument_walk(canonical).count() == 0) return keys_found::cut;
    static command_id const scan = find("scan");
    static command_id const keys = find("keys");
    if (id == scan) return scanned(canonical, visitor);
    if (id == keys) return listed(canonical, visitor);
    if (is_opaque(id)) return keys_found::unknown;
    keys_found worst = keys_found::all;
    for (key_spec const& spec : specs_of(id)) {
        keys_found found = keys_found::all;
        switch (spec.how) {
        case key_search::range: found = by_range(spec, canonical, visitor); break;
        case key_search::counted: found = by_count(spec, canonical, visitor); break;
        case key_search::behind_keyword: found = by_keyword(spec, canonical, visitor); break;
        case key_search::own_walk: found = by_own_walk(id, canonical, visitor); break;
        }
        worst = std::max(worst, found);
    }
    return worst;
}

}  // namespace respguard::command
