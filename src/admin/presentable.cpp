#include "admin/presentable.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace respguard::admin {

namespace {

struct code_point {
    char32_t value = 0;
    std::size_t size = 0;  ///< Bytes; 0 if they are not well-formed UTF-8.
};

/// How many bytes a leading byte announces, which of its bits count, and the least value that may
/// be written so long (a longer form than needed is malformed, RFC 3629).
struct form {
    unsigned char mask, lead, bits;
    std::size_t size;
    char32_t least;
};
constexpr std::array<form, 3> forms{
    {{0xE0, 0xC0, 0x1F, 2, 0x80}, {0xF0, 0xE0, 0x0F, 3, 0x800}, {0xF8, 0xF0, 0x07, 4, 0x10000}}};

code_point first_of(byte_view bytes)
{
    auto const byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
    if (byte(0) < 0x80) return {byte(0), 1};
    for (auto const& f : forms) {
        if ((byte(0) & f.mask) != f.lead || bytes.size() < f.size) continue;
        char32_t value = byte(0) & f.bits;
        for (std::size_t i = 1; i < f.size; ++i) {
            if ((byte(i) & 0xC0U) != 0x80U) return {};
            value = (value << 6U) | (byte(i) & 0x3FU);
        }
        bool const is_surrogate = value >= 0xD800 && value <= 0xDFFF;
        bool const is_valid = value >= f.least && value <= 0x10FFFF && !is_surrogate;
        return is_valid ? code_point{value, f.size} : code_point{};
    }
    return {};
}

bool may_be_shown(char32_t c)
{
    auto const is_within = [c](char32_t first, char32_t last) { return c >= first && c <= last; };
    return !is_within(0, 0x1F) && !is_within(0x7F, 0x9F) && c != 0xAD && c != 0x61C &&
           !is_within(0x200B, 0x200F) && !is_within(0x2028, 0x202E) && !is_within(0x2060, 0x206F) &&
           c != 0xFEFF && !is_within(0xFFF9, 0xFFFB) && !is_within(0xE0000, 0xE0FFF);
}

bool is_printable_ascii(char c) { return c >= ' ' && c <= '~'; }

void replace(std::string& text) { text = presentable(text); }

}  // namespace

std::string presentable(byte_view bytes)
{
    std::string out;
    out.reserve(bytes.size());
    while (true) {
        // Nearly all text is this and nothing else.
        auto const plain = std::find_if_not(bytes.begin(), bytes.end(), is_printable_ascii);
        out.append(bytes.begin(), plain);
        bytes.remove_prefix(static_cast<std::size_t>(plain - bytes.begin()));
        if (bytes.empty()) return out;

        auto const first = first_of(bytes);
        auto const taken = bytes.substr(0, first.size == 0 ? 1 : first.size);
        bytes.remove_prefix(taken.size());
        if (first.size > 0 && may_be_shown(first.value)) {
            out += taken;
            continue;
        }
        for (char const c : taken)
            out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    }
}

void make_presentable(stats::report& report)
{
    for (auto& client : report.counted.clients) {
        for (auto* const text : {&client.address, &client.listener, &client.name, &client.user,
                                 &client.state, &client.oldest_command}) {
            replace(*text);
        }
    }
    for (auto& row : report.counted.inflight) {
        replace(row.client);
        replace(row.name);
    }
    for (auto& row : report.counted.hot_keys.counted.rows)
        replace(row.text);
    for (auto& rule : report.rules) {
        for (auto* const text : {&rule.id, &rule.action, &rule.source, &rule.match, &rule.message})
            replace(*text);
    }
    for (auto& event : report.recent_events) {
        for (auto* const text : {&event.rule, &event.command, &event.client, &event.name,
                                 &event.reason, &event.old_value, &event.new_value}) {
            replace(*text);
        }
    }
    for (auto& preset : report.presets)
        replace(preset);
    for (auto& listener : report.listeners)
        replace(listener);
    replace(report.upstream);
}

}  // namespace respguard::admin
