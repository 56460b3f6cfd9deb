// admin.hosts: the names under which the HTTP endpoint answers.
#include <gtest/gtest.h>

#include <string>

#include "integration/running_guard.hpp"

namespace respguard {
namespace {

class AdminHosts : public test::running_guard {};

TEST_F(AdminHosts, AnswersUnderConfiguredNamesOnly)
{
    write("[admin]\nhosts = [\"Guard.internal\", \"respguard\"]\n");
    test::running_process const guard(words());
    ASSERT_TRUE(guard.says("respguard is running")) << guard.output();
    for (auto const* host : {"guard.internal", "GUARD.internal:9379", "respguard", "localhost",
                             "127.0.0.1:9379", "[::1]"}) {
        EXPECT_TRUE(http("GET /livez", host).starts_with("HTTP/1.1 200")) << host;
    }
    for (auto const* host : {"rebound.example", "internal", "guard.internal.example"}) {
        EXPECT_TRUE(http("GET /livez", host).starts_with("HTTP/1.1 421")) << host;
        EXPECT_TRUE(http("POST /policy?enforce=false", host).starts_with("HTTP/1.1 421")) << host;
    }
}

}  // namespace
}  // namespace respguard
