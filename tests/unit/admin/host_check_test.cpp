#include <gtest/gtest.h>

#include <string>

#include "admin/host_check.hpp"

namespace respguard::admin {
namespace {

std::vector<std::string> const names{"respguard", "guard.example"};

TEST(HostCheck, KnowsAddressesLocalhostAndItsOwnNames)
{
    for (std::string const host :
         {"127.0.0.1", "127.0.0.1:9379", "10.1.2.3:80", "[::1]", "[::1]:9379", "[fe80::1]:1",
          "localhost", "LOCALHOST:9379", "localhost.", "respguard", "Respguard:9379",
          "guard.example:1", "guard.example.", "localhost:"}) {
        EXPECT_EQ(check_host(host, names), host_verdict::known) << host;
    }
}

TEST(HostCheck, DoesNotKnowOtherNames)
{
    for (std::string const host :
         {"evil.example", "evil.example:9379", "localhost.evil.example", "127.0.0.1.evil.example",
          "xlocalhost", "respguard.evil", "2130706433", "0x7f000001", "127.1", "127.0.0.256"}) {
        EXPECT_EQ(check_host(host, names), host_verdict::unknown) << host;
    }
}

TEST(HostCheck, RefusesWhatIsNoHost)
{
    for (std::string const host : {"", ":", ":80", ".", "a b", "a/b", "user@localhost",
                                   "localhost:80:80", "localhost:x", "localhost:123456", "[::1",
                                   "[::1]x", "[::1]:x", "[nonsense]", "::1", "\xc3\xa4", "a,b"}) {
        EXPECT_EQ(check_host(host, names), host_verdict::malformed) << host;
    }
    EXPECT_EQ(check_host(std::string(254, 'a'), names), host_verdict::malformed);
}

}  // namespace
}  // namespace respguard::admin
