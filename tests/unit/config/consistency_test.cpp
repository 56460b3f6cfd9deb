#include "config/consistency.hpp"
#include "loading.hpp"

namespace respguard::config {
namespace {

using test::lines;
using test::texts;

struct addresses {
    std::vector<std::string> listen{"127.0.0.1:6380"};
    std::string upstream = "redis://10.0.0.1";
    std::string admin = "127.0.0.1:9379";
};

lines errors_with(addresses const& a)
{
    sources from;
    from.listen = a.listen;
    from.upstream = a.upstream;
    from.admin = a.admin;
    return texts(load(from).errors);
}

TEST(Consistency, EachAddressMustBeReadable)
{
    EXPECT_EQ(errors_with({.listen = {"127.0.0.1", "x:y", "[::1]:1"}}),
              (lines{"--listen: listen.addresses: '127.0.0.1': the port is missing: write "
                     "host:port, [v6]:port or unix:/path",
                     "--listen: listen.addresses: 'x:y': the port is not a number from 0 to "
                     "65535"}));
    EXPECT_EQ(errors_with({.listen = {"127.0.0.1:0"}}),
              lines{"--listen: listen.addresses: '127.0.0.1:0': port 0 can not be given to a "
                    "client, choose one"});
    EXPECT_EQ(errors_with({.admin = "9379"}).size(), 1U);
    EXPECT_EQ(errors_with({.upstream = "cache"}),
              lines{"--upstream: upstream.url: expected a URL, such as redis://127.0.0.1:6379 or "
                    "unix:///run/redis.sock"});
}

TEST(Consistency, ListenersMustNotOverlap)
{
    EXPECT_EQ(errors_with({.listen = {"127.0.0.1:1", "127.0.0.1:1"}}),
              lines{"--listen: listen.addresses: '127.0.0.1:1' stands there twice"});
    EXPECT_EQ(errors_with({.listen = {"0.0.0.0:1", "10.0.0.1:1"}}),
              lines{"--listen: listen.addresses: '10.0.0.1:1' is part of 0.0.0.0:1 or the other "
                    "way round: keep one"});
    EXPECT_EQ(errors_with({.listen = {"[::1]:1", "[::]:1"}}).size(), 1U);
    EXPECT_EQ(errors_with({.listen = {"unix:/a", "unix:/a"}}).size(), 1U);
    // Our IPv6 listeners take no IPv4.
    EXPECT_EQ(errors_with({.listen = {"0.0.0.0:1", "[::]:1", "unix:/a", "unix:/b"}}), lines{});
    EXPECT_EQ(errors_with({.listen = {"127.0.0.1:1", "127.0.0.1:2", "10.0.0.1:1"}}), lines{});
}

TEST(Consistency, AdminMustNotBeAListener)
{
    EXPECT_EQ(errors_with({.listen = {"127.0.0.1:1"}, .admin = "127.0.0.1:1"}),
              lines{"--admin: admin.address: '127.0.0.1:1' collides with listen.addresses "
                    "'127.0.0.1:1': choose another port"});
    EXPECT_EQ(errors_with({.listen = {"0.0.0.0:1"}, .admin = "127.0.0.1:1"}).size(), 1U);
    EXPECT_EQ(errors_with({.listen = {"localhost:1"}, .admin = "[::]:1"}).size(), 1U);
    EXPECT_EQ(errors_with({.listen = {"10.0.0.1:1"}, .admin = "127.0.0.1:1"}), lines{});
    EXPECT_EQ(errors_with({.admin = ""}), lines{});
}

TEST(Consistency, AdminHostsAreNamesAlone)
{
    EXPECT_EQ(
        test::errors_of("[admin]\nhosts = [\"respguard\", \"Guard.internal\", \"a_b-1.c\"]\n"),
        lines{});
    EXPECT_EQ(test::errors_of("[admin]\nhosts = [\"guard:9379\", \"http://guard\"]\n"),
              (lines{"FILE:2:9: admin.hosts: 'guard:9379': expected a host name alone, such as "
                     "guard.internal",
                     "FILE:2:9: admin.hosts: 'http://guard': expected a host name alone, such as "
                     "guard.internal"}));
    EXPECT_EQ(test::load_text("[admin]\nhosts = [\"guard.internal\"]\n").values.admin.hosts,
              lines{"guard.internal"});
}

TEST(Consistency, UpstreamMustNotBeTheGuardItself)
{
    EXPECT_EQ(errors_with({.listen = {"127.0.0.1:6379"}, .upstream = "redis://127.0.0.1"}),
              lines{"--upstream: upstream.url: points at the guard's own listener "
                    "127.0.0.1:6379: it would connect to itself"});
    for (addresses const& a :
         std::vector<addresses>{{.listen = {"0.0.0.0:1"}, .upstream = "redis://127.0.0.1:1"},
                                {.listen = {"0.0.0.0:1"}, .upstream = "redis://localhost:1"},
                                {.listen = {"127.0.0.1:1"}, .upstream = "redis://localhost:1"},
                                {.listen = {"localhost:1"}, .upstream = "redis://[::1]:1"},
                                {.listen = {"127.0.0.1:1"}, .upstream = "redis://0.0.0.0:1"},
                                {.listen = {"[::]:1"}, .upstream = "redis://[::1]:1"},
                                {.listen = {"unix:/a"}, .upstream = "unix:///a"},
                                {.upstream = "redis://127.0.0.1:9379"}}) {
        EXPECT_EQ(errors_with(a).size(), 1U) << a.listen[0] << " " << a.upstream;
    }
    for (addresses const& a :
         std::vector<addresses>{{.listen = {"127.0.0.1:1"}, .upstream = "redis://127.0.0.2:1"},
                                {.listen = {"127.0.0.1:1"}, .upstream = "redis://127.0.0.1:2"},
                                {.listen = {"127.0.0.1:1"}, .upstream = "redis://10.0.0.1:1"},
                                {.listen = {"0.0.0.0:1"}, .upstream = "redis://10.0.0.1:1"},
                                {.listen = {"0.0.0.0:1"}, .upstream = "redis://[::1]:1"},
                                {.listen = {"unix:/a"}, .upstream = "unix:///b"}}) {
        EXPECT_EQ(errors_with(a), lines{}) << a.listen[0] << " " << a.upstream;
    }
}

TEST(Consistency, ABrokenListDoesNotLeadToMoreErrors)
{
    EXPECT_EQ(
        test::errors_of("[listen]\naddresses = 5\n[admin]\naddress = \"127.0.0.1:6380\"\n").size(),
        1U);
}

TEST(Consistency, TheWebhookMustBeUsable)
{
    EXPECT_EQ(test::errors_of("[events]\nwebhook = \"ftp://x/\"\n"),
              lines{"FILE:2:11: events.webhook: must begin with http:// or https://"});
    EXPECT_EQ(test::errors_of("[events]\nwebhook_ca = \"/nowhere\"\n"),
              lines{"FILE:2:14: events.webhook_ca: /nowhere can not be read: No such file or "
                    "directory"});
    test::temporary_file const text("no certificate");
    EXPECT_EQ(test::errors_of("[events]\nwebhook_ca = \"" + text.path() + "\"\n"),
              lines{"FILE:2:14: events.webhook_ca: " + text.path() + " is no PEM file"});
}

TEST(Consistency, PairsOfValuesMustFit)
{
    EXPECT_EQ(test::errors_of("[upstream]\nretry_max = \"10ms\"\n"),
              lines{"FILE:2:13: upstream.retry_max: upstream.retry_min (50ms) is longer than "
                    "upstream.retry_max (10ms)"});
    EXPECT_EQ(test::errors_of("[limits]\nheld_request = \"1gb\"\n"),
              lines{"FILE:2:16: limits.held_request: limits.held_request (1gb) is larger than "
                    "limits.skipped_request (64mb)"});
    EXPECT_EQ(test::errors_of("[upstream]\nrequire = true\nhold = \"0\"\n").size(), 1U);
    EXPECT_EQ(test::errors_of("[upstream]\nretry_min = \"1s\"\nretry_max = \"1s\"\n"), lines{});
}

TEST(Consistency, ChecksThatReadinessNeedsMustExist)
{
    sources from;
    from.set = {"doctor.ready=engine.version,evict.polcy"};
    auto const errors = texts(load(from).errors);
    ASSERT_EQ(errors.size(), 1U);
    EXPECT_NE(errors[0].find("no check is called 'evict.polcy', did you mean 'evict.policy'?"),
              std::string::npos)
        << errors[0];
    from.set = {"doctor.ready=engine.version", "doctor.interval=0"};
    EXPECT_EQ(load(from).errors.size(), 1U);
    from.set = {"doctor.ready=engine.version"};
    EXPECT_TRUE(load(from).errors.empty());
}

}  // namespace
}  // namespace respguard::config
