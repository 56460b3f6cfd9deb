// The rule presets that are part of the executable, so that it needs no file beside it.
//
// The bodies are generated from config/presets/*.toml by cmake/embed.cmake.
#pragma once

#include <span>
#include <string_view>

namespace respguard::policy {

/// One file of config/presets/. Both views live as long as the program.
struct builtin_file {
    std::string_view name;     ///< Without folder and ".toml": what `policy.presets` calls it.
    std::string_view content;  ///< The TOML text, byte for byte.
};

/// All of them, sorted by name. Callable from any thread.
[[nodiscard]] std::span<builtin_file const> builtin_presets() noexcept;

}  // namespace respguard::policy
