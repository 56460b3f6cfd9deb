// Makes text of peers and files safe to show.
#pragma once

#include "respguard/base/bytes.hpp"
#include "respguard/stats/snapshot.hpp"

#include <string>

namespace respguard::admin {

/// Safe in a page, in JSON, in a metric's label and on a terminal: printable ASCII and well-formed
/// UTF-8 stay; control characters, what changes the direction of writing, invisible characters and
/// stray bytes become \xNN.
[[nodiscard]] std::string presentable(byte_view bytes);

/// Every text of `report` that a client or a file can choose, once and for all readers.
void make_presentable(stats::report& report);

}  // namespace respguard::admin
