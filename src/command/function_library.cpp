#include "respguard/command/function_library.hpp"

namespace respguard::command {

namespace {

constexpr byte_view blanks = " \t\r\n";

void skip_blanks(byte_view& text) noexcept
{
    auto const at = text.find_first_not_of(blanks);
    text = at == byte_view::npos ? byte_view() : text.substr(at);
}

/// What stands in quotes at the front; empty if nothing does.
byte_view quoted_in_front(byte_view text) noexcept
{
    skip_blanks(text);
    if (text.empty() || (text[0] != '\'' && text[0] != '"')) return {};
    auto const end = text.find(text[0], 1);
    return end == byte_view::npos ? byte_view() : text.substr(1, end - 1);
}

/// The function's name, in what stands behind `register_function`.
byte_view registered_name(byte_view text) noexcept
{
    constexpr byte_view field = "function_name";
    skip_blanks(text);
    if (text.starts_with('(')) {
        text.remove_prefix(1);
        if (byte_view const name = quoted_in_front(text); !name.empty()) return name;
        skip_blanks(text);
    }
    if (!text.starts_with('{')) return {};
    text = text.substr(0, text.find('}'));
    auto const at = text.find(field);
    if (at == byte_view::npos) return {};
    text.remove_prefix(at + field.size());
    skip_blanks(text);
    if (!text.starts_with('=')) return {};
    text.remove_prefix(1);
    return quoted_in_front(text);
}

}  // namespace

byte_view library_name_in(byte_view text) noexcept
{
    constexpr byte_view mark = " name=";
    if (!text.starts_with("#!")) return {};
    byte_view const line = text.substr(0, text.find('\n'));
    auto const at = line.find(mark);
    if (at == byte_view::npos) return {};
    byte_view const name = line.substr(at + mark.size());
    return name.substr(0, name.find_first_of(blanks));
}

std::vector<byte_view> functions_in(byte_view text)
{
    constexpr byte_view call = "register_function";
    std::vector<byte_view> found;
    for (auto at = text.find(call); at != byte_view::npos; at = text.find(call)) {
        text.remove_prefix(at + call.size());
        byte_view const name = registered_name(text);
        if (name.empty()) continue;
        found.push_back(name);
        if (found.size() == functions_max) break;
    }
    return found;
}

}  // namespace respguard::command
