#include "terminal/top_view.hpp"

#include "respguard/terminal/short_number.hpp"
#include "respguard/terminal/text_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "terminal/json_member.hpp"
#include "terminal/sparkline.hpp"

namespace respguard::terminal {

namespace {

constexpr std::size_t row_step = 1;
constexpr std::size_t page_step = 10;
/// A name of a client with its address, or of a script, can be told from others by so much.
constexpr std::size_t name_columns_min = 28;
constexpr std::array<std::string_view, 5> rate_paths{
    "totals.calls", "totals.errors", "totals.rejected", "counters.client_read_bytes_total",
    "counters.client_written_bytes_total"};

constexpr std::array<std::string_view, 14> help_lines{
    "  q F10          quit",
    "  Tab 1 2 3 4 5  commands, scripts, queues, clients, keys (keys.hot)",
    "  < >            sort by the column to the left, to the right",
    "  R I            smallest first, largest first",
    "  / \\ F3 F4      only rows with this text; Enter ends it, Esc forgets it",
    "  Up Down PgUp PgDn Home",
    "  + -            refresh more often, less often",
    "  Z Space        pause, go on",
    "  h ? F1         this, and back",
    "",
    "  waiting: workers that wait for a job. blocked: time in commands whose purpose",
    "  is to wait. not read: time in which the client did not take its replies.",
    "  Round trips are seen at the guard. calls/s, in/s, out/s: since the last",
    "  refresh; everything else: since the guard started."};

std::string shown(top_column const& column, double value)
{
    using form = top_column::form;
    switch (column.shown_as) {
    case form::count: return short_count(value);
    case form::size: return short_size(value);
    case form::share: return fmt::format("{:.1f}%", value * 100);
    case form::time: return short_time(value);
    case form::age:
        return value <= 0 ? "-" : value < 1'000 ? short_time(value * 1'000) : short_age(value);
    }
    return {};
}

bool is_character(top_key key) noexcept { return key >= top_key{' '} && key <= top_key{'~'}; }

}  // namespace

void top_view::take_stats(boost::json::object stats, double now_s)
{
    double const elapsed = now_s - stats_s_;
    bool const again = number_at(stats, "started_unix_ms") != number_at(stats_, "started_unix_ms");
    for (std::size_t i = 0; i < rates_.size(); ++i) {
        double const count = number_at(stats, rate_paths.at(i));
        bool const known = stats_s_ > 0 && elapsed > 0 && !again;
        rates_.at(i).now = known ? std::max(0.0, count - rates_.at(i).before) / elapsed : 0;
        rates_.at(i).before = count;
    }
    if (stats_s_ > 0) calls_per_s_.push_back(rates_[0].now);
    if (calls_per_s_.size() > history_max) calls_per_s_.erase(calls_per_s_.begin());
    stats_ = std::move(stats);
    stats_s_ = now_s;
    lost_.clear();
    if (table().target == "/stats") take_table(&stats_, now_s);
}

void top_view::take_table(boost::json::object const* answer, double now_s)
{
    has_table_ = answer != nullptr;
    if (answer == nullptr) return;
    rows_.take(table(), *answer, now_s);
    bool const is_off = table().target == "/keys/hot" && !flag_at(*answer, "keys_counted.on");
    why_empty_ = is_off ? "Keys are not counted: keys.hot is 0." : "";
}

bool top_view::on_key(top_key key)
{
    if (typing_filter_) {
        on_filter_key(key);
        return false;
    }
    if (is_character(key)) return on_character(static_cast<char>(key));
    switch (key) {
    case top_key::f10: return true;
    case top_key::tab: change_table((table_ + 1) % top_tables().size()); break;
    case top_key::back_tab:
        change_table((table_ + top_tables().size() - 1) % top_tables().size());
        break;
    case top_key::f1: help_ = !help_; break;
    case top_key::f3:
    case top_key::f4: typing_filter_ = true; break;
    case top_key::escape: filter_.clear(); break;
    case top_key::down: first_row_ += row_step; break;
    case top_key::page_down: first_row_ += page_step; break;
    case top_key::up: first_row_ -= std::min(first_row_, row_step); break;
    case top_key::page_up: first_row_ -= std::min(first_row_, page_step); break;
    case top_key::home: first_row_ = 0; break;
    case top_key::none:
    case top_key::backspace:
    case top_key::enter: break;
    }
    return false;
}

