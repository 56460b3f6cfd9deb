// What the user named: the URL that EmailEngine would get.
#pragma once

#include "respguard/base/result.hpp"
#include "respguard/net/endpoint.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace respguard::doctor {

struct target {
    net::upstream_url url;  ///< Holds the password: only to_string() may be printed.
    bool has_db = false;    ///< The URL names a database; else EmailEngine's own default is meant.
    /// Not empty: understood, but nothing can be asked yet (rediss://, redis-sentinel://).
    std::string not_yet;

    [[nodiscard]] std::uint32_t db() const noexcept;
    [[nodiscard]] std::string to_string() const;
    /// "redis-cli -h 10.0.0.5 -p 6380 --askpass": for advice; the password is not in it.
    [[nodiscard]] std::string redis_cli() const;
};

/// redis://, rediss://, redis-sentinel:// and unix:// URLs; no scheme means redis://. Of the
/// options behind '?' those that EmailEngine takes: db, password and family (which is not used).
/// Nothing of the text is repeated in the problem: any of it may be the password.
[[nodiscard]] parsed<target> parse_target(std::string_view text);

}  // namespace respguard::doctor
