// Values of keys: from what was written, and back to TOML.
#include "config/key_value.hpp"

#include "respguard/admin/webhook_url.hpp"
#include "respguard/base/bytes.hpp"
#include "respguard/base/units.hpp"
#include "respguard/net/endpoint.hpp"

#include <algorithm>
#include <charconv>
#include <system_error>
#include <type_traits>
#include <utility>

#include "config/nearest.hpp"
#include "config/toml_text.hpp"

namespace respguard::config {

namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;
using outcome = std::optional<problem>;

template <typename T>
constexpr bool is_duration = std::is_same_v<T, milliseconds> || std::is_same_v<T, seconds>;

bool is_text(value const& written)
{
    return written.what == value::kind::text || written.what == value::kind::bare;
}

problem wrong_type(key const& k, value const& written)
{
    std::string text = "found " + written.describe() + ", expected a " + type_name(k);
    if (written.what == value::kind::text) text += " (without quotes)";
    return {text + ", such as " + example_of(k)};
}

problem out_of_bounds(key const& k) { return {"out of bounds, allowed: " + show_bounds(k)}; }

bool has_control_character(std::string_view text)
{
    return std::any_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

outcome check_string(key const& k, std::string const& text)
{
    if (text.empty()) {
        if (k.may_be_empty) return std::nullopt;
        return problem{"is empty, expected a " + type_name(k) + ", such as " + example_of(k)};
    }
    if (has_control_character(text)) return problem{"holds a control character"};
    if (k.choices.empty()) return std::nullopt;
    if (std::find(k.choices.begin(), k.choices.end(), text) != k.choices.end()) return std::nullopt;
    return problem{"'" + text + "' is not known" + suggestion(text, k.choices)};
}

outcome set(key const& k, value const& written, std::string& into)
{
    if (!is_text(written)) {
        return problem{"found " + written.describe() + ", expected a string, such as " +
                       example_of(k)};
    }
    if (auto wrong = check_string(k, written.text)) return wrong;
    into = written.text;
    return std::nullopt;
}

outcome set(key const& k, value const& written, log_format& into)
{
    std::string text;
    if (auto wrong = set(k, written, text)) return wrong;
    into = text == "json" ? log_format::json : log_format::text;
    return std::nullopt;
}

std::vector<std::string> split_at_commas(std::string_view text)
{
    constexpr std::string_view blanks = " \t";
    std::vector<std::string> out;
    while (!text.empty()) {
        std::size_t const comma = std::min(text.find(','), text.size());
        std::string_view item = text.substr(0, comma);
        item.remove_prefix(std::min(item.find_first_not_of(blanks), item.size()));
        item = item.substr(0, item.find_last_not_of(blanks) + 1);
        out.emplace_back(item);
        text.remove_prefix(std::min(comma + 1, text.size()));
    }
    return out;
}

outcome set(key const& k, value const& written, std::vector<std::string>& into)
{
    std::vector<std::string> out;
    if (written.what == value::kind::bare) {
        out = split_at_commas(written.text);
    } else if (written.what == value::kind::text) {
        out = {written.text};
    } else if (written.what == value::kind::list) {
        for (value const& item : written.items) {
            if (!is_text(item)) {
                return problem{"found " + item.describe() +
                               " in the list, expected strings, such as " + example_of(k)};
            }
            out.push_back(item.text);
        }
    } else {
        return problem{"found " + written.describe() + ", expected a list of strings, such as " +
                       example_of(k)};
    }
    for (std::string const& item : out) {
        if (item.empty()) return problem{"one of the list is empty"};
        if (has_control_character(item)) return problem{"holds a control character"};
    }
    if (out.empty() && !k.may_be_empty) {
        return problem{"is empty, expected at least one, such as " + example_of(k)};
    }
    into = std::move(out);
    return std::nullopt;
}

outcome set(key const& /*k*/, value const& written, bool& into)
{
    if (written.what == value::kind::boolean) {
        into = written.boolean;
        return std::nullopt;
    }
    if (written.what != value::kind::bare) {
        return problem{"found " + written.describe() + ", expected true or false (without quotes)"};
    }
    for (std::string_view const yes : {"true", "yes", "on", "1"}) {
        if (equals_lower(written.text, yes)) {
            into = true;
            return std::nullopt;
        }
    }
    for (std::string_view const no : {"false", "no", "off", "0"}) {
        if (equals_lower(written.text, no)) {
            into = false;
            return std::nullopt;
        }
    }
    return problem{"found " + written.describe() + ", expected true or false"};
}

/// The number that stands there, if it is one.
std::optional<std::int64_t> integer_of(value const& written)
{
    if (written.what == value::kind::integer) return written.integer;
    if (written.what != value::kind::bare) return std::nullopt;
    std::int64_t number = 0;
    char const* const end = written.text.data() + written.text.size();
    auto const [rest, ec] = std::from_chars(written.text.data(), end, number);
    if (ec != std::errc{} || rest != end) return std::nullopt;
    return number;
}

/// Counts: int and uint32_t.
template <typename T>
requires(std::is_same_v<T, int> || std::is_same_v<T, std::uint32_t>) outcome
    set(key const& k, value const& written, T& into)
{
    auto const number = integer_of(written);
    if (!number) return wrong_type(k, written);
    if (*number < 0 || std::cmp_less(*number, k.allowed.min) ||
        std::cmp_greater(*number, k.allowed.max)) {
        return out_of_bounds(k);
    }
    into = static_cast<T>(*number);
    return std::nullopt;
}

/// Sizes in bytes.
outcome set(key const& k, value const& written, std::uint64_t& into)
{
    std::uint64_t bytes = 0;
    if (written.what == value::kind::integer) {
        if (written.integer < 0) return out_of_bounds(k);
        bytes = static_cast<std::uint64_t>(written.integer);
    } else if (is_text(written)) {
        auto const size = parse_size(written.text);
        if (!size) return problem{size.error().text};
        bytes = *size;
    } else {
        return problem{"found " + written.describe() + ", expected a size, such as " +
                       example_of(k)};
    }
    if (bytes < k.allowed.min || bytes > k.allowed.max) return out_of_bounds(k);
    into = bytes;
    return std::nullopt;
}

template <typename T>
requires is_duration<T> outcome set(key const& k, value const& written, T& into)
{
    nanoseconds duration{0};
    if (is_text(written)) {
        auto const read = parse_duration(written.text);
        if (!read) return problem{read.error().text};
        duration = *read;
    } else if (written.what != value::kind::integer) {
        return problem{"found " + written.describe() + ", expected a duration, such as " +
                       example_of(k)};
    } else if (written.integer != 0) {
        return problem{written.describe() + " has no unit, expected a duration, such as " +
                       example_of(k)};
    }
    auto const counted = std::chrono::duration_cast<T>(duration);
    if (counted != duration) {
        return problem{"is counted in steps of " + format_duration(T{1}) + ", such as " +
                       example_of(k)};
    }
    auto const count = static_cast<std::uint64_t>(counted.count());
    if (count < k.allowed.min || count > k.allowed.max) return out_of_bounds(k);
    into = counted;
    return std::nullopt;
}

std::string shown(bool v) { return v ? "true" : "false"; }
std::string shown(int v) { return std::to_string(v); }
std::string shown(std::uint32_t v) { return std::to_string(v); }
std::string shown(std::uint64_t v) { return "\"" + format_size(v) + "\""; }
std::string shown(milliseconds v) { return "\"" + format_duration(v) + "\""; }
std::string shown(seconds v) { return "\"" + format_duration(v) + "\""; }
std::string shown(std::string const& v) { return toml_quoted(v); }
std::string shown(log_format v) { return v == log_format::json ? "\"json\"" : "\"text\""; }
std::string shown(std::vector<std::string> const& v)
{
    std::string out;
    for (std::string const& item : v)
        out += (out.empty() ? "" : ", ") + toml_quoted(item);
    return "[" + out + "]";
}

/// A URL without what may be secret in it.
std::string masked(std::string const& url)
{
    if (url.empty()) return {};
    if (auto const upstream = net::parse_upstream_url(url)) return upstream->to_string();
    auto const webhook = admin::webhook_url::parse(url);
    return webhook ? webhook->shown() : "***";
}

/// The C++ type behind a field.
template <typename Function>
using field_type = std::remove_reference_t<std::invoke_result_t<Function, settings&>>;

}  // namespace

std::optional<problem> assign(key const& k, value const& written, settings& into)
{
    return std::visit([&](auto member) { return set(k, written, member(into)); }, k.where);
}

std::string show(key const& k, settings& from)
{
    if (k.secret) {
        auto const* text = std::get_if<std::string& (*)(settings&)>(&k.where);
        return toml_quoted(masked((*text)(from)));
    }
    return std::visit([&](auto member) { return shown(member(from)); }, k.where);
}

std::string type_name(key const& k)
{
    return std::visit(
        [](auto member) -> std::string {
            using type = field_type<decltype(member)>;
            if constexpr (is_duration<type>) return "duration";
            if constexpr (std::is_same_v<type, bool>) return "true or false";
            if constexpr (std::is_same_v<type, std::uint64_t>) return "size";
            if constexpr (std::is_integral_v<type>) return "number";
            if constexpr (std::is_same_v<type, std::vector<std::string>>) return "list of strings";
            return "string";
        },
        k.where);
}

std::string show_bounds(key const& k)
{
    return std::visit(
        [&](auto member) -> std::string {
            using type = field_type<decltype(member)>;
            if constexpr (is_duration<type>) {
                return format_duration(type(k.allowed.min)) + " to " +
                       format_duration(type(k.allowed.max));
            } else if constexpr (std::is_same_v<type, std::uint64_t>) {
                return format_size(k.allowed.min) + " to " + format_size(k.allowed.max);
            } else if constexpr (std::is_integral_v<type> && !std::is_same_v<type, bool>) {
                return std::to_string(k.allowed.min) + " to " + std::to_string(k.allowed.max);
            } else {
                return joined(k.choices);
            }
        },
        k.where);
}

std::string example_of(key const& k)
{
    if (!k.example.empty()) return std::string(k.example);
    settings defaults;
    return show(k, defaults);
}

}  // namespace respguard::config
