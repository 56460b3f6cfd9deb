// USR1 and TERM.
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <deque>
#include <fcntl.h>
#include <filesystem>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

#include "integration/running_guard.hpp"
#include "support/wire.hpp"

namespace respguard {
namespace {

using test::appears_in;
using test::bulk;
using test::loopback_client;
using test::request;
using test::running_process;
using test::temporary_file;

class Signals : public test::running_guard {
protected:
    /// A client whose request is with redis now and stays there until somebody pushes.
    void block(loopback_client const& client) const
    {
        client.send(request({"BLPOP", "l", "0"}));
        auto const end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
        while (metric("respguard_inflight_commands") != "1" &&
               std::chrono::steady_clock::now() < end) {
        }
    }
};

TEST_F(Signals, Usr1OpensTheLogAgain)
{
    temporary_file const log("");
    running_process guard(words({"--set", "log.file=" + log.path()}));
    ASSERT_TRUE(appears_in(log.path(), "respguard is running")) << guard.output();
    std::filesystem::rename(log.path(), log.path() + ".1");
    guard.signal(SIGUSR1);
    EXPECT_TRUE(appears_in(log.path(), "log reopened"));

    // A folder in its place: it goes on with the file that it has.
    std::filesystem::rename(log.path(), log.path() + ".2");
    std::filesystem::create_directory(log.path());
    guard.signal(SIGUSR1);
    EXPECT_TRUE(appears_in(log.path() + ".2", "log not reopened, writing to the old file why="));
    guard.signal(SIGTERM);
    EXPECT_EQ(guard.exit_code(), 0);
    for (auto const* suffix : {"", ".1", ".2"})
        std::filesystem::remove(log.path() + suffix);
}

TEST_F(Signals, TermWaitsForRunningRequests)
{
    running_process guard(words({"--set", "runtime.drain_timeout=30m"}));
    ASSERT_TRUE(guard.says("respguard is running")) << guard.output();
    loopback_client const client(listen_);
    block(client);
    guard.signal(SIGTERM);
    ASSERT_TRUE(guard.says("draining")) << guard.output();
    EXPECT_TRUE(http("GET /readyz").starts_with("HTTP/1.1 503"));
    EXPECT_EQ(loopback_client(server_).ask(request({"RPUSH", "l", "x"})), ":1\r\n");
    EXPECT_EQ(client.read_to_end(), "*2\r\n" + bulk("l") + bulk("x"));
    EXPECT_EQ(guard.exit_code(), 0);
}

TEST_F(Signals, ASecondOneEndsAtOnce)
{
    running_process guard(words({"--set", "runtime.drain_timeout=30m"}));
    ASSERT_TRUE(guard.says("respguard is running")) << guard.output();
    loopback_client const client(listen_);
    block(client);
    guard.signal(SIGINT);
    ASSERT_TRUE(guard.says("draining")) << guard.output();
    guard.signal(SIGTERM);
    EXPECT_EQ(guard.exit_code(), 0);
    EXPECT_TRUE(guard.says("second signal: stopping at once"));
}

TEST_F(Signals, TermEndsItWith0EvenIfNobodyReadsTheLog)
{
    std::string folder = testing::TempDir() + "respguard-signals-XXXXXX";
    ASSERT_NE(::mkdtemp(folder.data()), nullptr);
    std::string const pipe = folder + "/log";
    ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
    int const reader = ::open(pipe.c_str(), O_RDONLY | O_NONBLOCK);
    running_process guard(words({"--set", "log.file=" + pipe, "--log-level", "debug"}));
    ASSERT_TRUE(test::is_listened_on(listen_));
    loopback_client const keeper(listen_);
    // Two lines each; the pipe takes 600 and the queue 512.
    for (int i = 0; i < 60; ++i) {
        std::deque<loopback_client> crowd;
        for (int k = 0; k < 100; ++k)
            crowd.emplace_back(listen_).send(request({"PING"}));
        for (loopback_client const& each : crowd)
            EXPECT_EQ(each.read_until("\r\n"), "+PONG\r\n");
    }
    EXPECT_NE(metric("respguard_log_dropped_total"), "0");
    EXPECT_NE(metric("respguard_log_dropped_total"), "(absent)");
    EXPECT_EQ(keeper.ask(request({"PING"})), "+PONG\r\n");
    guard.signal(SIGTERM);
    EXPECT_EQ(guard.exit_code(), 0);
    ::close(reader);
    std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace respguard
