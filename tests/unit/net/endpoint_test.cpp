#include "respguard/net/endpoint.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace respguard::net {
namespace {

using family = endpoint::family;

endpoint tcp(std::string host, std::uint16_t port)
{
    return endpoint{family::tcp, std::move(host), port, ""};
}

endpoint unix_socket(std::string path)
{
    return endpoint{family::unix_socket, "", 0, std::move(path)};
}

TEST(ParseEndpoint, ReadsEachForm)
{
    std::vector<std::pair<std::string, endpoint>> const table{
        {"127.0.0.1:6380", tcp("127.0.0.1", 6380)},
        {"0.0.0.0:0", tcp("0.0.0.0", 0)},
        {"redis.example.com:65535", tcp("redis.example.com", 65535)},
        {"my_redis-1:6379", tcp("my_redis-1", 6379)},
        {"[::1]:6380", tcp("::1", 6380)},
        {"[::]:6380", tcp("::", 6380)},
        {"[fe80::1%1]:6380", tcp("fe80::1%1", 6380)},
        {"unix:/run/respguard.sock", unix_socket("/run/respguard.sock")},
        {"unix:///run/respguard.sock", unix_socket("/run/respguard.sock")},
    };
    for (auto const& [text, expected] : table) {
        auto const where = parse_endpoint(text);
        ASSERT_TRUE(where.has_value()) << text << ": " << where.error().text;
        EXPECT_EQ(*where, expected) << text;
    }
}

TEST(ParseEndpoint, ToStringReadsBack)
{
    for (std::string const text :
         {"127.0.0.1:6380", "[::1]:6380", "localhost:1", "unix:/run/a b.sock"}) {
        auto const where = parse_endpoint(text);
        ASSERT_TRUE(where.has_value()) << text;
        EXPECT_EQ(where->to_string(), text);
    }
}

TEST(ParseEndpoint, SaysWhatIsWrong)
{
    std::vector<std::pair<std::string, std::string>> const table{
        {"", "the host is missing"},
        {":6380", "the host is missing"},
        {"127.0.0.1", "the port is missing: write host:port, [v6]:port or unix:/path"},
        {"127.0.0.1:", "the port is missing"},
        {"127.0.0.1:65536", "the port is not a number from 0 to 65535"},
        {"127.0.0.1:-1", "the port is not a number from 0 to 65535"},
        {"127.0.0.1:6380x", "the port is not a number from 0 to 65535"},
        {"127.0.0.1:99999999999999999999", "the port is not a number from 0 to 65535"},
        {"127.0.0.256:6380", "the host looks like an IPv4 address but is none"},
        {"6380:6380", "the host looks like an IPv4 address but is none"},
        {"*:6380", "write 0.0.0.0 (or [::]) for every address"},
        {"my host:6380", "the host is neither a name nor an address"},
        {"::1:6380", "write an IPv6 address in brackets, such as [::1]:6380"},
        {"[::1:6380", "']' is missing behind the IPv6 address"},
        {"[::g]:6380", "what stands in brackets is not an IPv6 address"},
        {"[127.0.0.1]:6380", "what stands in brackets is not an IPv6 address"},
        {"[::1]", "the port is missing: write host:port, [v6]:port or unix:/path"},
        {"[::1]6380", "expected ':' and a port behind ']'"},
        {"redis://127.0.0.1:6379",
         "expected an address, not a URL: host:port, [v6]:port or unix:/path"},
        {"/run/a.sock", "write a unix socket as unix:/path"},
        {"unix:a.sock",
         "the path of a unix socket has to be absolute, such as unix:/run/redis.sock"},
    };
    for (auto const& [text, expected] : table) {
        auto const where = parse_endpoint(text);
        ASSERT_TRUE(where.has_error()) << text;
        EXPECT_EQ(where.error().text, expected) << text;
    }
}

TEST(ParseEndpoint, LimitsThePathToWhatTheKernelTakes)
{
    EXPECT_TRUE(parse_endpoint("unix:/" + std::string(106, 'x')).has_value());
    auto const longer = parse_endpoint("unix:/" + std::string(107, 'x'));
    ASSERT_TRUE(longer.has_error());
    EXPECT_EQ(longer.error().text, "the path of a unix socket may have 107 bytes, this has 108");
    EXPECT_TRUE(parse_endpoint(std::string("unix:/a\0b", 9)).has_error());
}

TEST(ParseUpstreamUrl, ReadsEachForm)
{
    struct row {
        std::string text;
        endpoint where;
        std::string user, password;
        std::uint32_t db;
    };
    std::vector<row> const table{
        {"redis://127.0.0.1", tcp("127.0.0.1", 6379), "", "", 0},
        {"redis://127.0.0.1:6390", tcp("127.0.0.1", 6390), "", "", 0},
        {"redis://127.0.0.1:6390/", tcp("127.0.0.1", 6390), "", "", 0},
        {"redis://127.0.0.1/8", tcp("127.0.0.1", 6379), "", "", 8},
        {"REDIS://cache:6379/15", tcp("cache", 6379), "", "", 15},
        {"redis://[::1]", tcp("::1", 6379), "", "", 0},
        {"redis://[2001:db8::1]:6390/3", tcp("2001:db8::1", 6390), "", "", 3},
        {"redis://:secret@cache:6379", tcp("cache", 6379), "", "secret", 0},
        {"redis://ee:secret@cache/8", tcp("cache", 6379), "ee", "secret", 8},
        {"redis://ee:a:b@cache", tcp("cache", 6379), "ee", "a:b", 0},
        {"redis://e%40e:p%2f%3A%25%3f@cache", tcp("cache", 6379), "e@e", "p/:%?", 0},
        {"redis://:@cache", tcp("cache", 6379), "", "", 0},
        {"redis://ee:secret@[::1]:1/2", tcp("::1", 1), "ee", "secret", 2},
        {"unix:///run/redis.sock", unix_socket("/run/redis.sock"), "", "", 0},
        {"unix:///run/redis.sock?db=8", unix_socket("/run/redis.sock"), "", "", 8},
        {"unix://ee:secret@/run/redis.sock", unix_socket("/run/redis.sock"), "ee", "secret", 0},
    };
    for (row const& r : table) {
        auto const url = parse_upstream_url(r.text);
        ASSERT_TRUE(url.has_value()) << r.text << ": " << url.error().text;
        EXPECT_EQ(url->where, r.where) << r.text;
        EXPECT_EQ(url->user, r.user) << r.text;
        EXPECT_EQ(url->password, r.password) << r.text;
        EXPECT_EQ(url->db, r.db) << r.text;
    }
}

TEST(ParseUpstreamUrl, SaysWhatIsWrong)
{
    std::vector<std::pair<std::string, std::string>> const table{
        {"", "expected a URL, such as redis://127.0.0.1:6379 or unix:///run/redis.sock"},
        {"127.0.0.1:6379",
         "expected a URL, such as redis://127.0.0.1:6379 or unix:///run/redis.sock"},
        {"http://cache", "unknown kind of URL: use redis:// or unix://"},
        {"redis://", "the host is missing"},
        {"redis:///8", "the host is missing"},
        {"redis://cache:", "the port is missing"},
        {"redis://cache:0", "port 0 can not be connected to"},
        {"redis://cache:x", "the port is not a number from 0 to 65535"},
        {"redis://cache/x", "the database has to be a number, such as redis://host:6379/8"},
        {"redis://cache/-1", "the database has to be a number, such as redis://host:6379/8"},
        {"redis://cache/2147483648",
         "the database has to be a number, such as redis://host:6379/8"},
        {"redis://cache/8/9", "the database has to be a number, such as redis://host:6379/8"},
        {"redis://cache?family=6", "options behind '?' are not known: write "
                                   "redis://[user:password@]host[:port][/db]"},
        {"redis://::1:6379", "write an IPv6 address in brackets, such as [::1]:6380"},
        {"unix://run/redis.sock",
         "a unix socket is written with three slashes, such as unix:///run/redis.sock"},
        {"unix://", "a unix socket is written with three slashes, such as unix:///run/redis.sock"},
        {"unix:///run/redis.sock?base=8", "the only option behind '?' is db=N"},
    };
    for (auto const& [text, expected] : table) {
        auto const url = parse_upstream_url(text);
        ASSERT_TRUE(url.has_error()) << text;
        EXPECT_EQ(url.error().text, expected) << text;
    }
}

TEST(ParseUpstreamUrl, RefusesWhatIsNotBuiltYetAndSaysWhatToDo)
{
    auto const tls = parse_upstream_url("rediss://cache:6379");
    ASSERT_TRUE(tls.has_error());
    EXPECT_NE(tls.error().text.find("TLS to upstream"), std::string::npos) << tls.error().text;
    auto const sentinel = parse_upstream_url("redis-sentinel://a:1,b:2/primary");
    ASSERT_TRUE(sentinel.has_error());
    EXPECT_NE(sentinel.error().text.find("address of the primary"), std::string::npos);
}

TEST(ParseUpstreamUrl, NeverRepeatsAPasswordInAnErrorText)
{
    for (std::string const text :
         {"redis://hunter2@cache", "redis://ee:hunter2%zz@cache", "redis://ee:hunter2%2@cache",
          "redis://:hunter2@x@cache", "redis://ee:hunter2/x@cache", "redis://ee:hunter2?x@cache",
          "redis://ee:hunter2#x@cache:1", "rediss://ee:hunter2@cache", "redis://ee:hunter2@",
          "redis://ee:hunter2@cache:99999", "redis://ee:7hunter2/x", "redis://ee:hunter2",
          "http://ee:hunter2@cache", "unix://hunter2@/run/x", "unix://ee:hunter2@run/x"}) {
        auto const url = parse_upstream_url(text);
        ASSERT_TRUE(url.has_error()) << text;
        EXPECT_EQ(url.error().text.find("hunter2"), std::string::npos) << url.error().text;
    }
}

TEST(UpstreamUrl, ToStringMasksThePassword)
{
    std::vector<std::pair<std::string, std::string>> const table{
        {"redis://127.0.0.1", "redis://127.0.0.1:6379"},
        {"redis://cache/8", "redis://cache:6379/8"},
        {"redis://:secret@cache/8", "redis://:***@cache:6379/8"},
        {"redis://e%40e:secret@[::1]", "redis://e%40e:***@[::1]:6379"},
        {"unix:///run/redis.sock?db=8", "unix:///run/redis.sock?db=8"},
        {"unix://ee:secret@/run/redis.sock", "unix://ee:***@/run/redis.sock"},
    };
    for (auto const& [text, expected] : table) {
        auto const url = parse_upstream_url(text);
        ASSERT_TRUE(url.has_value()) << text;
        EXPECT_EQ(url->to_string(), expected);
    }
}

}  // namespace
}  // namespace respguard::net
