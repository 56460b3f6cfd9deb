#include "respguard/doctor/engine.hpp"
#include "respguard/doctor/probe.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "unit/doctor/fake_server.hpp"
#include "unit/doctor/fixture.hpp"

namespace respguard::doctor {
namespace {

using std::chrono::milliseconds;

probe_options quick()
{
    probe_options out;
    out.timeout = milliseconds(300);
    out.pings = 3;
    out.connects = 1;
    out.ping_pause = milliseconds(0);
    return out;
}

facts probe_of(std::string const& url, probe_options const& options = quick())
{
    cancellation const stop;
    return probe(parse_target(url).value(), options, stop);
}

class Replayed : public testing::TestWithParam<expected> {};

/// The same verdicts as from facts, now over a socket and through the whole sequence of questions.
TEST_P(Replayed, GetsTheExpectedVerdict)
{
    auto const& want = GetParam();
    fake_server const server(read_fixture(want.name));
    auto const seen = probe_of(server.url());
    auto const got = outcome_of(seen);
    EXPECT_EQ(identify(seen).name, want.engine);
    EXPECT_EQ(got.verdict, want.verdict);
    EXPECT_EQ(got.fail, sorted_list(want.fail));
    EXPECT_EQ(got.warn, sorted_list(want.warn));
    EXPECT_EQ(got.skip, want.skip);
}

INSTANTIATE_TEST_SUITE_P(All, Replayed, testing::ValuesIn(read_expected()), name_of_fixture);

TEST(Probe, NobodyThereIsOneFinding)
{
    std::uint16_t port = 0;
    {
        fake_server const gone({});
        port = gone.port;
    }
    auto const seen = probe_of("redis://127.0.0.1:" + std::to_string(port));
    EXPECT_EQ(seen.connect_failure, "Connection refused");
}

TEST(Probe, HangingServerIsLeftAfterTwoQuestions)
{
    auto const server = fake_server::always(fake_server::hang);
    auto const start = std::chrono::steady_clock::now();
    auto const seen = probe_of(server.url());
    EXPECT_LT(std::chrono::steady_clock::now() - start, milliseconds(3'000));
    EXPECT_TRUE(seen.connect_failure.empty());
    EXPECT_EQ(find_check("conn.ping")->judge(seen)->what, status::fail);
    EXPECT_EQ(find_check("evict.policy")->judge(seen)->what, status::skip);
}

TEST(Probe, DrippingServerCannotHoldUs)
{
    auto const server = fake_server::always(fake_server::drip);
    auto const start = std::chrono::steady_clock::now();
    (void)probe_of(server.url());
    EXPECT_LT(std::chrono::steady_clock::now() - start, milliseconds(3'000));
}

TEST(Probe, OneQuestionThatHangsCostsOnlyItself)
{
    auto replies = read_fixture("redis-7.0.15-good");
    replies["CONFIG GET save"] = fake_server::hang;
    fake_server const server(replies);
    auto const seen = probe_of(server.url());
    EXPECT_FALSE(seen.config("save"));
    EXPECT_EQ(seen.denied("CONFIG GET save"), "no answer within 300ms");
    EXPECT_EQ(seen.config("tcp-keepalive"), "300");
}

TEST(Probe, AnswersThatAreNotRedisAreNotBelieved)
{
    auto const server = fake_server::always("HTTP/1.1 400 Bad Request\r\n\r\n");
    auto const seen = probe_of(server.url());
    EXPECT_EQ(find_check("conn.ping")->judge(seen)->what, status::fail);
    EXPECT_EQ(find_check("engine.id")->judge(seen)->what, status::fail);
}

TEST(Probe, NeverWrites)
{
    fake_server const server(read_fixture("redis-7.0.15-good"));
    (void)probe_of(server.url());
    for (auto const& question : server.asked()) {
        for (auto const* const bad : {"SET ", "CONFIG SET", "MONITOR", "KEYS", "DEBUG", "BGSAVE",
                                      "DEL", "CONFIG REWRITE"}) {
            EXPECT_FALSE(question.starts_with(bad)) << question;
        }
    }
    EXPECT_LE(server.asked().size(), 80U);
}

TEST(Probe, PasswordGoesToAuthAndIntoNoFact)
{
    auto replies = read_fixture("redis-7.0.15-good");
    replies["AUTH sesame"] = "+OK\r\n";
    fake_server const server(replies);
    auto const seen = probe_of("redis://:sesame@127.0.0.1:" + std::to_string(server.port));
    EXPECT_TRUE(seen.authenticated);
    for (auto const& [question, heard] : seen.answers) {
        EXPECT_EQ(question.find("sesame"), std::string::npos);
    }
}

TEST(Probe, WrongPasswordStopsTheQuestions)
{
    auto replies = read_fixture("redis-7.0.15-noauth");
    replies["AUTH x"] = "-WRONGPASS invalid username-password pair or user is disabled.\r\n";
    fake_server const server(replies);
    auto const seen = probe_of("redis://:x@127.0.0.1:" + std::to_string(server.port));
    EXPECT_FALSE(seen.authenticated);
    EXPECT_FALSE(seen.answers.contains("CONFIG GET save"));
    EXPECT_EQ(find_check("conn.auth")->judge(seen)->what, status::fail);
}

TEST(Probe, AnotherPortInClientInfoIsAProxy)
{
    auto replies = read_fixture("redis-7.0.15-good");
    replies["CLIENT INFO"] = bulk("id=3 addr=127.0.0.1:1 laddr=127.0.0.1:6379 fd=8");
    fake_server const server(replies);
    auto const seen = probe_of(server.url());
    EXPECT_NE(seen.rtt.proxy.find("proxy"), std::string::npos);
    EXPECT_NE(find_check("net.rtt")->judge(seen)->message.find("next hop"), std::string::npos);
}

TEST(Probe, TheSlowestRoundTripIsJudgedToo)
{
    fake_server server(read_fixture("redis-7.0.15-good"));
    server.delay = milliseconds(20);
    auto options = quick();
    options.pings = 100;
    options.total = milliseconds(200);  // Long over before the last question.
    auto const seen = probe_of(server.url(), options);
    EXPECT_EQ(find_check("net.rtt")->judge(seen)->what, status::fail);
    EXPECT_EQ(seen.denied("SLOWLOG GET 10"), "not asked: the server is too slow");
}

TEST(Probe, WhoMayNotUseConfigIsRefusedOnce)
{
    auto replies = read_fixture("redis-7.0.15-good");
    for (auto& [question, bytes] : replies) {
        if (question.starts_with("CONFIG GET ")) bytes = "-NOPERM this user may not\r\n";
    }
    fake_server const server(replies);
    auto const seen = probe_of(server.url());
    auto const asked = server.asked();
    EXPECT_EQ(std::count_if(asked.begin(), asked.end(),
                            [](auto const& each) { return each.starts_with("CONFIG"); }),
              1);
    EXPECT_EQ(seen.denied("CONFIG GET tcp-keepalive"), "NOPERM this user may not");
    EXPECT_EQ(find_check("net.keepalive")->judge(seen)->what, status::skip);
}

TEST(Probe, TurnedAwayIsNotLetIn)
{
    for (auto const* const door : {"-DENIED Redis is running in protected mode\r\n",
                                   "-ERR max number of clients reached\r\n"}) {
        auto const server = fake_server::always(door);
        EXPECT_FALSE(probe_of(server.url()).authenticated) << door;
    }
}

TEST(Probe, CanBeCalledOff)
{
    auto const server = fake_server::always(fake_server::hang);
    cancellation stop;
    stop.set();
    auto options = quick();
    options.timeout = std::chrono::seconds(20);
    auto const start = std::chrono::steady_clock::now();
    (void)probe(parse_target(server.url()).value(), options, stop);
    EXPECT_LT(std::chrono::steady_clock::now() - start, milliseconds(2'000));
}

}  // namespace
}  // namespace respguard::doctor
