#include "config/secret_files.hpp"
#include "loading.hpp"

namespace respguard::config {
namespace {

using test::lines;
using test::temporary_file;
using test::texts;

TEST(SecretFiles, FirstLineIsTheValue)
{
    temporary_file const url("redis://ee:p%20w@cache:6379/8\r\nsecond line\n");
    temporary_file const token("  t0ken\n");
    sources from;
    from.environment = {{"RESPGUARD_UPSTREAM_URL_FILE", url.path()},
                        {"RESPGUARD_ADMIN_TOKEN_FILE", token.path()}};
    loaded const got = load(from);
    EXPECT_EQ(texts(got.errors), lines{});
    EXPECT_EQ(got.values.upstream, "redis://ee:p%20w@cache:6379/8");
    EXPECT_EQ(got.values.admin.token, "  t0ken");
    EXPECT_EQ(got.origins.at("upstream.url"), url.path() + ", first line");
    EXPECT_EQ(got.origins.at("upstream.url_file"), "RESPGUARD_UPSTREAM_URL_FILE");
}

TEST(SecretFiles, TheHigherSourceOfUrlAndFileWins)
{
    temporary_file const url("redis://from-file\n");
    sources from;
    from.environment = {{"RESPGUARD_UPSTREAM_URL_FILE", url.path()}};
    EXPECT_EQ(test::load_text("[upstream]\nurl = \"redis://x\"\n", from).values.upstream,
              "redis://from-file");
    from.upstream = "redis://from-flag";
    loaded const got = load(from);
    EXPECT_EQ(got.values.upstream, "redis://from-flag");
    EXPECT_EQ(got.values.upstream_file, "");
    EXPECT_EQ(got.origins.at("upstream.url"), "--upstream");
}

TEST(SecretFiles, TheWebhookMayHaveOne)
{
    temporary_file const url("https://alerts.example/secret\n");
    sources from;
    from.environment = {{"RESPGUARD_EVENTS_WEBHOOK_FILE", url.path()}};
    EXPECT_EQ(load(from).values.events.webhook.url, "https://alerts.example/secret");
    from.environment["RESPGUARD_EVENTS_WEBHOOK"] = "https://x/";
    EXPECT_EQ(texts(load(from).errors),
              lines{"RESPGUARD_EVENTS_WEBHOOK_FILE: events.webhook_file: events.webhook is set, "
                    "too (RESPGUARD_EVENTS_WEBHOOK): keep one of them"});
}

TEST(SecretFiles, UrlAndFileAtTheSamePlaceAreAnError)
{
    sources from;
    from.environment = {{"RESPGUARD_UPSTREAM_URL_FILE", "/x"},
                        {"RESPGUARD_UPSTREAM_URL", "redis://y"}};
    EXPECT_EQ(texts(load(from).errors),
              lines{"RESPGUARD_UPSTREAM_URL_FILE: upstream.url_file: upstream.url is set, too "
                    "(RESPGUARD_UPSTREAM_URL): keep one of them"});
}

TEST(SecretFiles, SayWhyTheyCanNotBeRead)
{
    temporary_file const empty("\nsecond\n");
    sources from;
    from.environment = {{"RESPGUARD_UPSTREAM_URL_FILE", "/nonexistent"},
                        {"RESPGUARD_ADMIN_TOKEN_FILE", empty.path()}};
    EXPECT_EQ(texts(load(from).errors),
              (lines{"RESPGUARD_ADMIN_TOKEN_FILE: admin.token_file: " + empty.path() +
                         " its first line is empty",
                     "RESPGUARD_UPSTREAM_URL_FILE: upstream.url_file: /nonexistent can not be "
                     "read: No such file or directory"}));
}

TEST(SecretFiles, ABadUrlInAFileIsReportedThere)
{
    temporary_file const url("rediss://cache\n");
    sources from;
    from.environment = {{"RESPGUARD_UPSTREAM_URL_FILE", url.path()}};
    auto const errors = load(from).errors;
    ASSERT_EQ(errors.size(), 1U);
    EXPECT_EQ(errors[0].where, url.path() + ", first line");
}

}  // namespace
}  // namespace respguard::config
