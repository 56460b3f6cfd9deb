// Members of the guard's JSON that may be missing: an older guard does not have them.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace respguard::terminal {

/// The member at a path such as "rtt_us.p99"; null if there is none. Borrowed from `from`.
[[nodiscard]] boost::json::value const* member_at(boost::json::object const& from,
                                                  std::string_view path);
/// Its number; 0 if it is none.
[[nodiscard]] double number_at(boost::json::object const& from, std::string_view path);
[[nodiscard]] std::int64_t integer_at(boost::json::object const& from, std::string_view path);
/// Its text; empty if it is none.
[[nodiscard]] std::string text_at(boost::json::object const& from, std::string_view path);
[[nodiscard]] bool flag_at(boost::json::object const& from, std::string_view path);
/// Its elements; an empty array if it is none.
[[nodiscard]] boost::json::array const& rows_at(boost::json::object const& from,
                                                std::string_view path);

}  // namespace respguard::terminal
