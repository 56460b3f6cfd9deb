// /doctor: what `respguard doctor --json` would say, and when it was found.
#pragma once

#include "respguard/stats/snapshot.hpp"

#include <boost/json/object.hpp>

namespace respguard::admin {

/// The report of docs/doctor.schema.json with the members `checked_unix_ms`, `took_ms`, `rounds`,
/// `events`; before the first look only `schema` and `state`.
[[nodiscard]] boost::json::object doctor_json(stats::report const& report);

}  // namespace respguard::admin
