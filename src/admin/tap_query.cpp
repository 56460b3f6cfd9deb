#include "admin/tap_query.hpp"

#include "respguard/base/units.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace respguard::admin {

namespace {

/// A pattern is compared with texts of up to 480 bytes on a shard's thread.
constexpr std::size_t pattern_bytes_max = 128;

int hex_digit(char c) noexcept
{
    if (c >= '0' && c <= '9') return c - '0';
    char const lower = to_lower(c);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// With %XX as the byte it stands for; nothing if a '%' stands there for itself.
std::optional<std::string> unescaped_value(std::string_view text)
{
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out += text[i];
            continue;
        }
        int const high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
        int const low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
        if (high < 0 || low < 0) return std::nullopt;
        out += static_cast<char>(high * 16 + low);
        i += 2;
    }
    return out;
}

template <typename Number>
bool read_number(std::string const& text, Number& into) noexcept
{
    auto const [end, failed] = std::from_chars(text.data(), text.data() + text.size(), into);
    return failed == std::errc() && end == text.data() + text.size();
}

std::string read_pattern(std::string const& text, std::optional<glob>& into)
{
    if (text.size() > pattern_bytes_max) return "is longer than 128 bytes";
    auto pattern = glob::parse(text, letter_case::matters);
    if (!pattern) return pattern.error().text;
    into = std::move(*pattern);
    return {};
}

std::string read_flag(std::string const& text, bool& into)
{
    into = text == "1";
    return text == "1" || text == "0" ? "" : "is 1 or 0";
}

std::string read_min_ms(std::string const& text, std::uint64_t& into_ns)
{
    double ms = -1;
    constexpr double most_ms = 1e9;
    if (!read_number(text, ms) || !(ms >= 0 && ms <= most_ms)) return "is a number of milliseconds";
    into_ns = static_cast<std::uint64_t>(std::llround(ms * 1e6));
    return {};
}

std::string read_every(std::string const& text, std::uint32_t& into)
{
    return read_number(text, into) && into > 0 ? "" : "is a number, 1 or more";
}

std::string read_size(std::string const& text, std::uint64_t& into)
{
    auto const size = parse_size(text);
    if (!size) return size.error().text;
    into = *size;
    return {};
}

std::string read_time_limit(std::string const& text, std::chrono::milliseconds& into)
{
    auto const read = parse_duration(text);
    if (!read) return read.error().text;
    into = std::chrono::duration_cast<std::chrono::milliseconds>(*read);
    return into.count() > 0 ? "" : "is a duration such as 10s";
}

std::string read_db(std::string const& text, std::optional<std::uint32_t>& into)
{
    std::uint32_t db = 0;
    if (!read_number(text, db)) return "is the number of a database";
    into = db;
    return {};
}

struct parameter {
    std::string_view name;
    std::string (*read)(std::string const& text, tap_query& into);
};

constexpr std::array<parameter, 15> parameters{{
    {"client", [](auto const& text, auto& q) { return read_pattern(text, q.filter.client); }},
    {"user", [](auto const& text, auto& q) { return read_pattern(text, q.filter.user); }},
    {"db", [](auto const& text, auto& q) { return read_db(text, q.filter.db); }},
    {"command", [](auto const& text, auto& q) { return q.filter.only_commands(text); }},
    {"key", [](auto const& text, auto& q) { return read_pattern(text, q.filter.key); }},
    {"queue", [](auto const& text, auto& q) { return read_pattern(text, q.filter.queue); }},
    {"script", [](auto const& text, auto& q) { return read_pattern(text, q.filter.script); }},
    {"min_ms", [](auto const& text, auto& q) { return read_min_ms(text, q.filter.round_trip_ns); }},
    {"min_bytes", [](auto const& text, auto& q) { return read_size(text, q.filter.bytes); }},
    {"errors", [](auto const& text, auto& q) { return read_flag(text, q.filter.errors); }},
    {"rules", [](auto const& text, auto& q) { return read_flag(text, q.filter.rules); }},
    {"every", [](auto const& text, auto& q) { return read_every(text, q.filter.every); }},
    {"limit",
     [](auto const& text, auto& q) -> std::string {
         return read_number(text, q.limit) && q.limit > 0 ? "" : "is a number, 1 or more";
     }},
    {"for", [](auto const& text, auto& q) { return read_time_limit(text, q.time_limit); }},
    {"keys", [](auto const& text, auto& q) { return read_flag(text, q.shows_keys); }},
}};

problem unknown_parameter()
{
    std::string text = "there is:";
    for (auto const& each : parameters)
        text.append(" ").append(each.name);
    return problem{text};
}

}  // namespace

parsed<tap_query> read_tap_query(request_head const& head, bool may_show_keys)
{
    tap_query read;
    std::string_view const target = head.target();
    auto const question = target.find('?');
    std::string_view rest =
        question == std::string_view::npos ? std::string_view() : target.substr(question + 1);
    std::uint32_t seen = 0;
    while (!rest.empty()) {
        auto const part = rest.substr(0, rest.find('&'));
        rest.remove_prefix(std::min(part.size() + 1, rest.size()));
        if (part.empty()) continue;
        auto const equals = part.find('=');
        auto const name = part.substr(0, equals);
        auto const known = std::find_if(parameters.begin(), parameters.end(),
                                        [&](parameter const& p) { return p.name == name; });
        if (known == parameters.end() || equals == std::string_view::npos) {
            return unknown_parameter();
        }
        std::uint32_t const bit = 1U << static_cast<unsigned>(known - parameters.begin());
        if ((seen & bit) != 0) return problem{std::string(known->name) + " is there twice"};
        seen |= bit;
        auto const value = unescaped_value(part.substr(equals + 1));
        auto const why = value ? known->read(*value, read) : "holds a % that is not %25";
        if (!why.empty()) return problem{std::string(known->name) + ": " + why};
    }
    if (!may_show_keys && (read.shows_keys || read.filter.key)) {
        return problem{"key and keys: privacy.show = \"none\" hides keys"};
    }
    return read;
}

}  // namespace respguard::admin
