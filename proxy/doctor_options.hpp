// What `respguard doctor` was asked for.
#pragma once

#include "respguard/doctor/check.hpp"
#include "respguard/doctor/probe.hpp"
#include "respguard/doctor/report.hpp"

#include <CLI/CLI.hpp>
#include <chrono>
#include <string>

namespace respguard::proxy {

struct doctor_options {
    std::string url, url_file, prefix, wait, timeout, max_command;
    std::uint64_t mailboxes = 0;
    doctor::selection chosen;
    doctor::probe_options probe;
    std::chrono::milliseconds wait_for{0};
    bool json = false, nagios = false, strict = false, quiet = false, symbols = false;
    bool annotate = false;
};

void add_doctor_flags(CLI::App& command, doctor_options& into);
/// Reads the texts into numbers. Empty: all is well; else what to say.
[[nodiscard]] std::string complete(doctor_options& options);

}  // namespace respguard::proxy
