// Rows of text in columns that stand under each other. No I/O.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace respguard::terminal {

/// How many columns of a terminal the text takes (UTF-8; in a locale that has it).
[[nodiscard]] std::size_t columns_of(std::string_view text);
/// Cut or filled up with spaces to exactly `columns`; what was cut ends in '~'.
[[nodiscard]] std::string fitted(std::string_view text, std::size_t columns);

class text_table {
public:
    enum class align : std::uint8_t { left, right };
    struct column {
        std::string title;
        align to = align::right;
        /// Columns with a smaller one stay longer when the table is too wide; 0: always.
        unsigned dispensable = 0;
    };

    /// @param first_least The first column is cut to no less than this before others are left out.
    explicit text_table(std::vector<column> columns, std::size_t first_least = 8);

    /// @param cells One for each column.
    void add(std::vector<std::string> cells);

    /// Titles first. No line is longer than `width`: dispensable columns are left out, then the
    /// first column is cut.
    [[nodiscard]] std::vector<std::string> lines(std::size_t width) const;
    /// Of each column: where it begins in those lines and how wide it is; width 0: left out.
    struct place {
        std::size_t at = 0;
        std::size_t width = 0;
    };
    [[nodiscard]] std::vector<place> places(std::size_t width) const;

private:
    std::vector<column> columns_;
    std::size_t first_least_;
    std::vector<std::vector<std::string>> rows_;
};

}  // namespace respguard::terminal
