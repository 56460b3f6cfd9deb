#include "respguard/base/log.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <fstream>
#include <string>
#include <vector>

#include "app/event_log.hpp"
#include "support/temporary_file.hpp"

namespace respguard::app {
namespace {

class EventLog : public testing::Test {
protected:
    EventLog() { log::start(log::level::debug, log::format::text, file_.path()); }
    ~EventLog() override
    {
        log::stop();
        log::set_level(log::level::info);
    }
    EventLog(EventLog const&) = delete;
    EventLog& operator=(EventLog const&) = delete;

    /// Without their times. The log is stopped first: a thread of its own writes it.
    [[nodiscard]] std::vector<std::string> lines() const
    {
        log::stop();
        std::ifstream file(file_.path());
        std::vector<std::string> found;
        for (std::string line; std::getline(file, line);)
            found.push_back(line.size() < 28 ? line : line.substr(28));
        return found;
    }

    static relay::client_info a_client()
    {
        relay::client_info client;
        client.id = 7;
        client.address = "10.0.0.5:4000";
        client.name = "worker";
        return client;
    }
    static relay::closed_client an_end(side by, char const* reason, bool orderly)
    {
        relay::closed_client how;
        how.by = by;
        how.reason = reason;
        how.orderly = orderly;
        how.age_ns = 5'000'000;
        how.commands = 3;
        return how;
    }

    test::temporary_file const file_{""};
    policy::rule_set const rules_;
    std::vector<stats::event> events_;
    event_log log_{rules_, [this](stats::event const& made) { events_.push_back(made); }};
};

TEST_F(EventLog, SaysWhoEndedAConnectionAndWhy)
{
    auto how = an_end(side::upstream, "connection reset", false);
    how.error = ECONNRESET;
    how.cancelled = 2;
    log_.on_closed(a_client(), how);
    log_.on_closed(a_client(), an_end(side::client, "quit", true));
    log_.on_closed(a_client(), an_end(side::guard, "drain timeout", false));
    auto const found = lines();
    ASSERT_EQ(found.size(), 3U);
    EXPECT_EQ(found[0], "info  connection closed by=upstream reason=\"connection reset\" "
                        "error=\"Connection reset by peer\" client=10.0.0.5:4000 client_id=7 "
                        "name=worker age_ms=5 commands=3 cancelled=2 lines_left_out=0");
    EXPECT_EQ(found[1], "debug connection closed by=client reason=quit error=\"\" "
                        "client=10.0.0.5:4000 client_id=7 name=worker age_ms=5 commands=3 "
                        "cancelled=0 lines_left_out=0");
    EXPECT_EQ(found[2].rfind("info  connection closed by=guard reason=\"drain timeout\"", 0), 0U);
    EXPECT_TRUE(events_.empty()) << "connections that end are no events";
}

TEST_F(EventLog, SaysWhoWasRefusedAndWhoIsHeld)
{
    log_.on_refused("10.0.0.6:1", 34);
    log_.on_held(a_client(), ECONNREFUSED);
    log_.on_connected(a_client());
    auto const found = lines();
    ASSERT_EQ(found.size(), 3U);
    EXPECT_EQ(found[0], "warn  client refused by=guard reason=\"too many clients\" clients_max=34 "
                        "client=10.0.0.6:1 lines_left_out=0");
    EXPECT_EQ(found[1], "warn  upstream can not be reached, client is held "
                        "error=\"Connection refused\" client=10.0.0.5:4000 client_id=7 "
                        "lines_left_out=0");
    EXPECT_EQ(found[2], "debug client connected client=10.0.0.5:4000 client_id=7");
}

TEST_F(EventLog, DoesNotFillTheDiskWithOneKindOfLine)
{
    for (int i = 0; i < 1000; ++i) {
        log_.on_refused("10.0.0.6:1", 34);
        log_.on_closed(a_client(), an_end(side::client, "protocol error", false));
    }
    log_.on_closed(a_client(), an_end(side::client, "closed", true));
    auto const found = lines();
    // Ten a second of each; a second may begin meanwhile.
    EXPECT_GE(found.size(), 21U);
    EXPECT_LE(found.size(), 61U);
    EXPECT_EQ(found.back().rfind("debug", 0), 0U) << "orderly ends have no part in it";
}

TEST_F(EventLog, WritesOrderlyEndsOnlyWhenDebugging)
{
    log::set_level(log::level::info);
    log_.on_closed(a_client(), an_end(side::client, "closed", true));
    log_.on_connected(a_client());
    EXPECT_TRUE(lines().empty());
}

}  // namespace
}  // namespace respguard::app
