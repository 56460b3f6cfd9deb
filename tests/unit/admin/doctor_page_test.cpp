#include <gtest/gtest.h>

#include "admin/doctor_page.hpp"
#include "unit/admin/sample_report.hpp"

namespace respguard::admin {
namespace {

TEST(DoctorPage, IsNotThereWhileOff)
{
    auto report = sample_report();
    report.doctor_on = false;
    report.doctor = nullptr;
    boost::json::object page;
    add_doctor(page, report, 0);
    EXPECT_FALSE(page.at("has_doctor").as_bool());
    EXPECT_FALSE(page.at("has_doctor_problems").as_bool());
}

TEST(DoctorPage, FailuresComeFirstAndWhatIsOkIsOnlyCounted)
{
    auto const report = sample_report();
    boost::json::object page;
    add_doctor(page, report, report.doctor->checked_unix_ns + 5'000'000'000);
    auto const& rows = page.at("doctor_problems").as_array();
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0].as_object().at("status").as_string(), "fail");
    EXPECT_EQ(page.at("doctor_summary").as_string(),
              "1 failed, 1 doubtful, 1 ok, 0 cannot be read; 5 s ago");
}

}  // namespace
}  // namespace respguard::admin
