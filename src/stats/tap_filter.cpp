#include "respguard/stats/tap_filter.hpp"

#include "respguard/command/keys.hpp"

#include <algorithm>

namespace respguard::stats {

namespace {

bool names_it(std::optional<glob> const& pattern, byte_view text) noexcept
{
    return !pattern || pattern->matches(text);
}

class key_search final : public command::key_visitor {
public:
    explicit key_search(glob const& pattern) noexcept : pattern_(pattern) {}
    void on_key(command::named_key const& key) noexcept override
    {
        found_ = found_ || pattern_.matches(key.bytes);
    }
    [[nodiscard]] bool found() const noexcept { return found_; }

private:
    glob const& pattern_;
    bool found_ = false;
};

bool has_key(glob const& pattern, finished_command const& what) noexcept
{
    if (!command::may_touch_keys(what.command)) return false;
    key_search search(pattern);
    (void)command::visit_keys(what.command, what.request, search);
    return search.found();
}

bool is_by(glob const& pattern, finished_client const& who) noexcept
{
    return pattern.matches(who.address) || (!who.name.empty() && pattern.matches(who.name));
}

}  // namespace

std::string tap_filter::only_commands(std::string_view patterns)
{
    auto const all = command::table();
    commands.resize(all.size());
    while (true) {
        auto const comma = patterns.find(',');
        auto const pattern = glob::parse(patterns.substr(0, comma));
        if (!pattern) return pattern.error().text;
        bool any = false;
        for (std::size_t id = 0; id < all.size(); ++id) {
            if (!pattern->matches(all[id].name)) continue;
            commands[id] = true;
            any = true;
        }
        if (!any) return "no command has such a name; unknown ones are \"other\"";
        if (comma == std::string_view::npos) return {};
        patterns.remove_prefix(comma + 1);
    }
}

bool tap_filter::takes(finished_command const& what) const noexcept
{
    if (errors && what.outcome == command_outcome::ok) return false;
    if (rules && what.rule == no_matched_rule) return false;
    if (db && *db != what.client.db) return false;
    if (!commands.empty() && !commands[what.command]) return false;
    if (round_trip_ns > 0 && (what.blocking || what.round_trip_ns < round_trip_ns)) return false;
    if (std::max(what.request_bytes, what.reply_bytes) < bytes) return false;
    if (!names_it(queue, what.queue) || !names_it(script, what.script)) return false;
    if (!names_it(user, what.client.user.empty() ? "default" : what.client.user)) return false;
    if (client && !is_by(*client, what.client)) return false;
    return !key || has_key(*key, what);
}

}  // namespace respguard::stats
