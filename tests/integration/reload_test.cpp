// HUP: what changes for clients that are there, and what does not.
#include <gtest/gtest.h>

#include <atomic>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <sys/stat.h>
#include <thread>

#include "integration/running_guard.hpp"
#include "support/wire.hpp"

namespace respguard {
namespace {

using test::bulk;
using test::loopback_client;
using test::request;
using test::running_process;

class Reload : public test::running_guard {};

constexpr char const* flush_refused =
    "-ERR respguard: command 'flushall' denied by policy (rule=no-wipe)\r\n";
constexpr char const* own_rule = "[[policy.rule]]\nid = \"no-wipe\"\nmatch = { command = "
                                 "\"flushall\" }\naction = \"reject\"\n";

/// A rule of the operator's own, and no preset.
std::string only_rule(std::string const& id, std::string const& match)
{
    return "[policy]\npresets = []\n[[policy.rule]]\nid = \"" + id + "\"\nmatch = { " + match +
           " }\naction = \"reject\"\n";
}

constexpr char const* reload_ok = "respguard_config_last_reload_successful";

TEST_F(Reload, ChangesTheRulesOfClientsThatAreThere)
{
    write(own_rule);
    running_process guard(words());
    ASSERT_TRUE(guard.says("respguard is running")) << guard.output();
    loopback_client const client(listen_);
    EXPECT_EQ(client.ask(request({"FLUSHALL"})), flush_refused);
    EXPECT_EQ(metric(reload_ok), "1");

    write(std::string("[policy]\nenforce = false\n") + own_rule);
    guard.signal(SIGHUP);
    ASSERT_TRUE(guard.says("configuration reloaded changed=policy.enforce ")) << guard.output();
    EXPECT_EQ(client.ask(request({"FLUSHALL"})), "+OK\r\n");

    write("");
    guard.signal(SIGHUP);
    ASSERT_TRUE(guard.says("configuration reloaded", 2));
    EXPECT_TRUE(client.ask(request({"FLUSHALL"})).starts_with("-ERR respguard: "))
        << "by the preset";
    EXPECT_EQ(metric(reload_ok), "1");
    guard.signal(SIGTERM);
    EXPECT_EQ(guard.exit_code(), 0);
}

TEST_F(Reload, WithABadFileChangesNothingAndSaysWhy)
{
    write(own_rule);
    running_process guard(words());
    ASSERT_TRUE(guard.says("respguard is running")) << guard.output();
    loopback_client const client(listen_);

    write("[policy]\nenforec = false\n[log]\nlevel = \"loud\"\n");
    guard.signal(SIGHUP);
    ASSERT_TRUE(guard.says("configuration not reloaded, the old one stays in force mistakes=2"))
        << guard.output();
    EXPECT_NE(guard.output().find(file_.path() + ":2:1: policy.enforec: unknown key, did you mean "
                                                 "'policy.enforce'?"),
              std::string::npos)
        << guard.output();
    EXPECT_EQ(metric(reload_ok), "0");
    EXPECT_EQ(client.ask(request({"FLUSHALL"})), flush_refused);

    std::filesystem::remove(file_.path());
    guard.signal(SIGHUP);
    ASSERT_TRUE(guard.says("configuration not reloaded", 2)) << guard.output();

    write(own_rule);
    guard.signal(SIGHUP);
    ASSERT_TRUE(guard.says("configuration reloaded"));
    EXPECT_EQ(metric(reload_ok), "1");
}

TEST_F(Reload, KeepsWhatWasCountedAndDecided)
{
    write(own_rule);
    running_process guard(words());
    ASSERT_TRUE(guard.says("respguard is running")) << guard.output();
    loopback_client const blocked(listen_);
    blocked.send(request({"BLPOP", "l", "0"}) + request({"FLUSHALL"}) + request({"KEYS", "*"}));
    std::string const hits = R"(respguard_policy_hits_total{rule="no-wipe",action="reject"})";
    ASSERT_TRUE(guard.says("rule=no-wipe"));
    EXPECT_EQ(metric(hits), "1");

    // Another rule in front, and the presets gone: every index is another one now.
    write(
        std::string("[policy]\npresets = []\n[[policy.rule]]\nid = \"first\"\nmatch = { command = "
                    "\"get\" }\naction = \"reject\"\n") +
        own_rule);
    guard.signal(SIGHUP);
    ASSERT_TRUE(guard.says("configuration reloaded")) << guard.output();
    EXPECT_EQ(metric(hits), "1");
    loopback_client const other(listen_);
    EXPECT_EQ(other.ask(request({"GET", "a"})),
              "-ERR respguard: command 'get' denied by policy (rule=first)\r\n");
    EXPECT_EQ(other.ask(request({"RPUSH", "l", "x"})), ":1\r\n");
    EXPECT_EQ(blocked.read_until("*0\r\n"),
              "*2\r\n" + bulk("l") + bulk("x") + flush_refused + "*0\r\n");
}

TEST_F(Reload, TakesOverLimitsAndTheLogLevelAndNamesWhatNeedsARestart)
{
    running_process guard(words());
    ASSERT_TRUE(guard.says("respguard is running")) << guard.output();
    loopback_client const client(listen_);
    EXPECT_EQ(client.ask(request({"PING"})), "+PONG\r\n");

    write("[client]\nidle_timeout = \"1s\"\n[log]\nlevel = \"debug\"\n[runtime]\nthreads = 2\n");
    guard.signal(SIGHUP);
    ASSERT_TRUE(guard.says("configuration reloaded changed=\"client.idle_timeout, log.level\""))
        << guard.output();
    EXPECT_TRUE(guard.says("only a restart can take it over keys=runtime.threads"));
    EXPECT_EQ(client.read_to_end(), "") << "closed, being idle";
    EXPECT_EQ(loopback_client(listen_).ask(request({"PING"})), "+PONG\r\n");
    EXPECT_TRUE(guard.says("debug client connected")) << guard.output();
}

TEST_F(Reload, IsCounted)
{
    running_process guard(words());
    ASSERT_TRUE(guard.says("respguard is running")) << guard.output();
    char const* const when = "respguard_config_last_reload_success_timestamp_seconds";
    double const at_start = std::stod(metric(when));
    reload(guard, own_rule);
    write("nonsense");
    guard.signal(SIGHUP);
    ASSERT_TRUE(guard.says("configuration not reloaded")) << guard.output();
    EXPECT_EQ(metric(R"(respguard_config_reloads_total{outcome="ok"})"), "1");
    EXPECT_EQ(metric(R"(respguard_config_reloads_total{outcome="refused"})"), "1");
    EXPECT_GT(std::stod(metric(when)), at_start);
    EXPECT_EQ(metric(reload_ok), "0");
}

TEST_F(Reload, LosesNothingOfAClientThatPipelines)
{
    write(own_rule);
    running_process guard(words({"--set", "runtime.threads=2"}));
    ASSERT_TRUE(guard.says("respguard is running")) << guard.output();
    std::atomic<bool> enough{false};
    std::uint64_t asked = 0;
    std::string wrong;
    std::thread pipelining([&] {
        loopback_client const client(listen_);
        while (!enough && wrong.empty()) {
            std::string requests;
            std::string expected;
            for (int i = 0; i < 100; ++i) {
                std::string const number = std::to_string(++asked);
                requests += request({"INCR", "n"}) + request({"FLUSHALL"});
                expected += ":" + number + "\r\n" + flush_refused;
            }
            client.send(requests);
            std::string const got = client.read_bytes(expected.size());
            if (got != expected) wrong = got;
        }
    });
    // The rule stays; what is around it, and so its index, is another one each time.
    std::string const other = only_rule("other", "command = \"keys\"");
    for (std::size_t times = 1; times <= 50 && !testing::Test::HasFatalFailure(); ++times)
        reload(guard, (times % 2 == 0 ? "" : other) + own_rule, times);
    enough = true;
    pipelining.join();
    EXPECT_EQ(wrong, "");
    EXPECT_GT(asked, 0U);
    loopback_client const direct(server_);
    EXPECT_EQ(direct.ask(request({"INCR", "n"})), ":" + std::to_string(asked + 1) + "\r\n");
    EXPECT_EQ(metric(R"(respguard_policy_hits_total{rule="no-wipe",action="reject"})"),
              std::to_string(asked));
    EXPECT_EQ(metric(R"(respguard_config_reloads_total{outcome="ok"})"), "50");
}

TEST_F(Reload, JudgesARequestThatIsNotWholeYetByTheNewRules)
{
    write("[policy]\npresets = []\n");
    running_process guard(words());
    ASSERT_TRUE(guard.says("respguard is running")) << guard.output();
    loopback_client const client(listen_);
    EXPECT_EQ(client.ask(request({"SET", "k", "v"})), "+OK\r\n");
    std::string const wipe = request({"FLUSHALL"});
    client.send(wipe.substr(0, 7));
    reload(guard, own_rule);
    EXPECT_EQ(client.ask(wipe.substr(7)), flush_refused);
    EXPECT_EQ(client.ask(request({"EXISTS", "k"})), ":1\r\n");
}

TEST_F(Reload, InsideATransactionLeavesItWholeOrUndone)
{
    write("[policy]\npresets = []\n");
    running_process guard(words());
    ASSERT_TRUE(guard.says("respguard is running")) << guard.output();
    loopback_client const client(listen_);
    EXPECT_EQ(client.ask(request({"MULTI"})), "+OK\r\n");
    EXPECT_EQ(client.ask(request({"SET", "a", "1"})), "+QUEUED\r\n");
    reload(guard, only_rule("no-set", "command = \"set\""));
    EXPECT_EQ(client.ask(request({"SET", "b", "1"})),
              "-ERR respguard: command 'set' denied by policy (rule=no-set)\r\n");
    // Poisoned by a rule that is gone when it ends: still nothing of it is executed.
    reload(guard, "[policy]\npresets = []\n", 2);
    EXPECT_TRUE(client.ask(request({"EXEC"})).starts_with("-EXECABORT "));
    EXPECT_EQ(client.ask(request({"EXISTS", "a", "b"})), ":0\r\n");
    // One that was queued whole before the rule came is executed.
    EXPECT_EQ(client.ask(request({"MULTI"})), "+OK\r\n");
    EXPECT_EQ(client.ask(request({"SET", "a", "1"})), "+QUEUED\r\n");
    reload(guard, only_rule("no-set", "command = \"set\""), 3);
    client.send(request({"EXEC"}));
    EXPECT_EQ(client.read_until("+OK\r\n"), "*1\r\n+OK\r\n");
}

TEST_F(Reload, KnowsWhoWasThereBeforeAnyRuleAsked)
{
    write("[policy]\npresets = []\n");
    running_process guard(words());
    ASSERT_TRUE(guard.says("respguard is running")) << guard.output();
    loopback_client const worker(listen_);
    loopback_client const other(listen_);
    EXPECT_EQ(worker.ask(request({"CLIENT", "SETNAME", "worker"})), "+OK\r\n");
    EXPECT_EQ(worker.ask(request({"SELECT", "3"})), "+OK\r\n");
    EXPECT_EQ(other.ask(request({"PING"})), "+PONG\r\n");
    reload(guard, only_rule("mine", "command = \"get\", client_name = \"worker\", db = 3"));
    EXPECT_EQ(worker.ask(request({"GET", "k"})),
              "-ERR respguard: command 'get' denied by policy (rule=mine)\r\n");
    EXPECT_EQ(other.ask(request({"GET", "k"})), "$-1\r\n");
    EXPECT_EQ(worker.ask(request({"SELECT", "0"})), "+OK\r\n");
    EXPECT_EQ(worker.ask(request({"GET", "k"})), "$-1\r\n");
}

TEST_F(Reload, EndsWhatWasSwitchedOverHttp)
{
    write(own_rule);
    running_process guard(words());
    ASSERT_TRUE(guard.says("respguard is running")) << guard.output();
    loopback_client const client(listen_);
    EXPECT_TRUE(http("POST /policy?enforce=false").starts_with("HTTP/1.1 200"));
    // Told before the shard has taken it over.
    std::string flushed;
    for (int i = 0; i < 100 && flushed != "+OK\r\n"; ++i)
        flushed = client.ask(request({"FLUSHALL"}));
    EXPECT_EQ(flushed, "+OK\r\n");
    reload(guard, own_rule);
    EXPECT_EQ(client.ask(request({"FLUSHALL"})), flush_refused);
    EXPECT_TRUE(guard.says("switched over HTTP before, is as configured again enforce=true"));
}

TEST_F(Reload, DoesNotTakeAPipeThatIsEmptyNowForAConfiguration)
{
    std::string const pipe = file_.path() + ".pipe";
    ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
    auto all = words();
    all[3] = pipe;
    running_process guard(all);
    std::ofstream(pipe) << own_rule;
    ASSERT_TRUE(guard.says("respguard is running")) << guard.output();
    guard.signal(SIGHUP);
    EXPECT_TRUE(guard.says("configuration not reloaded")) << guard.output();
    EXPECT_EQ(loopback_client(listen_).ask(request({"FLUSHALL"})), flush_refused);
    std::filesystem::remove(pipe);
}

}  // namespace
}  // namespace respguard
