// What `respguard top` shows, and what its keys do. No I/O.
#pragma once

#include <boost/json/object.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "terminal/top_table.hpp"

namespace respguard::terminal {

/// A key that was pressed: a character, or one of these.
enum class top_key : std::uint16_t {
    none = 0,
    backspace = 8,
    tab = 9,
    enter = 10,
    escape = 27,
    back_tab = 256,
    up,
    down,
    page_up,
    page_down,
    home,
    f1,
    f3,
    f4,
    f10,
};

enum class line_style : std::uint8_t { plain, bold, reverse };

struct styled_line {
    std::string text;
    line_style style = line_style::plain;
};

class top_view {
public:
    static constexpr std::size_t history_max = 600;

    /// @param blocks The terminal has block elements.
    explicit top_view(bool blocks) : blocks_(blocks) {}

    /// A new /stats. @param now_s Any clock, in seconds.
    void take_stats(boost::json::object stats, double now_s);
    /// The answer for table(), if it has one of its own; null: this guard has no such table.
    void take_table(boost::json::object const* answer, double now_s);
    /// The guard does not answer; the old numbers stay. Empty: it does.
    void lost(std::string why) { lost_ = std::move(why); }

    /// @return True if the program shall end.
    bool on_key(top_key key);

    [[nodiscard]] top_table const& table() const noexcept { return top_tables()[table_]; }
    [[nodiscard]] bool is_paused() const noexcept { return paused_; }
    [[nodiscard]] double interval_s() const noexcept { return interval_s_; }

    /// Exactly `height` lines, none wider than `width`.
    [[nodiscard]] std::vector<styled_line> lines(std::size_t width, std::size_t height) const;

private:
    bool on_character(char key);
    void on_filter_key(top_key key);
    void change_table(std::size_t to);
    void move_sorting(int by);
    [[nodiscard]] std::vector<std::string> head(std::size_t width) const;
    [[nodiscard]] std::string curve(std::size_t width) const;
    /// Queues whose workers are gone. Empty: none.
    [[nodiscard]] std::string lost_consumers() const;
    [[nodiscard]] std::string tabs() const;
    [[nodiscard]] std::vector<std::string> table_lines(std::size_t width) const;
    [[nodiscard]] std::vector<top_row> sorted_rows() const;
    [[nodiscard]] std::string last_line() const;

    boost::json::object stats_;
    std::vector<double> calls_per_s_;
    struct rate {
        double before = 0, now = 0;
    };
    std::array<rate, 5> rates_;  // Calls, errors, rejected, bytes in, bytes out.
    double stats_s_ = 0;
    top_rows rows_;
    bool has_table_ = true;
    std::string why_empty_;
    std::string lost_;
    std::string filter_;
    std::size_t table_ = 0;
    std::array<std::size_t, 5> sorting_{};  // Of each table: column.
    std::size_t first_row_ = 0;
    double interval_s_ = 2;
    bool blocks_;
    bool upwards_ = false;
    bool paused_ = false;
    bool typing_filter_ = false;
    bool help_ = false;
};

}  // namespace respguard::terminal
