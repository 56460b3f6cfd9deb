// Facts written by hand: an INFO and a few settings.
#pragma once

#include "respguard/doctor/check.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace respguard::doctor {

inline resp_value text_value(std::string text)
{
    return {resp_value::kind::text, std::move(text), 0, {}};
}

inline facts with(std::string const& info, std::map<std::string, std::string> const& config = {})
{
    facts out;
    out.command_limit_bytes = 1'048'576;
    out.answers["INFO"] = {text_value(info), {}};
    for (auto const& [key, value] : config) {
        resp_value pair{resp_value::kind::array, {}, 0, {text_value(key), text_value(value)}};
        out.answers["CONFIG GET " + key] = {pair, {}};
    }
    out.read_info();
    return out;
}

/// "ok", "warn", "fail", "skip", or "none" if the check does not apply.
inline std::string verdict(std::string_view id, facts const& from)
{
    auto const found = find_check(id)->judge(from);
    if (!found) return "none";
    EXPECT_FALSE(found->message.empty()) << id;
    return std::string(to_string(found->what));
}

inline std::string verdict(std::string_view id, std::string const& info,
                           std::map<std::string, std::string> const& config = {})
{
    return verdict(id, with(info, config));
}

inline void say(facts& into, std::string const& question, std::string const& bytes)
{
    into.answers[question] = {decode_reply(bytes), {}};
}

}  // namespace respguard::doctor
