#include "policy/sender_check.hpp"

#include <algorithm>
#include <string>

namespace respguard::policy {

namespace {

bool any(std::vector<glob> const& globs, byte_view text) noexcept
{
    return globs.empty() ||
           std::any_of(globs.begin(), globs.end(), [&](glob const& g) { return g.matches(text); });
}

byte_view default_user(byte_view user) noexcept
{
    return user.empty() ? byte_view("default") : user;
}

byte_view as_is(byte_view name) noexcept { return name; }

/// @param shown What Redis calls the value.
template <typename Shown>
tri said(std::vector<glob> const& globs, said_by_client const& value, Shown shown) noexcept
{
    bool const now = any(globs, shown(value.text));
    if (value.is_sure) return certainly(now);
    if (!value.asked || any(globs, shown(*value.asked)) != now) return tri::maybe;
    return certainly(now);  // Whether the change takes place or not.
}

parsed<std::vector<glob>> parse_globs(std::vector<std::string> const& texts, letter_case how)
{
    std::vector<glob> made;
    for (std::string const& text : texts) {
        auto one = glob::parse(text, how);
        if (!one) return one.error();
        made.push_back(std::move(one).value());
    }
    return made;
}

}  // namespace

bool sender_check::is_wanted(condition_settings const& match) noexcept
{
    return !match.dbs.empty() || !match.users.empty() || !match.client_names.empty() ||
           !match.clients.empty() || !match.listeners.empty();
}

parsed<sender_check> sender_check::make(condition_settings const& match)
{
    sender_check made;
    made.dbs_ = match.dbs;
    // Users and names are case sensitive for Redis.
    auto users = parse_globs(match.users, letter_case::matters);
    if (!users) return users.error();
    made.users_ = std::move(users).value();
    auto names = parse_globs(match.client_names, letter_case::matters);
    if (!names) return names.error();
    made.names_ = std::move(names).value();
    auto listeners = parse_globs(match.listeners, letter_case::ignored);
    if (!listeners) return listeners.error();
    made.listeners_ = std::move(listeners).value();
    for (std::string const& text : match.clients) {
        auto one = address_range::parse(text);
        if (!one) return one.error();
        made.clients_.push_back(one.value());
    }
    return made;
}

tri sender_check::in_db(sender const& from) const noexcept
{
    if (dbs_.empty()) return tri::yes;
    auto const has = [&](std::uint32_t db) {
        return std::find(dbs_.begin(), dbs_.end(), db) != dbs_.end();
    };
    if (from.db_is_sure) return certainly(has(from.db));
    if (!from.db_asked || has(from.db) != has(*from.db_asked)) return tri::maybe;
    return certainly(has(from.db));
}

tri sender_check::matches(sender const& from) const noexcept
{
    auto const is_in = [&](address_range const& range) { return range.contains(from.address); };
    if (!clients_.empty() && std::none_of(clients_.begin(), clients_.end(), is_in)) return tri::no;
    if (!any(listeners_, from.listener)) return tri::no;
    tri found = in_db(from);
    if (!users_.empty()) found = both(found, said(users_, from.user, default_user));
    if (!names_.empty()) found = both(found, said(names_, from.name, as_is));
    return found;
}

}  // namespace respguard::policy
