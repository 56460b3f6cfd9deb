#include "respguard/terminal/text_table.hpp"

#include <algorithm>
#include <cassert>
#include <cwchar>
#include <utility>

namespace respguard::terminal {

namespace {

constexpr std::size_t gap = 2;

/// Bytes and columns of the first character.
struct step {
    std::size_t bytes = 1;
    std::size_t columns = 1;
};

step first_step(std::string_view text)
{
    auto const lead = static_cast<unsigned char>(text.front());
    if (lead < 0x80) return {};
    std::size_t const size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
    if (size > text.size()) return {text.size(), 1};
    unsigned value = lead & (0x7FU >> size);
    for (std::size_t i = 1; i < size; ++i)
        value = value << 6U | (static_cast<unsigned char>(text[i]) & 0x3FU);
    int const columns = ::wcwidth(static_cast<wchar_t>(value));
    return {size, columns < 0 ? 1 : static_cast<std::size_t>(columns)};
}

}  // namespace

std::size_t columns_of(std::string_view text)
{
    std::size_t columns = 0;
    while (!text.empty()) {
        auto const next = first_step(text);
        columns += next.columns;
        text.remove_prefix(next.bytes);
    }
    return columns;
}

std::string fitted(std::string_view text, std::size_t columns)
{
    auto const whole = columns_of(text);
    if (whole <= columns) return std::string(text) + std::string(columns - whole, ' ');
    if (columns == 0) return {};
    std::string out;
    std::size_t taken = 0;
    while (true) {
        auto const next = first_step(text);
        if (taken + next.columns > columns - 1) break;
        taken += next.columns;
        out += text.substr(0, next.bytes);
        text.remove_prefix(next.bytes);
    }
    return out + "~" + std::string(columns - 1 - taken, ' ');
}

text_table::text_table(std::vector<column> columns, std::size_t first_least)
    : columns_(std::move(columns)), first_least_(first_least)
{
}

void text_table::add(std::vector<std::string> cells)
{
    assert(cells.size() == columns_.size() && "one cell for each column");
    rows_.push_back(std::move(cells));
}

std::vector<text_table::place> text_table::places(std::size_t width) const
{
    std::vector<place> found(columns_.size());
    std::size_t total = 0;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        found[i].width = columns_of(columns_[i].title);
        for (auto const& row : rows_)
            found[i].width = std::max(found[i].width, columns_of(row[i]));
        total += found[i].width + (i > 0 ? gap : 0);
    }
    // The first column may shrink to this before another one has to go.
    auto const spare = [&] {
        return found.front().width - std::min(found.front().width, first_least_);
    };
    while (total > width + spare()) {
        auto const least = std::max_element(
            columns_.begin(), columns_.end(), [&](column const& a, column const& b) {
                auto const rank = [&](column const& c) {
                    auto const i = static_cast<std::size_t>(&c - columns_.data());
                    return found[i].width == 0 ? 0U : c.dispensable;
                };
                return rank(a) < rank(b);
            });
        auto const i = static_cast<std::size_t>(least - columns_.begin());
        if (least->dispensable == 0 || found[i].width == 0) break;
        total -= found[i].width + gap;
        found[i].width = 0;
    }
    if (total > width) found.front().width -= std::min(found.front().width, total - width);
    std::size_t at = 0;
    for (auto& each : found) {
        each.at = at;
        if (each.width > 0) at += each.width + gap;
    }
    return found;
}

std::vector<std::string> text_table::lines(std::size_t width) const
{
    auto const where = places(width);
    std::vector<std::string> out;
    auto const add_line = [&](auto const& cell) {
        std::string line;
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            if (where[i].width == 0) continue;
            if (i > 0) line.append(gap, ' ');
            std::string const text = cell(i);
            auto const used = columns_of(text);
            bool const right = columns_[i].to == align::right && used < where[i].width;
            if (right) line.append(where[i].width - used, ' ');
            line += right ? text : fitted(text, where[i].width);
        }
        line.erase(line.find_last_not_of(' ') + 1);
        out.push_back(std::move(line));
    };
    add_line([&](std::size_t i) { return columns_[i].title; });
    for (auto const& row : rows_)
        add_line([&](std::size_t i) { return row[i]; });
    return out;
}

}  // namespace respguard::terminal
