// May this request change something?
#pragma once

#include <optional>
#include <string_view>

#include "admin/answer.hpp"
#include "admin/router.hpp"

namespace respguard::admin {

/// From loopback or a unix socket everybody may; from elsewhere only who knows the token. A browser
/// never may: a page of any site could make it send a POST to this host (it says so in Origin).
///
/// @param from_here The peer is on this host.
/// @param token Empty: nobody from elsewhere.
/// @return The refusal; empty if it may.
[[nodiscard]] std::optional<response> refuse_write(request_head const& head, bool from_here,
                                                   std::string_view token);

/// The value of one parameter of the request's query; empty if it is missing or there twice.
[[nodiscard]] std::optional<std::string_view> query_value(request_head const& head,
                                                          std::string_view name);

}  // namespace respguard::admin
