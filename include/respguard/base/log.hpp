// One line for each thing worth telling, with named fields, as text or JSON.
//
// Lines are queued and written by a thread of their own, so that a slow disk or a full pipe never
// stops the data path: when the queue is full the oldest lines are dropped and counted.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

namespace respguard::log {

enum class level : std::uint8_t { debug, info, warn, error };
enum class format : std::uint8_t { text, json };

/// "debug", "info", "warn" or "error"; anything else is info.
[[nodiscard]] level level_of(std::string_view name) noexcept;
[[nodiscard]] std::string_view name_of(level which) noexcept;

/// Borrowed for the call. Never an argument value of a request.
struct field {
    std::string_view key;
    std::variant<std::string_view, std::uint64_t, bool> value;
};

/// Starts the log. `file` empty: standard output. Throws spdlog::spdlog_ex if the file can not be
/// opened. Before this, write() goes to standard error.
void start(level least, format how, std::string const& file);
/// Writes what is queued and stops the thread, which may take as long as its reader is stuck.
void stop();
/// The same, but gives up after `at_most`. @return False if the thread still waits for its reader:
/// the process must end without exit(), which flushes what the thread has locked.
[[nodiscard]] bool stop(std::chrono::milliseconds at_most);
/// Opens the file again (after a log rotation); nothing for standard output. @return Why not, or
/// empty; the old file stays in use then.
[[nodiscard]] std::string reopen();
void set_level(level least) noexcept;
[[nodiscard]] bool is_on(level which) noexcept;

/// Lines dropped because the queue was full.
[[nodiscard]] std::uint64_t dropped() noexcept;

/// `message` is a literal: what happened, in words. Callable from any thread.
void write(level which, std::string_view message, std::initializer_list<field> fields = {});

/// Text that can not break the line: control bytes, quotes and non-ASCII are escaped.
[[nodiscard]] std::string escaped(std::string_view text);

}  // namespace respguard::log
