#include "doctor/advice.hpp"

#include "respguard/doctor/engine.hpp"

#include <algorithm>

namespace respguard::doctor {

namespace {

constexpr std::string_view setting = "redis-cli CONFIG SET ";
constexpr std::string_view rewriting = " && redis-cli CONFIG REWRITE";

/// Where a command in advice ends: only more advice follows, ", then restart EmailEngine".
std::size_t end_of_command(std::string_view text)
{
    auto const end = std::min(text.find_first_of(",;("), text.size());
    return end < text.size() && text[end] == '(' ? end - 1 : end;
}

/// How CONFIG is refused; empty: it is not.
std::string_view refusal_of_config(facts const& from)
{
    auto const* const reply = from.reply("CONFIG GET save");
    bool const refused = reply != nullptr && reply->is_error() && is_denial(reply->text);
    return refused ? std::string_view(reply->text) : std::string_view();
}

bool is_service(facts const& from)
{
    auto const who = identify(from);
    if (!who.service.empty()) return true;
    for (auto const* const name :
         {"elasticache", "memorydb", "memorystore", "redis-enterprise", "upstash"}) {
        if (who.name == name) return true;
    }
    return false;
}

/// "CONFIG SET a 1" in the words of a server that does not know CONFIG, or not for us.
std::string without_config(std::string_view fix, facts const& from, std::string_view refusal)
{
    auto const at = fix.find(setting);
    auto rest = fix.substr(at + setting.size());
    auto const end = std::min(rest.find(rewriting), end_of_command(rest));
    std::string const value(rest.substr(0, end));
    rest.remove_prefix(end);
    if (rest.starts_with(rewriting)) rest.remove_prefix(rewriting.size());
    std::string out(fix.substr(0, at));
    if (is_service(from)) {
        out += "set " + value + " in the service's parameter group or console";
    } else if (refusal.starts_with("NOPERM")) {
        out.append("as an administrator: ").append(setting).append(value);
    } else {
        out += "set " + value + " in redis.conf and restart the server";
    }
    return out.append(rest);
}

std::string without_rewriting(std::string fix)
{
    auto const at = fix.find(rewriting);
    if (at == std::string::npos) return fix;
    return fix.replace(at, rewriting.size(),
                       "; the server has no file: put it into its command line, too");
}

std::string with_address(std::string_view fix, std::string const& redis_cli)
{
    constexpr std::string_view plain = "redis-cli ";
    std::string out;
    for (auto at = fix.find(plain); at != fix.npos; at = fix.find(plain)) {
        out.append(fix.substr(0, at)).append(redis_cli).append(" ");
        fix.remove_prefix(at + plain.size());
    }
    return out.append(fix);
}

}  // namespace

std::string advice_for(facts const& from, std::string_view fix)
{
    std::string out(fix);
    auto const refusal = refusal_of_config(from);
    if (!refusal.empty() && out.find(setting) != std::string::npos) {
        out = without_config(out, from, refusal);
    } else if (from.info("config_file") == "") {
        out = without_rewriting(std::move(out));
    }
    return with_address(out, from.redis_cli);
}

}  // namespace respguard::doctor
