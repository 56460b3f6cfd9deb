// Shortens the tests that load whole configurations.
#pragma once

#include "respguard/config/load.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/temporary_file.hpp"

namespace respguard::test {

/// What load() says of this file, with "FILE" for the path in all places.
inline config::loaded load_text(std::string_view toml, config::sources from = {})
{
    temporary_file const file(toml);
    from.file = file.path();
    config::loaded out = config::load(from);
    auto const shorten = [&](std::string& text) {
        for (std::size_t at = text.find(file.path()); at != std::string::npos;
             at = text.find(file.path())) {
            text.replace(at, file.path().size(), "FILE");
        }
    };
    for (auto* list : {&out.errors, &out.warnings}) {
        for (config::config_error& error : *list) {
            shorten(error.where);
            shorten(error.text);
        }
    }
    for (auto& [key, origin] : out.origins)
        shorten(origin);
    for (policy::rule_settings& rule : out.values.policy.rules)
        shorten(rule.source);
    return out;
}

inline std::vector<std::string> texts(std::vector<config::config_error> const& errors)
{
    std::vector<std::string> out;
    for (config::config_error const& error : errors)
        out.push_back(error.to_string());
    return out;
}

using lines = std::vector<std::string>;

/// The errors of a file, one line each.
inline lines errors_of(std::string_view toml, config::sources from = {})
{
    return texts(load_text(toml, std::move(from)).errors);
}

}  // namespace respguard::test
