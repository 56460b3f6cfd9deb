// POST requests: what they change, and what they are answered.
#pragma once

#include "respguard/admin/controls.hpp"

#include <boost/asio/awaitable.hpp>

#include "admin/answer.hpp"
#include "admin/router.hpp"

namespace respguard::admin {

/// Does what a POST route asks for. Whether it may has been looked at before (write_access.hpp).
///
/// @param head, with Must live until it has ended.
[[nodiscard]] boost::asio::awaitable<response> change(route what, request_head const& head,
                                                      controls const& with);

}  // namespace respguard::admin
