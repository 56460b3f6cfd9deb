// Files as text.
#pragma once

#include "respguard/base/result.hpp"

#include <cstddef>
#include <string>

namespace respguard::config {

/// What is read; a type of its own, because parsed<std::string> can not tell text from problem.
struct file_text {
    std::string bytes;
};

/// @return problem if it can not be read or is larger than `size_max`. Works for pipes, too.
[[nodiscard]] parsed<file_text> read_whole_file(std::string const& path, std::size_t size_max);

/// Without its line end. For secrets: mounted files often end with a newline that is not meant.
///
/// @return problem also if that line is empty.
[[nodiscard]] parsed<file_text> read_first_line(std::string const& path);

}  // namespace respguard::config
