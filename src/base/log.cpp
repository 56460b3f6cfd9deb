#include "respguard/base/log.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <spdlog/async.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <future>
#include <iterator>
#include <mutex>
#include <thread>
#include <utility>

namespace respguard::log {

namespace {

/// Enough for a burst. Each place is 408 bytes of resident memory whether it is used or not: with
/// 8192 of them the queue was a quarter of an idle guard.
constexpr std::size_t queue_lines = 512;

/// The logger is the one global of the program (STYLE.md section 8).
struct state {
    std::mutex mutex;
    std::shared_ptr<spdlog::logger> logger;
    std::shared_ptr<spdlog::details::thread_pool> pool;
    std::string file;
    std::atomic<level> least{level::info};
    std::atomic<format> how{format::text};
};

state& the()
{
    static state instance;
    return instance;
}

void append_escaped(fmt::memory_buffer& out, std::string_view text)
{
    for (char const c : text) {
        auto const byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out.push_back('\\');
            out.push_back(c);
        } else if (byte < 0x20 || byte >= 0x7F) {
            fmt::format_to(std::back_inserter(out), "\\u00{:02x}", byte);
        } else {
            out.push_back(c);
        }
    }
}

void append_time(fmt::memory_buffer& out)
{
    auto const now = std::chrono::system_clock::now();
    auto const seconds = std::chrono::floor<std::chrono::seconds>(now);
    std::time_t const whole = std::chrono::system_clock::to_time_t(seconds);
    std::tm parts{};
    ::gmtime_r(&whole, &parts);
    auto const us = std::chrono::duration_cast<std::chrono::microseconds>(now - seconds).count();
    fmt::format_to(std::back_inserter(out), "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z",
                   parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday, parts.tm_hour,
                   parts.tm_min, parts.tm_sec, us);
}

void append_value(fmt::memory_buffer& out, field const& each, bool quote_always)
{
    if (auto const* number = std::get_if<std::uint64_t>(&each.value)) {
        fmt::format_to(std::back_inserter(out), "{}", *number);
    } else if (auto const* flag = std::get_if<bool>(&each.value)) {
        fmt::format_to(std::back_inserter(out), "{}", *flag);
    } else {
        auto const text = std::get<std::string_view>(each.value);
        bool const quote =
            quote_always || text.empty() || text.find_first_of(" \"=\\") != std::string_view::npos;
        if (quote) out.push_back('"');
        append_escaped(out, text);
        if (quote) out.push_back('"');
    }
}

void append_text_line(fmt::memory_buffer& out, level which, std::string_view message,
                      std::initializer_list<field> fields)
{
    append_time(out);
    fmt::format_to(std::back_inserter(out), " {:<5} {}", name_of(which), message);
    for (field const& each : fields) {
        fmt::format_to(std::back_inserter(out), " {}=", each.key);
        append_value(out, each, false);
    }
}

void append_json_line(fmt::memory_buffer& out, level which, std::string_view message,
                      std::initializer_list<field> fields)
{
    out.append(std::string_view(R"({"time":")"));
    append_time(out);
    fmt::format_to(std::back_inserter(out), R"(","level":"{}","message":")", name_of(which));
    append_escaped(out, message);
    out.push_back('"');
    for (field const& each : fields) {
        fmt::format_to(std::back_inserter(out), R"(,"{}":)", each.key);
        append_value(out, each, true);
    }
    out.push_back('}');
}

std::shared_ptr<spdlog::logger>
open_logger(std::string const& file, std::shared_ptr<spdlog::details::thread_pool> const& pool)
{
    spdlog::sink_ptr sink;
    if (file.empty()) {
        sink = std::make_shared<spdlog::sinks::stdout_sink_mt>();
    } else {
        sink = std::make_shared<spdlog::sinks::basic_file_sink_mt>(file);
    }
    auto logger = std::make_shared<spdlog::async_logger>(
        "respguard", std::move(sink), pool, spdlog::async_overflow_policy::overrun_oldest);
    logger->set_pattern("%v");  // The whole line is made here, fields and all.
    logger->set_level(spdlog::level::trace);
    logger->flush_on(spdlog::level::trace);
    return logger;
}

/// What writes. The logger is let go of when the thread is joined and no sooner: what it writes to
/// is used by that thread until then, and only the join makes that end visible to ThreadSanitizer
/// (the counts of spdlog's pointers are in a library that it does not see into).
struct writing {
    std::shared_ptr<spdlog::logger> logger;
    std::shared_ptr<spdlog::details::thread_pool> pool;

    /// Writes the queue and joins the thread.
    void end()
    {
        pool.reset();
        logger.reset();
    }
};

writing take_writing()
{
    state& s = the();
    std::lock_guard const lock(s.mutex);
    return {std::move(s.logger), std::move(s.pool)};
}

}  // namespace

void start(level least, format how, std::string const& file)
{
    state& s = the();
    std::lock_guard const lock(s.mutex);
    s.least = least;
    s.how = how;
    s.file = file;
    s.pool = std::make_shared<spdlog::details::thread_pool>(queue_lines, 1);
    s.logger = open_logger(s.file, s.pool);
}

void stop()
{
    // Out of the state first: others may log while the queue is being written.
    take_writing().end();
}

bool stop(std::chrono::milliseconds at_most)
{
    auto all = take_writing();
    if (!all.pool) return true;
    std::promise<void> written;
    auto const done = written.get_future();
    std::thread joining([all = std::move(all), written = std::move(written)]() mutable {
        all.end();
        written.set_value();
    });
    bool const in_time = done.wait_for(at_most) == std::future_status::ready;
    if (in_time) {
        joining.join();
    } else {
        joining.detach();
    }
    return in_time;
}

std::string reopen()
{
    state& s = the();
    std::shared_ptr<spdlog::details::thread_pool> pool;
    std::string file;
    {
        std::lock_guard const lock(s.mutex);
        pool = s.pool;
        file = s.file;
    }
    if (!pool || file.empty()) return {};
    try {
        // Not under the lock: whoever writes a line would wait for the disk.
        auto opened = open_logger(file, pool);
        std::lock_guard const lock(s.mutex);
        if (s.pool == pool) s.logger = std::move(opened);
    } catch (spdlog::spdlog_ex const& failed) {
        return failed.what();
    }
    return {};
}

level level_of(std::string_view name) noexcept
{
    if (name == "debug") return level::debug;
    if (name == "warn") return level::warn;
    if (name == "error") return level::error;
    return level::info;
}

std::string_view name_of(level which) noexcept
{
    constexpr std::array<std::string_view, 4> names{"debug", "info", "warn", "error"};
    return names.at(static_cast<std::size_t>(which));
}

void set_level(level least) noexcept { the().least.store(least, std::memory_order_relaxed); }

bool is_on(level which) noexcept { return which >= the().least.load(std::memory_order_relaxed); }

std::uint64_t dropped() noexcept
{
    state& s = the();
    std::lock_guard const lock(s.mutex);
    return s.pool ? s.pool->overrun_counter() : 0;
}

void write(level which, std::string_view message, std::initializer_list<field> fields)
{
    if (!is_on(which)) return;
    state& s = the();
    fmt::memory_buffer line;
    if (s.how.load(std::memory_order_relaxed) == format::json) {
        append_json_line(line, which, message, fields);
    } else {
        append_text_line(line, which, message, fields);
    }
    std::string_view const text(line.data(), line.size());
    std::shared_ptr<spdlog::logger> logger;
    {
        std::lock_guard const lock(s.mutex);
        logger = s.logger;
    }
    if (logger) {
        logger->log(spdlog::level::info, text);
    } else {
        fmt::print(stderr, "{}\n", text);
    }
}

std::string escaped(std::string_view text)
{
    fmt::memory_buffer out;
    append_escaped(out, text);
    return fmt::to_string(out);
}

}  // namespace respguard::log