bool top_view::on_character(char key)
{
    switch (key) {
    case 'q': return true;
    case '1':
    case '2':
    case '3':
    case '4':
    case '5': change_table(static_cast<std::size_t>(key - '1')); break;
    case '<': move_sorting(-1); break;
    case '>': move_sorting(1); break;
    case 'R':
    case 'I': upwards_ = !upwards_; break;
    case '/':
    case '\\': typing_filter_ = true; break;
    case '+': interval_s_ = std::max(0.5, interval_s_ / 2); break;
    case '-': interval_s_ = std::min(60.0, interval_s_ * 2); break;
    case 'Z':
    case ' ': paused_ = !paused_; break;
    case 'h':
    case '?': help_ = !help_; break;
    default: break;
    }
    return false;
}

void top_view::on_filter_key(top_key key)
{
    if (is_character(key)) {
        filter_ += static_cast<char>(key);
    } else if (key == top_key::backspace && !filter_.empty()) {
        filter_.pop_back();
    } else if (key == top_key::enter || key == top_key::escape) {
        typing_filter_ = false;
        if (key == top_key::escape) filter_.clear();
    }
    first_row_ = 0;
}

void top_view::change_table(std::size_t to)
{
    help_ = false;
    if (to == table_) return;
    table_ = to;
    first_row_ = 0;
    rows_ = {};
    has_table_ = true;
    why_empty_.clear();
    // Rates of the new table are there with the answer after the next.
    if (table().target == "/stats") rows_.take(table(), stats_, stats_s_);
}

void top_view::move_sorting(int by)
{
    auto const count = table().columns.size();
    sorting_.at(table_) = (sorting_.at(table_) + count + static_cast<std::size_t>(by)) % count;
}

std::vector<std::string> top_view::head(std::size_t width) const
{
    auto const time = [&](std::string_view path) { return short_time(number_at(stats_, path)); };
    auto const count = [&](std::string_view path) { return short_count(number_at(stats_, path)); };
    std::string state = flag_at(stats_, "draining") ? "draining"
                        : flag_at(stats_, "ready")  ? "ready"
                                                    : "NOT READY: " + text_at(stats_, "ready_why");
    if (!lost_.empty()) state = "NOT REACHED: " + lost_;
    std::vector<std::string> out;
    out.push_back(fmt::format(
        "respguard {}  up {}  {}  {} {}  every {}s{}", text_at(stats_, "version.version"),
        short_age(number_at(stats_, "uptime_ms")), state, text_at(stats_, "upstream"),
        flag_at(stats_, "upstream_up") ? "answers" : "DOES NOT ANSWER", interval_s_,
        paused_ ? "  PAUSED" : ""));
    out.push_back(fmt::format(
        "clients {}  held {}  flying {}  buffered {}  p50 {}  p99 {}  "
        "guard {}+{}",
        count("now.client_connections"), count("now.held_connections"),
        count("now.inflight_commands"), short_size(number_at(stats_, "now.buffered_bytes")),
        time("totals.rtt_us.p50"), time("totals.rtt_us.p99"), time("totals.guard_request_us.p50"),
        time("totals.guard_reply_us.p50")));
    out.push_back(fmt::format("{}/s commands  {}/s errors  {}/s rejected  {}/s in  {}/s out",
                              short_count(rates_[0].now), short_count(rates_[1].now),
                              short_count(rates_[2].now), short_size(rates_[3].now),
                              short_size(rates_[4].now)));
    out.push_back(curve(width));
    if (auto const words = text_at(stats_, "where.p99_words"); !words.empty()) {
        out.push_back("slowest 1 % lately " + words);
    }
    if (auto words = lost_consumers(); !words.empty()) out.push_back(std::move(words));
    return out;
}

std::string top_view::lost_consumers() const
{
    std::string out;
    for (auto const& each : rows_at(stats_, "queues")) {
        auto const* const queue = each.if_object();
        double const lost_ms = queue == nullptr ? 0 : number_at(*queue, "workers_lost_ms");
        if (lost_ms <= 0) continue;
        out += fmt::format("{}{} ({})", out.empty() ? "NO WORKERS any more: " : ", ",
                           text_at(*queue, "queue"), short_age(lost_ms));
    }
    return out;
}

