#include "admin/notice_families.hpp"

#include <cstddef>
#include <string>

#include "admin/family_builder.hpp"

namespace respguard::admin {

namespace json = boost::json;

namespace {

using prometheus::MetricType;

void append_one(std::vector<prometheus::MetricFamily>& out, char const* name, char const* help,
                MetricType type, std::uint64_t value)
{
    out.push_back(family_builder(name, help, type).add({}, value).take());
}

}  // namespace

void append_notices(std::vector<prometheus::MetricFamily>& out, stats::notice_counts const& counts)
{
    family_builder near("respguard_near_limit_total",
                        "Requests and replies of at least 50 or 80 % of a size that is refused, "
                        "each under the larger one",
                        MetricType::Counter);
    for (std::size_t i = 0; i < stats::near_limits::shares.size(); ++i) {
        auto const percent = std::to_string(stats::near_limits::shares[i]);
        near.add({{"direction", "request"}, {"percent", percent}}, counts.near_requests[i]);
        near.add({{"direction", "reply"}, {"percent", percent}}, counts.near_replies[i]);
    }
    out.push_back(near.take());
    append_one(out, "respguard_overdue_commands",
               "Commands that block and wait longer than their own time-out plus 0.5 s, now",
               MetricType::Gauge, counts.overdue_now);
    append_one(out, "respguard_commands_overdue_total",
               "Commands that block whose reply came later than their own time-out plus 0.5 s, or "
               "did not come",
               MetricType::Counter, counts.overdue_total);
    append_one(out, "respguard_unanswered_writes_total",
               "Writes sent and not answered when their connection ended, but not by the client",
               MetricType::Counter, counts.unanswered_writes_total);
    append_one(out, "respguard_reconnect_storms_total",
               "Clients found connecting again and again though no rule refuses them anything",
               MetricType::Counter, counts.reconnects_total);
}

json::object notices_json(stats::notice_counts const& counts)
{
    auto const near = [](stats::near_limits::counts const& of) {
        return json::object{{"over_80_percent", of[0]}, {"over_50_percent", of[1]}};
    };
    return {{"near_limit_requests", near(counts.near_requests)},
            {"near_limit_replies", near(counts.near_replies)},
            {"overdue_commands", counts.overdue_now},
            {"overdue_commands_total", counts.overdue_total},
            {"unanswered_writes_total", counts.unanswered_writes_total},
            {"reconnect_storms_total", counts.reconnects_total}};
}

}  // namespace respguard::admin
