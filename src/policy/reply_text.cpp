#include "respguard/policy/reply_text.hpp"

#include "respguard/base/bytes.hpp"

#include <algorithm>
#include <array>

namespace respguard::policy {

namespace {

constexpr std::array<std::string_view, 14> tokens{
    "ASK",    "BUSY",   "CLUSTERDOWN", "EXECABORT", "LOADING",  "MISCONF",  "MOVED",
    "NOAUTH", "NOPERM", "NOPROTO",     "NOSCRIPT",  "READONLY", "TRYAGAIN", "WRONGPASS"};

/// Shorter ones are parts of everyday words.
constexpr std::size_t anywhere_from_size = 6;

std::string error_line(std::string_view text)
{
    std::string line = "-ERR respguard: ";
    line += text;
    line += "\r\n";
    return line;
}

/// The words of an id: what stands between its `-`, `_` and `.`.
bool has_word(std::string_view id, std::string_view word)
{
    while (!id.empty()) {
        std::size_t const end = std::min(id.find_first_of("-_."), id.size());
        if (id.substr(0, end) == word) return true;
        id.remove_prefix(std::min(end + 1, id.size()));
    }
    return false;
}

}  // namespace

std::string denied_text(command::command_id command, std::string_view rule_id)
{
    command::command_traits const& traits = command::traits_of(command);
    std::string text = "command";
    if (traits.what == command::role::config_set) {
        text = "CONFIG SET";
    } else if (command != command::other) {
        text += " '";
        text += traits.name;
        text += '\'';
    }
    text += " denied by policy";
    if (!rule_id.empty()) {
        text += " (rule=";
        text += rule_id;
        text += ')';
    }
    return error_line(text);
}

std::string too_large_text(std::uint64_t limit_bytes)
{
    return error_line("command larger than the limit of " + std::to_string(limit_bytes) + " bytes");
}

std::string refused_text(command::command_id command, rule_settings const& rule)
{
    auto const& limit = rule.match.request_bytes_over;
    return limit ? too_large_text(*limit) : denied_text(command, rule.id);
}

std::string nul_text(std::string_view where)
{
    return error_line("NUL byte in " + std::string(where));
}

std::string multi_text(command::command_id command)
{
    std::string text = "'";
    text += command::traits_of(command).name;
    text += "' is not supported inside MULTI";
    return error_line(text);
}

std::span<std::string_view const> forbidden_tokens() noexcept { return tokens; }

bool has_forbidden_token(std::string_view rule_id)
{
    std::string const id = lowered(rule_id);
    return std::any_of(tokens.begin(), tokens.end(), [&](std::string_view token) {
        std::string const word = lowered(token);
        bool const anywhere =
            word.size() >= anywhere_from_size && id.find(word) != std::string::npos;
        return anywhere || has_word(id, word);
    });
}

}  // namespace respguard::policy
