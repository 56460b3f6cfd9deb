#include <gtest/gtest.h>

#include "doctor/application_probe.hpp"
#include "unit/doctor/fake_server.hpp"
#include "unit/doctor/fixture.hpp"

namespace respguard::doctor {
namespace {

facts look(std::map<std::string, std::string> replies, std::string const& info = "")
{
    fake_server const server(std::move(replies));
    auto const where = parse_target(server.url()).value();
    auto const to = net::resolve(where.url.where).value();
    cancellation const stop;
    asker from(where, to, std::chrono::milliseconds(300), stop);
    facts out;
    out.db = 8;
    out.answers["INFO"] = {resp_value{resp_value::kind::text, info, 0, {}}, {}};
    out.read_info();
    EXPECT_EQ(from.open(&out), "");
    probe_application(from, out);
    return out;
}

TEST(ApplicationProbe, CountsMailboxesAndQueues)
{
    auto const seen = look({{"SCARD ia:accounts", ":40\r\n"},
                            {"HGET bull:notify:meta version", "$12\r\nbullmq:6.2.0\r\n"},
                            {"LLEN bull:notify:wait", ":3\r\n"},
                            {"ZCARD bull:notify:prioritized", ":2\r\n"},
                            {"HGET bull:submit:meta version", "$-1\r\n"},
                            {"SRANDMEMBER ia:accounts 10", "*1\r\n$1\r\na\r\n"},
                            {"HLEN iaq:a", ":1\r\n"},
                            {"HRANDFIELD iaq:a 3", "*1\r\n$1\r\nf\r\n"},
                            {"HSTRLEN iaq:a f", ":3000000\r\n"}});
    EXPECT_EQ(seen.application.mailboxes, 40U);
    EXPECT_EQ(seen.application.db, 8U);
    ASSERT_EQ(seen.application.queues.size(), 1U);
    EXPECT_EQ(seen.application.queues[0].waiting, 5U);
    EXPECT_EQ(seen.application.largest_message_bytes, 3'000'000U);
}

TEST(ApplicationProbe, LooksIntoOtherDatabases)
{
    // The table cannot count, so database 2 answers with what no database 8 has: nothing there.
    auto const seen =
        look({{"SCARD ia:accounts", ":0\r\n"}, {"SELECT 2", "+OK\r\n"}, {"SELECT 8", "+OK\r\n"}},
             "db2:keys=3,expires=0\n");
    EXPECT_EQ(seen.application.mailboxes, 0U);
}

TEST(ApplicationProbe, DeniedIsNotZero)
{
    auto const seen = look({{"SCARD ia:accounts", "-NOPERM no\r\n"}});
    EXPECT_FALSE(seen.application.mailboxes);
    EXPECT_FALSE(seen.application.largest_message_bytes);
}

}  // namespace
}  // namespace respguard::doctor
