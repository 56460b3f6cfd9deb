// TOML text to values, by toml++.
//
// With exceptions, because Debian's compiled library has no other form; none leaves this file.
#include "config/toml_text.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <sstream>
#include <toml++/toml.h>
#include <utility>

namespace respguard::config {

namespace {

place place_of(toml::source_region const& region, std::string const& source)
{
    return {source, region.begin.line, region.begin.column};
}

value convert(toml::node const& node, std::string const& source);

value convert_table(toml::table const& table, std::string const& source)
{
    value out;
    out.what = value::kind::table;
    for (auto const& [name, content] : table) {
        out.entries.push_back(
            {std::string(name.str()), place_of(name.source(), source), convert(content, source)});
    }
    // As written, not by name: that is the order in which mistakes are to be reported.
    std::sort(out.entries.begin(), out.entries.end(), [](auto const& a, auto const& b) {
        return std::pair(a.at.line, a.at.column) < std::pair(b.at.line, b.at.column);
    });
    return out;
}

value convert_list(toml::array const& list, std::string const& source)
{
    value out;
    out.what = value::kind::list;
    for (toml::node const& item : list)
        out.items.push_back(convert(item, source));
    return out;
}

value convert_scalar(toml::node const& node)
{
    value out;
    if (auto const* text = node.as_string()) {
        out.text = text->get();
    } else if (auto const* integer = node.as_integer()) {
        out.what = value::kind::integer;
        out.integer = integer->get();
    } else if (auto const* boolean = node.as_boolean()) {
        out.what = value::kind::boolean;
        out.boolean = boolean->get();
    } else if (auto const* fraction = node.as_floating_point()) {
        out.what = value::kind::fraction;
        std::ostringstream shown;
        shown << fraction->get();
        out.text = shown.str();
    } else {
        out.what = value::kind::date;
    }
    return out;
}

value convert(toml::node const& node, std::string const& source)
{
    value out;
    if (auto const* table = node.as_table()) {
        out = convert_table(*table, source);
    } else if (auto const* list = node.as_array()) {
        out = convert_list(*list, source);
    } else {
        out = convert_scalar(node);
    }
    out.at = place_of(node.source(), source);
    return out;
}

}  // namespace

std::variant<value, mistake> parse_toml(std::string_view text, std::string const& source)
{
    try {
        toml::table const document = toml::parse(text, std::string_view(source));
        return convert(document, source);
    } catch (toml::parse_error const& error) {
        return mistake{place_of(error.source(), source), "",
                       "not valid TOML: " + std::string(error.description())};
    }
}

std::variant<value, mistake> parse_toml_value(std::string_view text, place at)
{
    auto const source = at.source;
    auto document = parse_toml("value = " + std::string(text), source);
    if (auto* error = std::get_if<mistake>(&document)) {
        error->at = std::move(at);
        return *error;
    }
    value& table = std::get<value>(document);
    if (table.entries.size() != 1) return mistake{std::move(at), "", "expected one value"};
    value out = std::move(table.entries.front().content);
    out.at = std::move(at);
    return out;
}

std::string toml_quoted(std::string_view text)
{
    std::string out = "\"";
    for (char const c : text) {
        auto const byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (byte < 0x20 || byte == 0x7f) {
            std::array<char, 8> escape{};
            std::snprintf(escape.data(), escape.size(), "\\u%04x", byte);
            out += escape.data();
        } else {
            out += c;
        }
    }
    return out += '"';
}

}  // namespace respguard::config
