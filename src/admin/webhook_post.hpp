// One POST to a webhook, over TCP or TLS.
#pragma once

#include "respguard/admin/event_settings.hpp"
#include "respguard/admin/webhook_url.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <string>

namespace respguard::admin {

struct post_result {
    enum class kind : std::uint8_t {
        taken,    ///< 2xx.
        failed,   ///< May be taken another time.
        refused,  ///< The receiver will not take this: 3xx, 4xx but for 408, 425 and 429.
    };
    kind what = kind::failed;
    std::string why;  ///< Without anything of the URL but the host's certificate errors.
};

/// Ends within settings.timeout, but for a slow name server. Redirections are not followed.
///
/// @param where, settings Borrowed until it ends.
boost::asio::awaitable<post_result>
post_to_webhook(webhook_url const& where, webhook_settings const& settings, std::string body);

}  // namespace respguard::admin
