#include "doctor/standing.hpp"

#include <algorithm>
#include <array>

namespace respguard::doctor {

namespace {

template <std::size_t N>
bool starts_with_any(std::string_view text, std::array<std::string_view, N> const& words)
{
    return std::any_of(words.begin(), words.end(),
                       [&](std::string_view word) { return text.starts_with(word); });
}

bool hears(facts const& from, std::string_view question, bool (*judge)(std::string_view))
{
    auto const* const reply = from.reply(question);
    return reply != nullptr && reply->is_error() && judge(reply->text);
}

}  // namespace

bool is_after_login(std::string_view error)
{
    constexpr std::array<std::string_view, 5> words{"MISCONF", "LOADING", "MASTERDOWN", "BUSY",
                                                    "NOPERM"};
    return starts_with_any(error, words);
}

bool is_turned_away(std::string_view error)
{
    // redis 7.0.15 networking.c: clientAcceptHandler, acceptCommonHandler.
    constexpr std::array<std::string_view, 2> words{"DENIED", "ERR max number of clients"};
    return starts_with_any(error, words);
}

bool was_turned_away(facts const& from)
{
    return hears(from, "PING", is_turned_away) || hears(from, "AUTH", is_turned_away);
}

bool lacks_password(facts const& from)
{
    return hears(from, "INFO", [](std::string_view error) { return error.starts_with("NOAUTH"); });
}

bool is_sentinel(facts const& from)
{
    return from.info("redis_mode") == "sentinel" || from.hello("mode") == "sentinel";
}

bool is_cluster(facts const& from)
{
    if (from.info("dragonfly_version") || from.hello("dragonfly_version")) return false;
    return from.info("cluster_enabled") == "1" || from.info("redis_mode") == "cluster" ||
           from.info("server_mode") == "cluster" || from.hello("mode") == "cluster";
}

std::string_view part_of(std::string_view list, std::string_view key)
{
    while (!list.empty()) {
        auto const end = std::min(list.find(','), list.size());
        auto const item = list.substr(0, end);
        if (item.starts_with(key) && item.substr(key.size()).starts_with('=')) {
            return item.substr(key.size() + 1);
        }
        list.remove_prefix(std::min(end + 1, list.size()));
    }
    return {};
}

std::string advice_at_sentinel(facts const& from)
{
    auto const primary = part_of(from.info("master0").value_or(""), "address");
    if (primary.empty()) return "give EmailEngine the address of the primary, not of a Sentinel";
    return "redis://" + printable(primary, 60) + ", the primary's address, instead of this one";
}

}  // namespace respguard::doctor
