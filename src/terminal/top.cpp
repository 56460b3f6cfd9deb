#include "respguard/terminal/top.hpp"

#include "respguard/terminal/http_get.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <clocale>
#include <csignal>
#include <cstring>
#include <langinfo.h>
#include <optional>
#include <string_view>
#include <thread>

#include "terminal/screen.hpp"
#include "terminal/top_view.hpp"

namespace respguard::terminal {

namespace {

using steady = std::chrono::steady_clock;

std::atomic<bool> top_interrupted = false;
static_assert(std::atomic<bool>::is_always_lock_free, "set by a signal handler");

/// Keys are waited for no longer than this, so that a signal is soon obeyed.
constexpr std::chrono::milliseconds longest_wait{250};

double seconds_now()
{
    return std::chrono::duration<double>(steady::now().time_since_epoch()).count();
}

bool terminal_has_blocks()
{
    std::setlocale(LC_ALL, "");
    return std::strcmp(::nl_langinfo(CODESET), "UTF-8") == 0;
}

struct answered {
    std::optional<boost::json::object> json;
    std::string failure;  ///< Empty also if there is no such path.
};

answered get_object(net::endpoint const& where, std::string_view target)
{
    auto const answer = http_get(where, std::string(target));
    if (!answer.failure.empty()) return {{}, answer.failure};
    if (answer.status == 404) return {};
    boost::json::error_code bad;
    auto parsed = boost::json::parse(answer.body, bad);
    if (answer.status != 200 || bad || !parsed.is_object()) {
        return {{}, answer.body.substr(0, answer.body.find('\n'))};
    }
    return {std::move(parsed.as_object()), {}};
}

/// @return What went wrong.
std::string look(net::endpoint const& where, top_view& view)
{
    auto stats = get_object(where, "/stats");
    if (!stats.json) return stats.failure.empty() ? "no guard: it has no /stats" : stats.failure;
    double const now = seconds_now();
    view.take_stats(std::move(*stats.json), now);
    if (view.table().target == "/stats") return {};
    auto const table = get_object(where, view.table().target);
    if (table.failure.empty()) view.take_table(table.json ? &*table.json : nullptr, now);
    return table.failure;
}

}  // namespace

std::string run_top(net::endpoint const& where)
{
    top_view view(terminal_has_blocks());
    if (auto failure = look(where, view); !failure.empty()) return failure;
    for (int const signal : {SIGINT, SIGTERM})
        std::signal(signal, [](int) { top_interrupted = true; });
    screen drawn_on;
    if (!drawn_on.is_there()) return "no terminal, or of a kind that is not known; try --once";
    auto next = steady::now() + std::chrono::milliseconds(500);  // The first rates soon.
    while (!top_interrupted) {
        drawn_on.draw(view.lines(drawn_on.width(), drawn_on.height()));
        auto const left =
            std::chrono::duration_cast<std::chrono::milliseconds>(next - steady::now());
        auto const key =
            drawn_on.wait(std::clamp(left, std::chrono::milliseconds(1), longest_wait));
        auto const* const before = &view.table();
        if (view.on_key(key)) break;
        bool const is_due = steady::now() >= next && !view.is_paused();
        if (!is_due && before == &view.table()) continue;
        if (auto failure = look(where, view); !failure.empty()) view.lost(std::move(failure));
        next = steady::now() +
               std::chrono::milliseconds(static_cast<std::int64_t>(view.interval_s() * 1'000));
    }
    return {};
}

std::string top_once(net::endpoint const& where, std::string const& keys, std::size_t width,
                     std::size_t height, std::string& into)
{
    top_view view(terminal_has_blocks());
    for (char const key : keys)
        (void)view.on_key(static_cast<top_key>(key));
    if (auto failure = look(where, view); !failure.empty()) return failure;
    std::this_thread::sleep_for(std::chrono::seconds(1));
    if (auto failure = look(where, view); !failure.empty()) return failure;
    into.clear();
    for (auto const& line : view.lines(width, height)) {
        auto const end = line.text.find_last_not_of(' ');
        into.append(line.text, 0, end == std::string::npos ? 0 : end + 1).append("\n");
    }
    return {};
}

}  // namespace respguard::terminal
