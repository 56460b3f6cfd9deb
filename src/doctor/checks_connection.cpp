// Can it be reached, and may we ask?
#include "respguard/doctor/connection.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "doctor/check_functions.hpp"
#include "doctor/standing.hpp"
#include "doctor/wording.hpp"

namespace respguard::doctor {

namespace {

constexpr std::string_view look_at_auth = "the password: see conn.auth";

/// What mends an error that PING is answered with, by its first words.
std::string advice_for_error(std::string_view error)
{
    constexpr std::array<std::pair<std::string_view, std::string_view>, 7> known{{
        {"MISCONF", "see persist.status: disk space, permissions, the server's log"},
        {"LOADING", "wait (--wait 60s)"},
        {"MASTERDOWN", "see ha.link: the primary and the way to it"},
        {"NOAUTH", look_at_auth},
        {"BUSY", "a script runs too long: wait, or redis-cli SCRIPT KILL"},
        {"DENIED", "on the server: requirepass, and the password in the URL; or bind it to a "
                   "private address and switch off protected-mode"},
        {"ERR max number of clients", "raise maxclients and ulimit -n, or end idle clients"},
    }};
    for (auto const& [word, advice] : known) {
        if (error.starts_with(word)) return std::string(advice);
    }
    return {};
}

/// What to do about a server that is there and does not answer.
std::string advice_for_silence(std::string_view failure)
{
    if (failure.starts_with(not_redis)) return "the host and port of the Redis itself";
    if (failure.starts_with("no answer")) {
        return "the process hangs or is stopped (T in ps), runs a long command or waits for a full "
               "disk: look at its log and its CPU";
    }
    return "look at the server's log";
}

}  // namespace

std::optional<finding> conn_reach(facts const& from)
{
    if (!from.connect_failure.empty()) return failure("cannot connect: " + from.connect_failure);
    if (from.rtt.connects.empty()) return good("connected");
    auto const best = *std::min_element(from.rtt.connects.begin(), from.rtt.connects.end());
    return good("connected, handshake " + milliseconds_text(best));
}

std::optional<finding> conn_auth(facts const& from)
{
    auto const* const auth = from.reply("AUTH");
    if (auth != nullptr && auth->is_error()) {
        // Redis without a password: EmailEngine connects all the same, ioredis only warns.
        if (auth->text.find("without any password configured") != std::string::npos) {
            return warning("the URL has a password, the server wants none");
        }
        if (is_turned_away(auth->text))
            return unread("turned away before the password", printable(auth->text, 80));
        return failure("the password was refused: " + printable(auth->text, 80));
    }
    auto const* const ping = from.reply("PING");
    if (ping != nullptr && ping->is_error() && ping->text.starts_with("NOAUTH")) {
        return failure("the server wants a password, the URL has none");
    }
    if (auth == nullptr && from.answers.contains("AUTH")) {
        return failure("AUTH: " + from.denied("AUTH"));
    }
    if (auth != nullptr && auth->as_text() == "OK") return good("the password is right");
    if (ping == nullptr) return unread("PING was not answered", from.denied("PING"));
    bool const let_in = ping->is_error() ? is_after_login(ping->text) : ping->as_text() == "PONG";
    // Anything else, protected mode among it, is said before a password is looked at.
    if (!let_in) return unread("whether a password is wanted is not known", printable(ping->text));
    return good("no password is asked for");
}

std::optional<finding> conn_db(facts const& from)
{
    std::string const question = "SELECT " + std::to_string(from.db);
    auto const* const reply = from.reply(question);
    if (reply == nullptr) return unread(question + " was not answered", from.denied(question));
    if (!reply->is_error())
        return good("database " + std::to_string(from.db), std::to_string(from.db));
    if (reply->text.starts_with("NOAUTH"))
        return unread("needs the password", printable(reply->text));
    if (is_sentinel(from)) return unread("a Sentinel has no databases", printable(reply->text, 60));
    auto const have = from.config("databases");
    auto out = failure(question + " failed (" + printable(reply->text, 60) +
                       "): EmailEngine would silently use database 0" +
                       (have ? "; `databases` is " + printable(*have, 10) : std::string()));
    if (reply->text.starts_with("NOPERM")) out.fix = "redis-cli ACL SETUSER <user> +select";
    if (is_cluster(from)) out.fix = "a Redis without cluster mode (see topology.mode)";
    return out;
}

std::optional<finding> conn_ping(facts const& from)
{
    auto const* const reply = from.reply("PING");
    if (reply == nullptr) {
        if (!from.answers.contains("PING")) return unread("not asked");
        return with_fix(failure("PING: " + from.denied("PING")),
                        advice_for_silence(from.denied("PING")));
    }
    auto const shown = printable(reply->as_text(), 20);
    if (!reply->is_error()) {
        if (reply->as_text() == "PONG") return good("PING is answered", shown);
        return with_fix(failure("PING is answered with \"" + shown + "\": is this a Redis?", shown),
                        "the host and port of the Redis itself");
    }
    if (auto advice = advice_for_error(reply->text); !advice.empty()) {
        return with_fix(failure("PING is answered with " + printable(reply->text, 60),
                                printable(reply->text, 20)),
                        std::move(advice));
    }
    return unread("PING gave an error that says nothing", printable(reply->text));
}

std::optional<finding> access_info(facts const& from)
{
    auto const* const reply = from.reply("INFO");
    if (reply == nullptr) return unread("INFO was not answered", from.denied("INFO"));
    if (!reply->is_error()) return good("INFO can be read");
    if (is_turned_away(reply->text)) return unread("turned away", printable(reply->text, 80));
    auto out = failure("INFO is denied (" + printable(reply->text, 60) + "): BullMQ cannot start");
    if (lacks_password(from)) out.fix = look_at_auth;
    return out;
}

std::optional<finding> access_config(facts const& from)
{
    int asked = 0;
    int denied = 0;
    std::string why;
    for (auto const& [question, heard] : from.answers) {
        if (!question.starts_with("CONFIG GET ")) continue;
        ++asked;
        bool const error = !heard.reply || heard.reply->is_error();
        if (!error) continue;
        ++denied;
        if (why.empty()) why = from.denied(question);
    }
    if (asked == 0) return unread("CONFIG was not asked");
    if (denied == 0) return good("CONFIG GET can be read");
    return unread(std::to_string(denied) + " of " + std::to_string(asked) +
                      " settings cannot be read; their checks use INFO or are skipped",
                  why);
}

// EVASION E20. Older servers than Redis 7 do not have these, and say so by an empty answer.
std::optional<finding> access_local(facts const& from)
{
    std::string open;
    bool any = false;
    for (std::string const name :
         {"enable-debug-command", "enable-module-command", "enable-protected-configs"}) {
        auto const value = from.config(name);
        if (!value) continue;
        any = true;
        if (*value != "no") open += (open.empty() ? "" : ", ") + name + " " + printable(*value, 10);
    }
    if (!any) return std::nullopt;
    if (open.empty()) return good("DEBUG, MODULE and protected settings are off");
    return warning(open + ": a proxy's clients are local clients, too", open, "config:enable-*");
}

}  // namespace respguard::doctor
