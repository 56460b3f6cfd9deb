#include "terminal/top_table.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "terminal/json_member.hpp"

namespace respguard::terminal {

namespace {

namespace json = boost::json;
using form = top_column::form;

constexpr std::array<top_column, 8> command_columns{{
    {"calls/s", "calls", form::count, true, 0},
    {"calls", "calls", form::count, false, 4},
    {"errors", "errors", form::count, false, 3},
    {"p50", "rtt_us.p50|blocked_us.p50", form::time, false, 0},
    {"p99", "rtt_us.p99|blocked_us.p99", form::time, false, 0},
    {"max", "rtt_us.max|blocked_us.max", form::time, false, 2},
    {"in/s", "request_bytes", form::size, true, 1},
    {"out/s", "reply_bytes", form::size, true, 1},
}};
constexpr std::array<top_column, 11> queue_columns{{
    {"calls/s", "calls", form::count, true, 0},
    {"calls", "calls", form::count, false, 5},
    {"errors", "errors", form::count, false, 3},
    {"p50", "rtt_us.p50", form::time, false, 4},
    {"p99", "rtt_us.p99", form::time, false, 0},
    {"max", "rtt_us.max", form::time, false, 2},
    {"waiting", "workers_waiting", form::count, false, 0},
    {"blocked", "blocked_ms", form::age, false, 7},
    {"largest", "request_bytes_max", form::size, false, 6},
    {"in/s", "request_bytes", form::size, true, 1},
    {"out/s", "reply_bytes", form::size, true, 1},
}};
constexpr std::array<top_column, 12> client_columns{{
    {"calls/s", "commands", form::count, true, 0},
    {"calls", "commands", form::count, false, 4},
    {"errors", "errors", form::count, false, 3},
    {"flying", "inflight", form::count, false, 0},
    {"oldest", "oldest_inflight_ms", form::age, false, 2},
    {"not read", "client_wait_ms", form::age, false, 1},
    {"avg", "rtt_avg_us", form::time, false, 7},
    {"blocked", "blocked_ms", form::age, false, 8},
    {"idle", "idle_ms", form::age, false, 5},
    {"in/s", "request_bytes", form::size, true, 2},
    {"out/s", "reply_bytes", form::size, true, 2},
    {"age", "age_ms", form::age, false, 6},
}};
constexpr std::array<top_column, 3> key_columns{{
    {"uses", "uses", form::count, false, 0},
    {"at least", "uses_min", form::count, false, 0},
    {"share", "share", form::share, false, 0},
}};
constexpr std::array<top_table, 5> tables{{
    {"commands", "/stats", "commands", "command", command_columns},
    {"scripts", "/scripts", "scripts", "script", command_columns},
    {"queues", "/queues", "queues", "queue", queue_columns},
    {"clients", "/stats", "clients", "id", client_columns},
    {"keys", "/keys/hot", "keys", "key", key_columns},
}};

double value_at(json::object const& row, std::string_view path)
{
    auto const bar = path.find('|');
    double const first = number_at(row, path.substr(0, bar));
    if (first != 0 || bar == std::string_view::npos) return first;
    return number_at(row, path.substr(bar + 1));
}

std::string name_of(json::object const& row, std::string_view id)
{
    if (id != "id") return text_at(row, id);
    auto const name = text_at(row, "name");
    auto const address = text_at(row, "address");
    return name.empty() ? address : name + " " + address;
}

}  // namespace

std::span<top_table const> top_tables() noexcept { return tables; }

void top_rows::take(top_table const& table, json::object const& answer, double now_s)
{
    std::map<std::string, std::vector<double>> seen;
    rows_.clear();
    double const elapsed = now_s - before_s_;
    for (auto const& each : rows_at(answer, table.rows)) {
        if (!each.is_object()) continue;
        auto const& row = each.get_object();
        std::vector<double> values;
        for (auto const& column : table.columns)
            values.push_back(value_at(row, column.path));
        // Two clients may have one name; the number tells them apart.
        auto const id = text_at(row, table.id) + std::to_string(integer_at(row, table.id));
        top_row shown{name_of(row, table.id), values};
        auto const old = before_.find(id);
        for (std::size_t i = 0; i < values.size(); ++i) {
            if (!table.columns[i].per_second) continue;
            bool const known = old != before_.end() && elapsed > 0;
            shown.values[i] = known ? std::max(0.0, values[i] - old->second[i]) / elapsed : 0;
        }
        seen.emplace(id, std::move(values));
        rows_.push_back(std::move(shown));
    }
    before_ = std::move(seen);
    before_s_ = now_s;
}

}  // namespace respguard::terminal
