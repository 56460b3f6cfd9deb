#include <gtest/gtest.h>

#include "doctor/wording.hpp"
#include "unit/doctor/hand_made.hpp"

namespace respguard::doctor {
namespace {

TEST(Wording, Numbers)
{
    EXPECT_EQ(bytes_text(512), "512 B");
    EXPECT_EQ(bytes_text(1'536), "1.5 KiB");
    EXPECT_EQ(bytes_text(4'294'967'296.0), "4 GiB");
    EXPECT_EQ(milliseconds_text(std::chrono::microseconds(180)), "0.18 ms");
    EXPECT_EQ(milliseconds_text(std::chrono::microseconds(3)), "0.003 ms");
    EXPECT_EQ(plain_number(12'000), "12000");
    EXPECT_EQ(milliseconds_text(std::chrono::milliseconds(1'200)), "1.2 s");
    EXPECT_EQ(age_text(90), "90 s");
    EXPECT_EQ(age_text(5 * 3'600 + 10), "5 h");
    EXPECT_EQ(age_text(12 * 86'400 + 1), "12 d");
    EXPECT_EQ(count_text(12'000), "12 000");
    EXPECT_EQ(count_text(999), "999");
    EXPECT_EQ(percent_text(0.834), "83 %");
}

TEST(Wording, MissingFieldsSayWhetherInfoWasDenied)
{
    EXPECT_EQ(no_field(with("a:1\n"), "x").message, "this server's INFO has no x");
    facts denied;
    say(denied, "INFO", "-NOPERM x\r\n");
    EXPECT_EQ(no_field(denied, "x").denied, "NOPERM x");
}

}  // namespace
}  // namespace respguard::doctor
