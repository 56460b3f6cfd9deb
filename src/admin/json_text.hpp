// JSON for machines that a person can read with curl.
#pragma once

#include <boost/json/object.hpp>

#include <cstdint>
#include <string>

namespace respguard::admin {

/// The text of `value`, ending in a newline. Members of the outermost object stand on lines of
/// their own, and so does each element of an array in them: `curl | grep` finds whole rows. Numbers
/// are written in plain decimals ("83.5"; Boost.JSON would write 8.35E1).
[[nodiscard]] std::string json_text(boost::json::object const& value);

/// `ns` in microseconds, rounded to 0.1 us.
[[nodiscard]] double microseconds(std::uint64_t ns);
/// `ns` in milliseconds, rounded to 0.001 ms.
[[nodiscard]] double milliseconds(std::uint64_t ns);

}  // namespace respguard::admin
