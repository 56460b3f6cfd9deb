// The tables of `respguard top`: which there are, what is in them. No I/O.
#pragma once

#include <boost/json/object.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace respguard::terminal {

struct top_column {
    enum class form : std::uint8_t { count, size, time, age, share };

    std::string_view title;
    std::string_view path;  ///< In a row's JSON; "a|b": b if a is missing or 0.
    form shown_as = form::count;
    bool per_second = false;   ///< Of a counter: how much it grew.
    unsigned dispensable = 0;  ///< See text_table::column.
};

struct top_table {
    std::string_view title;
    std::string_view target;  ///< GET of this
    std::string_view rows;    ///< has these rows.
    std::string_view id;      ///< Tells a row of one answer from those of the next.
    std::span<top_column const> columns;
};

/// commands, scripts, queues, clients, keys.
[[nodiscard]] std::span<top_table const> top_tables() noexcept;

struct top_row {
    std::string name;
    std::vector<double> values;  ///< One for each column.
};

/// Rows of one table, with what grew since the last answer.
class top_rows {
public:
    /// @param answer The table's JSON.
    /// @param now_s Any clock, in seconds; with the first answer nothing has grown yet.
    void take(top_table const& table, boost::json::object const& answer, double now_s);

    [[nodiscard]] std::vector<top_row> const& rows() const noexcept { return rows_; }

private:
    std::vector<top_row> rows_;
    std::map<std::string, std::vector<double>> before_;
    double before_s_ = 0;
};

}  // namespace respguard::terminal
