// Rules as they are written, in the file and in presets.
#include "config/rule_reader.hpp"

#include "respguard/base/units.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <utility>

#include "config/match_reader.hpp"
#include "config/nearest.hpp"

namespace respguard::config {

namespace {

using namespace std::string_view_literals;
using kind = value::kind;

constexpr std::array rule_fields{"id"sv,   "match"sv, "action"sv, "shadow"sv,
                                 "over"sv, "per"sv,   "every"sv,  "message"sv};
/// In the order of policy::rate_share.
constexpr std::array shares{"client"sv, "user"sv, "listener"sv};
constexpr std::array actions{policy::action::allow, policy::action::alert, policy::action::reject,
                             policy::action::close};

/// Reads one rule; collects what is wrong with it.
class rule_reader {
public:
    rule_reader(std::string key, mistakes& errors) : key_(std::move(key)), errors_(errors) {}

    policy::rule_settings read(value const& rule)
    {
        policy::rule_settings out;
        check_fields(rule, "", rule_fields);
        if (auto const* id = rule.find("id")) {
            out.id = text(*id, "id");
        } else {
            fail(rule.at, "id", "is missing: each rule has its own, such as id = \"big-command\"");
        }
        if (auto const* shadow = rule.find("shadow")) out.shadow = truth(*shadow, "shadow");
        if (auto const* every = rule.find("every")) out.every = read_every(*every);
        out.limit = read_limit(rule);
        if (auto const* message = rule.find("message")) out.message = text(*message, "message");
        if (auto const* action = rule.find("action")) {
            out.what = read_action(*action);
        } else {
            fail(rule.at, "action", "is missing: allow, alert, reject or close");
        }
        if (auto const* match = rule.find("match")) {
            out.match = match_reader(key_, errors_).read(*match);
        } else {
            fail(rule.at, "match", "is missing, such as match = { command = \"flushall\" }");
        }
        return out;
    }

private:
    void fail(place const& at, std::string_view field, std::string text)
    {
        errors_.push_back({at, key_ + "." + std::string(field), std::move(text)});
    }

    void check_fields(value const& table, std::string const& prefix,
                      std::span<std::string_view const> known)
    {
        for (table_entry const& entry : table.entries) {
            if (std::find(known.begin(), known.end(), entry.name) != known.end()) continue;
            fail(entry.at, prefix + entry.name, "unknown field" + suggestion(entry.name, known));
        }
    }

    std::string text(value const& written, std::string_view field)
    {
        if (written.what == kind::text) return written.text;
        fail(written.at, field, "found " + written.describe() + ", expected a string");
        return {};
    }

    bool truth(value const& written, std::string_view field)
    {
        if (written.what == kind::boolean) return written.boolean;
        fail(written.at, field, "found " + written.describe() + ", expected true or false");
        return false;
    }

    std::chrono::nanoseconds read_every(value const& written)
    {
        auto const duration = parse_duration(text(written, "every"));
        if (duration) return *duration;
        if (written.what == kind::text) fail(written.at, "every", duration.error().text);
        return {};
    }

    std::optional<policy::rate_limit> read_limit(value const& rule)
    {
        auto const* over = rule.find("over");
        auto const* per = rule.find("per");
        if (over == nullptr) {
            if (per != nullptr) fail(per->at, "per", "says nothing without over = \"1000/s\"");
            return std::nullopt;
        }
        auto limit = policy::rate_limit::parse(text(*over, "over"));
        if (!limit) {
            if (over->what == kind::text) fail(over->at, "over", limit.error().text);
            return std::nullopt;
        }
        if (per == nullptr) {
            fail(rule.at, "per", "is missing: client, user or listener");
            return std::nullopt;
        }
        std::string const share = text(*per, "per");
        auto const found = std::find(shares.begin(), shares.end(), share);
        if (found == shares.end() && per->what == kind::text) {
            fail(per->at, "per", "'" + share + "' is not known" + suggestion(share, shares));
        }
        limit->share = static_cast<policy::rate_share>(found - shares.begin());
        return *limit;
    }

    policy::action read_action(value const& written)
    {
        std::string const name = text(written, "action");
        std::vector<std::string_view> names;
        for (policy::action const a : actions) {
            if (name == policy::to_string(a)) return a;
            names.push_back(policy::to_string(a));
        }
        if (written.what == kind::text) {
            fail(written.at, "action", "'" + name + "' is not known" + suggestion(name, names));
        }
        return policy::action::alert;
    }

    std::string key_;
    mistakes& errors_;
};

}  // namespace

std::vector<policy::rule_settings> read_rules(value const& list, rules_origin const& from,
                                              mistakes& errors)
{
    std::vector<policy::rule_settings> out;
    if (list.what != kind::list) {
        errors.push_back({list.at, from.key,
                          "found " + list.describe() + ", expected [[" + from.key +
                              "]] (two brackets on each side)"});
        return out;
    }
    for (value const& item : list.items) {
        std::size_t const before = errors.size();
        if (item.what != kind::table) {
            errors.push_back({item.at, from.key,
                              "found " + item.describe() + ", expected [[" + from.key + "]]"});
            continue;
        }
        auto rule = rule_reader(from.key, errors).read(item);
        rule.source = from.source.empty() ? item.at.origin() : from.source;
        if (errors.size() == before) out.push_back(std::move(rule));
    }
    return out;
}

}  // namespace respguard::config
