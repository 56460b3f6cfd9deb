// The options of `policy test` that say who sends the command.
#pragma once

#include "respguard/policy/sender.hpp"

#include <CLI/CLI.hpp>
#include <cstdint>
#include <optional>
#include <string>

namespace respguard::proxy {

struct sender_options {
    std::string user;
    std::string client;
    std::string address = "127.0.0.1";
    std::string listener = "127.0.0.1:6380";
    std::uint32_t db = 0;
};

/// `into` must outlive the parsing.
void add_sender_options(CLI::App& app, sender_options& into);

/// Borrows from `chosen`. Empty if the address can not be read.
[[nodiscard]] std::optional<policy::sender> sender_of(sender_options const& chosen);

}  // namespace respguard::proxy
