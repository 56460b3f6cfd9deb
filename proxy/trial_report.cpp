// The outcome of a trial in words.
#include "trial.hpp"

namespace respguard::proxy {

namespace {

using policy::action;

std::string rule_lines(trial const& seen, config::loaded const& configuration)
{
    if (seen.rule == nullptr) {
        return seen.why.empty() ? "rule     none\n"
                                : "rule     built in\nwhy      " + seen.why + "\n";
    }
    std::string out = "rule     " + seen.rule->id + " (" + seen.rule->source + ")\n";
    if (!seen.rule->message.empty()) out += "why      " + seen.rule->message + "\n";
    if (seen.rule->what != seen.what) {
        out += "note     the rule says " + std::string(policy::to_string(seen.rule->what)) +
               ", but policy.enforce is false (" + configuration.origins.at("policy.enforce") +
               ")\n";
    }
    return out;
}

std::string shadow_lines(trial const& seen)
{
    if (seen.shadow == nullptr) return "";
    std::string out = "shadow   " + seen.shadow->id + " (" + seen.shadow->source + ") says " +
                      std::string(policy::to_string(seen.shadow->what)) +
                      ", but only counts: shadow = true\n";
    if (!seen.shadow->message.empty()) out += "         " + seen.shadow->message + "\n";
    return out;
}

std::string limit_line(trial const& seen)
{
    if (seen.rule == nullptr || !seen.rule->limit) return "";
    return "note     only above " + seen.rule->limit->to_string() + "\n";
}

std::string reply_line(trial const& seen)
{
    if (!seen.reply.empty()) return seen.reply;
    return seen.what == action::close ? "none: the connection is closed" : "what Redis answers";
}

}  // namespace

std::string report(trial const& seen, config::loaded const& configuration)
{
    return "verdict  " + std::string(policy::to_string(seen.what)) + "\n" +
           rule_lines(seen, configuration) + limit_line(seen) + shadow_lines(seen) + "reply    " +
           reply_line(seen) + "\ncommand  " + seen.command + ", " +
           std::to_string(seen.size_bytes) + " bytes\n";
}

}  // namespace respguard::proxy
