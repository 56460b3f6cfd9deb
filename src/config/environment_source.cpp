// RESPGUARD_* variables.
#include "config/environment_source.hpp"

#include "config/nearest.hpp"

namespace respguard::config {

namespace {

/// Variables that are not ours to judge, although they begin like ours.
bool is_foreign(std::string_view name)
{
    // What Kubernetes sets in every pod beside a Service called "respguard" (and Docker's links).
    if (name.starts_with("RESPGUARD_SERVICE_") || name == "RESPGUARD_PORT" ||
        name.starts_with("RESPGUARD_PORT_")) {
        return true;
    }
    // RESPGUARD_BUILD_*: for the scripts. RESPGUARD_CONFIG: the command line's, same as -c.
    return name.starts_with("RESPGUARD_BUILD_") || name == "RESPGUARD_CONFIG";
}

void report_unknown(std::string const& name, draft& into)
{
    if (name == "RESPGUARD_POLICY_RULE") {
        into.fail(place{name}, "", "rules are written in the file only");
        return;
    }
    std::vector<std::string> names;
    for (key const& k : keys())
        names.push_back(environment_name(k.name));
    std::vector<std::string_view> const views(names.begin(), names.end());
    std::string_view const meant = nearest(name, views);
    std::string text = "unknown environment variable";
    if (!meant.empty()) text += ", did you mean '" + std::string(meant) + "'?";
    if (meant.empty()) text += " (docs/CONFIGURATION.md lists them all)";
    into.fail(place{name}, "", text);
}

}  // namespace

void read_environment(std::map<std::string, std::string> const& variables, draft& into)
{
    for (auto const& [name, text] : variables) {
        if (is_foreign(name)) continue;
        key const* found = nullptr;
        for (key const& k : keys()) {
            if (environment_name(k.name) == name) found = &k;
        }
        if (found != nullptr) {
            into.set(*found, bare_value(text, place{name}), rank::environment);
        } else {
            report_unknown(name, into);
        }
    }
}

}  // namespace respguard::config
