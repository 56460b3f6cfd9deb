#include "respguard/command/script_catalogue.hpp"

#include "respguard/base/sha1.hpp"
#include "respguard/command/command_table.hpp"

#include <algorithm>
#include <iterator>
#include <optional>

namespace respguard::command {

namespace {

struct known_script {
    std::string_view sha1;
    std::string_view name;
    std::string_view opening;  ///< Digest of the first words of its first comment; may be empty.
};

constexpr known_script known_scripts[] = {
#include "command/script_data.inc"
};
static_assert(std::is_sorted(std::begin(known_scripts), std::end(known_scripts),
                             [](known_script const& a, known_script const& b) {
                                 return a.sha1 < b.sha1;
                             }));

/// As scripts/gen_scripts.py.
constexpr std::size_t opening_words = 5;
constexpr std::size_t opening_digits = 16;
/// A name stands near the beginning, or nowhere.
constexpr std::size_t looked_at_bytes = 1024;

constexpr bool is_space(char c) noexcept { return c == ' ' || (c >= '\t' && c <= '\r'); }

/// Moves to the next word and returns it; empty at the end.
byte_view next_word(byte_view& text) noexcept
{
    while (!text.empty() && is_space(text.front()))
        text.remove_prefix(1);
    std::size_t size = 0;
    while (size < text.size() && !is_space(text[size]))
        ++size;
    byte_view const word = text.substr(0, size);
    text.remove_prefix(size);
    return word;
}

std::string words_of(byte_view text, std::size_t count)
{
    std::string out;
    for (std::size_t i = 0; i < count; ++i) {
        byte_view const word = next_word(text);
        if (word.empty()) break;
        if (!out.empty()) out += ' ';
        out += word;
    }
    return out;
}

std::string printable(byte_view text)
{
    std::string out(text.substr(0, script_name_max));
    for (char& c : out) {
        if (c < ' ' || c > '~') c = '?';
    }
    return out;
}

/// The text of the first comment, or none if it does not begin with one.
std::optional<byte_view> first_comment(byte_view text) noexcept
{
    if (!text.starts_with("--")) return {};
    text.remove_prefix(2);
    if (text.starts_with("[[")) {
        text.remove_prefix(2);
        return text.substr(0, text.find("]]"));
    }
    return text.substr(0, text.find('\n'));
}

/// "z-set" behind "Script: z-set.lua"; empty if that is not there.
byte_view said_name(byte_view comment) noexcept
{
    constexpr byte_view mark = "Script:";
    auto const at = comment.find(mark);
    if (at == byte_view::npos) return {};
    comment.remove_prefix(at + mark.size());
    byte_view name = next_word(comment);
    if (name.ends_with(".lua")) name.remove_suffix(4);
    return name;
}

byte_view shebang_name(byte_view text) noexcept
{
    if (!text.starts_with("#!")) return {};
    byte_view line = text.substr(0, text.find('\n'));
    for (byte_view word = next_word(line); !word.empty(); word = next_word(line)) {
        if (word.starts_with("name=")) return word.substr(5);
    }
    return {};
}

/// A line of code without what stands in its strings, which may be a value: "return ''". Names of
/// commands stay. A string that is not closed here, as a long one or a text that is cut, hides all
/// that follows.
std::string without_literals(byte_view line)
{
    std::string out;
    for (std::size_t i = 0; i < line.size(); ++i) {
        char const c = line[i];
        out += c;
        if (c == '[' && i + 1 < line.size() && (line[i + 1] == '[' || line[i + 1] == '=')) break;
        if (c != '\'' && c != '"') continue;
        std::size_t const begin = ++i;
        for (; i < line.size() && line[i] != c; ++i) {
            if (line[i] == '\\') ++i;
        }
        if (i >= line.size()) break;
        std::string const literal(line.substr(begin, i - begin));
        if (find(lowered(literal)) != other) out += literal;
        out += c;
    }
    return out;
}

std::string_view bullmq_name(byte_view comment)
{
    std::string const opening = sha1_hex(lowered(words_of(comment, opening_words)));
    auto const digits = std::string_view(opening).substr(0, opening_digits);
    for (auto const& each : known_scripts) {
        if (each.opening == digits) return each.name;
    }
    return {};
}

}  // namespace

std::string_view builtin_script_name(std::string_view sha1) noexcept
{
    auto const below = [](known_script const& one, std::string_view digits) {
        return one.sha1 < digits;
    };
    auto const* const at =
        std::lower_bound(std::begin(known_scripts), std::end(known_scripts), sha1, below);
    return at != std::end(known_scripts) && at->sha1 == sha1 ? at->name : std::string_view();
}

bool is_builtin_script_name(std::string_view name) noexcept
{
    return std::any_of(std::begin(known_scripts), std::end(known_scripts),
                       [&](known_script const& each) { return each.name == name; });
}

bool is_named_by_code(byte_view text) noexcept
{
    text = text.substr(0, looked_at_bytes);
    while (!text.empty() && is_space(text.front()))
        text.remove_prefix(1);
    return !text.empty() && shebang_name(text).empty() && !first_comment(text);
}

std::string script_name_in(byte_view text)
{
    text = text.substr(0, looked_at_bytes);
    while (!text.empty() && is_space(text.front()))
        text.remove_prefix(1);
    if (byte_view const name = shebang_name(text); !name.empty()) return printable(name);
    auto const comment = first_comment(text);
    if (!comment) {
        byte_view const line = text.substr(0, text.find('\n'));
        return printable(words_of(without_literals(line), script_name_max));
    }
    if (byte_view const name = said_name(*comment); !name.empty()) return printable(name);
    if (auto const name = bullmq_name(*comment); !name.empty()) return std::string(name);
    return printable(words_of(*comment, opening_words));
}

std::string short_script_name(std::string_view sha1)
{
    constexpr std::size_t shown_digits = 8;
    return printable(lowered(sha1.substr(0, shown_digits)));
}

}  // namespace respguard::command
