#include <gtest/gtest.h>

#include "doctor/check_functions.hpp"
#include "unit/doctor/hand_made.hpp"

namespace respguard::doctor {
namespace {

using std::chrono::microseconds;

facts pinging(int p50_us, int p99_us, int network_us)
{
    facts out;
    out.rtt.pings.assign(98, microseconds(p50_us));
    out.rtt.pings.insert(out.rtt.pings.end(), 2, microseconds(p99_us));
    out.rtt.connects = {microseconds(network_us + 50)};
    out.rtt.tcp_min = microseconds(network_us);
    return out;
}

TEST(ChecksNetwork, RoundTripAtItsEdges)
{
    EXPECT_EQ(verdict("net.rtt", pinging(999, 999, 100)), "ok");
    EXPECT_EQ(verdict("net.rtt", pinging(1'000, 1'000, 100)), "warn");
    EXPECT_EQ(verdict("net.rtt", pinging(4'999, 4'999, 100)), "warn");
    EXPECT_EQ(verdict("net.rtt", pinging(5'000, 5'000, 100)), "fail");
    EXPECT_EQ(verdict("net.rtt", facts{}), "skip");
}

TEST(ChecksNetwork, NetworkAndServerPartAreTold)
{
    auto const found = net_rtt(pinging(800, 800, 300));
    EXPECT_EQ(found->message, "p50 0.80 ms (kernel 0.30 ms, handshake 0.35 ms; server 0.50 ms)");
    facts bare;
    bare.rtt.pings = {microseconds(100), microseconds(200), microseconds(300)};
    EXPECT_EQ(net_rtt(bare)->message, "p50 0.20 ms (least 0.10 ms; server 0.10 ms)");
}

TEST(ChecksNetwork, StallsAreTheServersOnlyIfTheWayIsShort)
{
    EXPECT_EQ(verdict("net.jitter", pinging(200, 4'000, 100)), "ok");
    EXPECT_EQ(verdict("net.jitter", pinging(200, 6'000, 100)), "warn");
    EXPECT_EQ(verdict("net.jitter", pinging(200, 26'000, 100)), "fail");
    EXPECT_EQ(verdict("net.jitter", pinging(6'000, 26'000, 6'000)), "ok");
}

TEST(ChecksNetwork, KeepAlive)
{
    auto const judged = [](std::string const& value) {
        return verdict("net.keepalive", "a:1\n", {{"tcp-keepalive", value}});
    };
    EXPECT_EQ(judged("0"), "fail");
    EXPECT_EQ(judged("29"), "warn");
    EXPECT_EQ(judged("30"), "ok");
    EXPECT_EQ(judged("300"), "ok");
    EXPECT_EQ(judged("301"), "warn");
    EXPECT_EQ(verdict("net.keepalive", "a:1\n"), "skip");
    EXPECT_EQ(verdict("net.timeout", "a:1\n", {{"timeout", "0"}}), "ok");
    EXPECT_EQ(verdict("net.timeout", "a:1\n", {{"timeout", "60"}}), "warn");
    EXPECT_EQ(verdict("net.timeout", "a:1\n"), "skip");
    EXPECT_EQ(verdict("net.jitter", facts{}), "skip");
}

TEST(ChecksNetwork, AzuresLoadBalancerForgetsEarlier)
{
    auto const judged = [](std::string const& value) {
        auto from = with("a:1\n", {{"tcp-keepalive", value}});
        from.host = "x.redis.cache.windows.net";
        return verdict("net.keepalive", from);
    };
    EXPECT_EQ(judged("120"), "ok");
    EXPECT_EQ(judged("200"), "ok");
    EXPECT_EQ(judged("201"), "warn");
    EXPECT_EQ(judged("300"), "warn");
}

TEST(ChecksNetwork, PlainTextToThePublic)
{
    facts from;
    from.host = "1.2.3.4";
    EXPECT_EQ(verdict("net.tls", from), "ok");
    from.is_public_address = true;
    EXPECT_EQ(verdict("net.tls", from), "warn");
}

}  // namespace
}  // namespace respguard::doctor
