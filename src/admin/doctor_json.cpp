#include "admin/doctor_json.hpp"

#include <boost/json/parse.hpp>

#include "admin/json_text.hpp"

namespace respguard::admin {

namespace json = boost::json;

json::object doctor_json(stats::report const& report)
{
    if (!report.doctor) {
        return {{"schema", 1},
                {"state", report.doctor_on ? "not looked yet" : "off: doctor.interval is 0"}};
    }
    auto const& seen = *report.doctor;
    auto out = json::parse(seen.json).as_object();
    out["checked_unix_ms"] = seen.checked_unix_ns / 1'000'000;
    out["took_ms"] = milliseconds(seen.took_ns);
    out["rounds"] = seen.rounds;
    json::object events;
    for (auto const& [type, count] : seen.events)
        events[type] = count;
    out["events"] = std::move(events);
    return out;
}

}  // namespace respguard::admin
