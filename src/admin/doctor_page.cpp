#include "admin/doctor_page.hpp"

#include <boost/json/array.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "admin/readable.hpp"

namespace respguard::admin {

namespace json = boost::json;

void add_doctor(json::object& page, stats::report const& report, std::uint64_t now_unix_ns)
{
    page["has_doctor"] = report.doctor_on;
    page["doctor_summary"] = "not looked yet";
    page["doctor_words"] = "The first look is under way.";
    json::array rows;
    if (report.doctor) {
        auto const& seen = *report.doctor;
        auto const count = [&](std::string_view status) {
            return std::count_if(seen.checks.begin(), seen.checks.end(),
                                 [&](auto const& each) { return each.status == status; });
        };
        auto const age = now_unix_ns - std::min(seen.checked_unix_ns, now_unix_ns);
        page["doctor_summary"] =
            fmt::format("{} failed, {} doubtful, {} ok, {} cannot be read; {} ago", count("fail"),
                        count("warn"), count("ok"), count("skip"), readable_age(age));
        page["doctor_words"] = "Nothing is wrong with it.";
        for (auto const* const status : {"fail", "warn"}) {
            for (auto const& each : seen.checks) {
                if (each.status != status) continue;
                rows.push_back(json::object{{"id", each.id},
                                            {"status", each.status},
                                            {"class", each.status == "fail" ? "bad" : "warn"},
                                            {"message", each.message},
                                            {"why", each.why},
                                            {"fix", each.fix}});
            }
        }
    }
    page["has_doctor_problems"] = !rows.empty();
    page["doctor_problems"] = std::move(rows);
}

}  // namespace respguard::admin
