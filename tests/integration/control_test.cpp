// POST to the HTTP endpoint: what it does to a running guard.
#include <gtest/gtest.h>

#include <string>

#include "integration/running_guard.hpp"
#include "support/wire.hpp"

namespace respguard {
namespace {

using test::loopback_client;
using test::request;
using test::running_process;

class Control : public test::running_guard {
protected:
    static bool has(std::string const& text, std::string const& part)
    {
        return text.find(part) != std::string::npos;
    }
};

constexpr char const* no_wipe = "[[policy.rule]]\nid = \"no-wipe\"\nmatch = { command = "
                                "\"flushall\" }\naction = \"reject\"\n";

TEST_F(Control, ReloadAnswersWhenTheRuleIsInForce)
{
    write("[policy]\npresets = []\n");
    running_process guard(words({"--set", "runtime.threads=2"}));
    ASSERT_TRUE(guard.says("respguard is running")) << guard.output();
    loopback_client const client(listen_);
    EXPECT_EQ(client.ask(request({"FLUSHALL"})), "+OK\r\n");
    write(std::string("[policy]\npresets = []\n") + no_wipe);
    auto const answer = http("POST /reload");
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 200")) << answer;
    EXPECT_TRUE(has(answer, "changed: policy.rule\n")) << answer;
    EXPECT_EQ(client.ask(request({"FLUSHALL"})),
              "-ERR respguard: command 'flushall' denied by policy (rule=no-wipe)\r\n");
}

TEST_F(Control, ReloadSaysEveryMistakeAndChangesNothing)
{
    write(no_wipe);
    running_process guard(words());
    ASSERT_TRUE(guard.says("respguard is running")) << guard.output();
    write("[policy]\nenforced = false\n[limits]\nheld_request = \"many\"\n");
    auto const answer = http("POST /reload");
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 422")) << answer;
    EXPECT_TRUE(has(answer, "'policy.enforce'?")) << answer;
    EXPECT_TRUE(has(answer, "limits.held_request")) << answer;
    EXPECT_TRUE(has(http("GET /rules"), "no-wipe"));
}

TEST_F(Control, LogLevelHoldsUntilTheNextReload)
{
    write("");
    running_process guard(words());
    ASSERT_TRUE(guard.says("respguard is running")) << guard.output();
    EXPECT_TRUE(http("POST /logging?level=error").starts_with("HTTP/1.1 200"));
    EXPECT_TRUE(has(http("GET /config_dump"), "level = \"error\""));
    EXPECT_TRUE(has(http("GET /config_dump"), "# POST /logging"));
    auto const answer = http("POST /reload");
    EXPECT_TRUE(has(answer, "changed: log.level\n")) << answer;
    EXPECT_TRUE(has(http("GET /config_dump"), "level = \"info\""));
}

TEST_F(Control, ConfigurationIsShownWithSourcesAndWithoutSecrets)
{
    write("[upstream]\nhold = \"7s\"\n");
    running_process guard(words({"--set", "events.webhook=http://me:s3cret@127.0.0.1:1/x?y=hid"}));
    ASSERT_TRUE(guard.says("respguard is running")) << guard.output();
    EXPECT_TRUE(http("POST /policy?enforce=false").starts_with("HTTP/1.1 200"));
    auto const dump = http("GET /config_dump");
    EXPECT_TRUE(dump.starts_with("HTTP/1.1 200")) << dump;
    EXPECT_TRUE(has(dump, "hold = \"7s\"")) << dump;
    EXPECT_TRUE(has(dump, file_.path() + ":2")) << dump;
    EXPECT_TRUE(has(dump, "# POST /policy")) << dump;
    EXPECT_FALSE(has(dump, "s3cret") || has(dump, "hid")) << dump;
}

TEST_F(Control, DrainAnswersWhatIsInFlightAndEndsWithZero)
{
    write("");
    running_process guard(words());
    ASSERT_TRUE(guard.says("respguard is running")) << guard.output();
    loopback_client const client(listen_);
    client.send(request({"BLPOP", "none", "0.3"}));
    EXPECT_TRUE(http("POST /drain").starts_with("HTTP/1.1 202"));
    EXPECT_EQ(client.read_to_end(), "*-1\r\n");
    EXPECT_EQ(guard.exit_code(), 0) << guard.output();
}

}  // namespace
}  // namespace respguard
