// Numbers as a person reads them, and findings in one line.
#pragma once

#include "respguard/doctor/check.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace respguard::doctor {

/// "1.9 GiB", "512 B".
[[nodiscard]] std::string bytes_text(double bytes);
/// "0.18 ms", "1.2 s".
[[nodiscard]] std::string milliseconds_text(std::chrono::nanoseconds time);
/// "5 h", "12 d": one unit, rounded down.
[[nodiscard]] std::string age_text(double seconds);
/// "12 000".
[[nodiscard]] std::string count_text(double count);
/// "12000": for programs.
[[nodiscard]] std::string plain_number(double count);
/// "83 %".
[[nodiscard]] std::string percent_text(double share);
/// " since the start 12 d ago", or nothing if the uptime is not known.
[[nodiscard]] std::string since_start(facts const& from);

[[nodiscard]] finding good(std::string message, std::string value = {}, std::string source = {});
[[nodiscard]] finding warning(std::string message, std::string value = {}, std::string source = {});
[[nodiscard]] finding failure(std::string message, std::string value = {}, std::string source = {});
/// `denied`: why the source could not be read.
[[nodiscard]] finding unread(std::string message, std::string denied = {});
/// With its own advice instead of the check's.
[[nodiscard]] finding with_fix(finding of, std::string fix);
/// The INFO field is not there: because INFO was denied, or this server does not have it.
[[nodiscard]] finding no_field(facts const& from, std::string_view field);

}  // namespace respguard::doctor
