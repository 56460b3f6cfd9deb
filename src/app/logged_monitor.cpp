// MONITOR: 1339518083.107412 [0 127.0.0.1:60866] "set" "k" "\x01"
#include <cctype>
#include <charconv>

#include "app/logged_request.hpp"

namespace respguard::app {

namespace {

int hex_value(char c) noexcept
{
    if (c >= '0' && c <= '9') return c - '0';
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

char escaped_byte(char letter) noexcept
{
    switch (letter) {
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    case 'a': return '\a';
    case 'b': return '\b';
    default: return letter;
    }
}

/// The next quoted word, taken from `rest`; empty at its end or if it is none.
std::optional<std::string> take_quoted(std::string_view& rest)
{
    if (!rest.starts_with('"')) return std::nullopt;
    std::string word;
    for (std::size_t i = 1; i < rest.size(); ++i) {
        if (rest[i] == '"') {
            rest.remove_prefix(i + 1);
            if (rest.starts_with(' ')) rest.remove_prefix(1);
            return word;
        }
        if (rest[i] != '\\' || i + 1 == rest.size()) {
            word += rest[i];
            continue;
        }
        char const letter = rest[++i];
        int const high = i + 2 < rest.size() ? hex_value(rest[i + 1]) : -1;
        int const low = i + 2 < rest.size() ? hex_value(rest[i + 2]) : -1;
        if (letter == 'x' && high >= 0 && low >= 0) {
            word += static_cast<char>(high * 16 + low);
            i += 2;
        } else {
            word += escaped_byte(letter);
        }
    }
    return std::nullopt;
}

}  // namespace

std::optional<logged_request> read_monitor_line(std::string_view line)
{
    auto const open = line.find(" [");
    auto const close = line.find("] ");
    if (open == std::string_view::npos || close == std::string_view::npos || close < open) {
        return std::nullopt;
    }
    if (line.substr(0, open).find_first_not_of("0123456789.") != std::string_view::npos) {
        return std::nullopt;
    }
    auto const from = line.substr(open + 2, close - open - 2);
    auto const space = from.find(' ');
    logged_request made;
    std::uint32_t db = 0;
    auto const [end, failed] = std::from_chars(from.data(), from.data() + from.size(), db);
    if (failed != std::errc() || space == std::string_view::npos) return std::nullopt;
    made.db = db;
    made.client = std::string(from.substr(space + 1));
    auto rest = line.substr(close + 2);
    while (auto word = take_quoted(rest)) {
        auto const size = word->size();
        made.arguments.push_back({std::move(*word), size});
    }
    if (made.arguments.empty() || !rest.empty()) return std::nullopt;
    made.argument_count = static_cast<std::uint32_t>(made.arguments.size());
    return made;
}

}  // namespace respguard::app
