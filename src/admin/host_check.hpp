// Is this Host header one that only an honest client sends?
//
// DNS rebinding: a web page on evil.example lets its name point to 127.0.0.1 and then reads our
// answers as its own. Its browser sends `Host: evil.example`, so names that we do not know are
// refused. IP addresses and localhost cannot be rebound.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace respguard::admin {

enum class host_verdict : std::uint8_t { known, unknown, malformed };

/// @param host The header's value: "name", "name:port", "192.0.2.1:9379", "[::1]:9379". The port is
///             not looked at: behind a port mapping it is another one.
/// @param known_names Lower case; localhost need not be among them.
[[nodiscard]] host_verdict check_host(std::string_view host,
                                      std::vector<std::string> const& known_names);

}  // namespace respguard::admin
