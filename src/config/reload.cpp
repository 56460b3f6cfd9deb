#include "respguard/config/reload.hpp"

#include "respguard/config/rule_text.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include "config/key_table.hpp"

namespace respguard::config {

namespace {

/// As the operator would see it; where a rule stands in the file is no difference.
bool is_same(policy::rule_settings a, policy::rule_settings b)
{
    a.source.clear();
    b.source.clear();
    return rule_toml(a) == rule_toml(b);
}

void take_over_policy(settings& running, settings& fresh, changes& found)
{
    auto const& before = running.policy.rules;
    auto const& after = fresh.policy.rules;
    if (!std::equal(before.begin(), before.end(), after.begin(), after.end(), is_same)) {
        found.taken.emplace_back("policy.rule");
    }
    if (running.policy.renamed != fresh.policy.renamed) found.taken.emplace_back("policy.renamed");
    running.policy = std::move(fresh.policy);
}

}  // namespace

changes take_over(settings& running, settings fresh)
{
    changes found;
    for (key const& k : keys()) {
        auto const compare = [&](auto where) {
            if (where(running) == where(fresh)) return;
            if (k.reload == reload_rule::restart) {
                found.need_restart.emplace_back(k.name);
                return;
            }
            where(running) = where(fresh);
            found.taken.emplace_back(k.name);
        };
        std::visit(compare, k.where);
    }
    // The same file with another token in it.
    if (running.admin.token != fresh.admin.token &&
        running.admin.token_file == fresh.admin.token_file) {
        found.need_restart.emplace_back("admin.token_file");
    }
    running.relay.script_names = std::move(fresh.relay.script_names);
    take_over_policy(running, fresh, found);
    return found;
}

}  // namespace respguard::config
