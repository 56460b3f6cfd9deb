#include "respguard/admin/webhook_url.hpp"

#include <gtest/gtest.h>

namespace respguard::admin {
namespace {

TEST(WebhookUrl, IsReadInItsParts)
{
    auto const plain = webhook_url::parse("http://alerts.example").value();
    EXPECT_FALSE(plain.tls);
    EXPECT_EQ(plain.host + ":" + plain.port + plain.target, "alerts.example:80/");
    EXPECT_EQ(plain.host_header, "alerts.example");
    auto const full = webhook_url::parse("https://10.0.0.1:8443/hook/x?token=y%20z").value();
    EXPECT_TRUE(full.tls);
    EXPECT_EQ(full.host + ":" + full.port + full.target, "10.0.0.1:8443/hook/x?token=y%20z");
    auto const v6 = webhook_url::parse("https://[::1]:9/a").value();
    EXPECT_EQ(v6.host, "::1");
    EXPECT_EQ(v6.host_header, "[::1]:9");
    EXPECT_EQ(webhook_url::parse("http://u:p%40q@host/").value().user_info, "u:p@q");
}

TEST(WebhookUrl, RefusesEverythingElse)
{
    for (auto const* const text :
         {"", "alerts.example", "ftp://alerts.example", "http://", "http:///x", "http://a b/",
          "http://host:99999/", "http://host:0/", "http://host:x/"}) {
        EXPECT_FALSE(webhook_url::parse(text)) << text;
    }
}

TEST(WebhookUrl, ShowsNothingThatMayBeSecret)
{
    auto const shown = [](char const* text) { return webhook_url::parse(text).value().shown(); };
    EXPECT_EQ(shown("https://me:pw@alerts.example:8443/hook/secret?token=secret"),
              "https://***@alerts.example:8443/***");
    EXPECT_EQ(shown("http://alerts.example"), "http://alerts.example");
    EXPECT_EQ(shown("http://alerts.example/?token=secret"), "http://alerts.example/***");
}

}  // namespace
}  // namespace respguard::admin
