// The configuration file.
#pragma once

#include <cstddef>
#include <string>

#include "config/draft.hpp"

namespace respguard::config {

/// Files that are larger are not configurations of ours.
inline constexpr std::size_t file_bytes_max = std::size_t{1024} * 1024;

/// All keys and rules of the file; all that is wrong with it goes to the draft's errors.
void read_file(std::string const& path, draft& into);

}  // namespace respguard::config
