// Can it be reached, and may we ask?
#include <algorithm>
#include <string>

#include "doctor/check_functions.hpp"
#include "doctor/wording.hpp"

namespace respguard::doctor {

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
        return failure("the password was refused: " + printable(auth->text, 80));
    }
    auto const* const ping = from.reply("PING");
    if (ping != nullptr && ping->is_error() && ping->text.starts_with("NOAUTH")) {
        return failure("the server wants a password, the URL has none");
    }
    if (auth == nullptr && from.answers.contains("AUTH")) {
        return failure("AUTH: " + from.denied("AUTH"));
    }
    if (ping == nullptr) return unread("PING was not answered", from.denied("PING"));
    return good(auth != nullptr ? "the password is right" : "no password is asked for");
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
    return failure(question + " failed (" + printable(reply->text, 60) +
                   "): EmailEngine would silently use database 0");
}

std::optional<finding> conn_ping(facts const& from)
{
    auto const* const reply = from.reply("PING");
    if (reply == nullptr) {
        if (!from.answers.contains("PING")) return unread("not asked");
        return failure("PING: " + from.denied("PING"));
    }
    if (!reply->is_error()) return good("PING is answered", printable(reply->text, 20));
    for (auto const* const word :
         {"MISCONF", "LOADING", "MASTERDOWN", "NOAUTH", "BUSY", "ERR max"}) {
        if (reply->text.starts_with(word)) {
            return failure("PING is answered with " + printable(reply->text, 60),
                           printable(reply->text, 20));
        }
    }
    return unread("PING gave an error that says nothing", printable(reply->text));
}

std::optional<finding> access_info(facts const& from)
{
    auto const* const reply = from.reply("INFO");
    if (reply == nullptr) return unread("INFO was not answered", from.denied("INFO"));
    if (!reply->is_error()) return good("INFO can be read");
    return failure("INFO is denied (" + printable(reply->text, 60) + "): BullMQ cannot start");
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
