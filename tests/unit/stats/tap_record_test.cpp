#include "respguard/stats/tap_record.hpp"

#include <gtest/gtest.h>

#include <string>

namespace respguard::stats {
namespace {

TEST(TapRecord, KeepsNoValueAndAKeyOnlyIfAsked)
{
    finished_command what;
    what.command = command::find("set");
    what.request = "*3\r\n$3\r\nSET\r\n$5\r\niam:1\r\n$6\r\nsecret\r\n";
    what.error = "OOM command not allowed when used memory > 'maxmemory'.";
    tap_record record;
    record.assign(what, false);
    EXPECT_EQ(record.key.view(), "");
    EXPECT_EQ(record.error.view(), "OOM") << "the rest may quote an argument";
    record.assign(what, true);
    EXPECT_EQ(record.key.view(), "iam:1");
}

TEST(TapRecord, TakesNothingOverFromWhatLayThereBefore)
{
    finished_command what;
    what.command = command::find("get");
    what.request = "*2\r\n$3\r\nGET\r\n$1\r\nk\r\n";
    what.client.name = "old";
    what.error = "ERR old";
    tap_record record;
    record.assign(what, true);
    record.rule.assign("old");
    record.assign(finished_command{}, true);
    for (auto const text : {record.key.view(), record.name.view(), record.error.view(),
                            record.rule.view(), record.queue.view()}) {
        EXPECT_EQ(text, "");
    }
}

TEST(TapRecord, CutsTextsThatAreTooLong)
{
    std::string const longer(1'000, 'x');
    finished_command what;
    what.client.address = longer;
    what.family = longer;
    tap_record record;
    record.assign(what, true);
    EXPECT_EQ(record.address.view(), longer.substr(0, 46));
    EXPECT_EQ(record.family.view(), longer.substr(0, 62));
}

}  // namespace
}  // namespace respguard::stats
