#include <gtest/gtest.h>

#include "admin/doctor_json.hpp"
#include "unit/admin/sample_report.hpp"

namespace respguard::admin {
namespace {

TEST(DoctorJson, SaysThatItHasNotLooked)
{
    auto report = sample_report();
    report.doctor = nullptr;
    report.doctor_on = false;
    EXPECT_EQ(doctor_json(report).at("state").as_string(), "off: doctor.interval is 0");
    report.doctor_on = true;
    EXPECT_EQ(doctor_json(report).at("state").as_string(), "not looked yet");
}

TEST(DoctorJson, HasTheReportAndWhenItWasMade)
{
    auto const seen = doctor_json(sample_report());
    EXPECT_EQ(seen.at("schema").as_int64(), 1);
    EXPECT_EQ(seen.at("rounds").to_number<int>(), 7);
    EXPECT_EQ(seen.at("took_ms").to_number<double>(), 250);
    EXPECT_EQ(seen.at("events").as_object().at("drift.role").to_number<int>(), 1);
}

}  // namespace
}  // namespace respguard::admin
