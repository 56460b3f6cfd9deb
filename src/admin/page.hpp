// The page at `/`: what an operator wants to see first.
#pragma once

#include "respguard/stats/snapshot.hpp"

#include <boost/json/object.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace respguard::admin {

/// The page as it stands in src/admin/page.html, with its tags. Compiled in by
/// cmake/embed_text.cmake.
[[nodiscard]] std::string_view page_html() noexcept;

/// Connections shown on the page; /clients has them all.
inline constexpr std::size_t page_connections_max = 200;

/// @param report Merged (one shard) and presentable.
/// @param nonce Goes into the page's own <script> and <style>, and into its
///              Content-Security-Policy.
/// @param now_unix_ns Wall clock, shown as the time of the page.
[[nodiscard]] std::string page(stats::report const& report, std::string_view nonce,
                               std::uint64_t now_unix_ns);

/// What page() puts into page.html.
[[nodiscard]] boost::json::object page_values(stats::report const& report, std::string_view nonce,
                                              std::uint64_t now_unix_ns);

}  // namespace respguard::admin