std::string top_view::curve(std::size_t width) const
{
    constexpr std::size_t label = 14;
    std::size_t const columns = width > label ? width - label : 0;
    auto const seen = std::min(columns, calls_per_s_.size());
    double const most =
        seen == 0 ? 0
                  : *std::max_element(calls_per_s_.end() - static_cast<std::ptrdiff_t>(seen),
                                      calls_per_s_.end());
    return sparkline(calls_per_s_, columns, blocks_) + " max " + short_count(most) + "/s";
}

std::string top_view::tabs() const
{
    std::string out;
    for (std::size_t i = 0; i < top_tables().size(); ++i) {
        bool const is_shown = i == table_;
        out += fmt::format("{}{} {}{} ", is_shown ? '[' : ' ', i + 1, top_tables()[i].title,
                           is_shown ? ']' : ' ');
    }
    if (typing_filter_ || !filter_.empty()) {
        out += "  filter: " + filter_ + (typing_filter_ ? "_" : "");
    }
    return out;
}

std::vector<top_row> top_view::sorted_rows() const
{
    std::vector<top_row> found;
    for (auto const& row : rows_.rows()) {
        if (row.name.find(filter_) != std::string::npos) found.push_back(row);
    }
    auto const by = sorting_.at(table_);
    std::stable_sort(found.begin(), found.end(), [&](top_row const& a, top_row const& b) {
        return upwards_ ? a.values[by] < b.values[by] : a.values[by] > b.values[by];
    });
    return found;
}

std::vector<std::string> top_view::table_lines(std::size_t width) const
{
    std::vector<text_table::column> columns{
        {std::string(table().title.substr(0, table().title.size() - 1)), text_table::align::left,
         0}};
    for (std::size_t i = 0; i < table().columns.size(); ++i) {
        auto const& each = table().columns[i];
        bool const sorts = i == sorting_.at(table_);
        columns.push_back({(sorts ? "*" : "") + std::string(each.title), text_table::align::right,
                           sorts ? 0 : each.dispensable});
    }
    text_table made(std::move(columns), name_columns_min);
    for (auto const& row : sorted_rows()) {
        std::vector<std::string> cells{row.name};
        for (std::size_t i = 0; i < row.values.size(); ++i)
            cells.push_back(shown(table().columns[i], row.values[i]));
        made.add(std::move(cells));
    }
    return made.lines(width);
}

std::string top_view::last_line() const
{
    return fmt::format("q quit  Tab table  < > sort ({}, {} first)  / filter  Z pause  h help",
                       table().columns[sorting_.at(table_)].title,
                       upwards_ ? "smallest" : "largest");
}

std::vector<styled_line> top_view::lines(std::size_t width, std::size_t height) const
{
    std::vector<styled_line> out;
    auto const add = [&](std::string_view text, line_style style) {
        out.push_back({fitted(text, width), style});
    };
    for (auto const& line : head(width))
        add(line, out.empty() ? line_style::bold : line_style::plain);
    add(tabs(), line_style::bold);
    std::size_t const room = height > out.size() + 1 ? height - out.size() - 1 : 0;
    if (help_) {
        for (auto const line : help_lines)
            add(line, line_style::plain);
    } else if (!has_table_) {
        add(fmt::format("This guard has no {}.", table().target), line_style::plain);
    } else if (!why_empty_.empty()) {
        add(why_empty_, line_style::plain);
    } else {
        auto const all = table_lines(width);
        add(all.front(), line_style::reverse);
        std::size_t const rows = all.size() - 1;
        std::size_t const fits = room > 1 ? room - 1 : 0;
        std::size_t const from = std::min(first_row_, rows > fits ? rows - fits : 0);
        for (std::size_t i = 0; i < std::min(fits, rows - from); ++i)
            add(all[1 + from + i], line_style::plain);
    }
    out.resize(std::max<std::size_t>(height, 1) - 1, {std::string(width, ' '), line_style::plain});
    add(last_line(), line_style::reverse);
    return out;
}

}  // namespace respguard::terminal
