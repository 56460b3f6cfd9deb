// What the shards noticed by themselves, as metrics and as JSON.
#pragma once

#include "respguard/stats/notice_counts.hpp"

#include <boost/json/object.hpp>

#include <prometheus/metric_family.h>
#include <vector>

namespace respguard::admin {

void append_notices(std::vector<prometheus::MetricFamily>& out, stats::notice_counts const& counts);
[[nodiscard]] boost::json::object notices_json(stats::notice_counts const& counts);

}  // namespace respguard::admin
