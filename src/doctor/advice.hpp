// What to type, for this very server: the table's advice is for a plain Redis on its usual port.
#pragma once

#include "respguard/doctor/facts.hpp"

#include <string>
#include <string_view>

namespace respguard::doctor {

/// "redis-cli CONFIG SET a 1 && redis-cli CONFIG REWRITE" as it works here: with this server's
/// address, without REWRITE if the server has no file to write, and as a setting of the service or
/// of redis.conf where CONFIG does not exist.
[[nodiscard]] std::string advice_for(facts const& from, std::string_view fix);

}  // namespace respguard::doctor
