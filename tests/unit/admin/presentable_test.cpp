#include <gtest/gtest.h>

#include <string>

#include "admin/presentable.hpp"
#include "sample_report.hpp"

namespace respguard::admin {
namespace {

TEST(Presentable, LeavesTextAsItIs)
{
    for (std::string_view const text :
         {"", "bull:notify ~!", "größer als 1 MiB", "日本語", "🐟", "\xC2\xA0", "back\\slash"}) {
        EXPECT_EQ(presentable(text), text);
    }
}

TEST(Presentable, EscapesWhatATerminalWouldObey)
{
    EXPECT_EQ(presentable(std::string_view("a\0\x1b[31m\r\n\t\x7f", 11)),
              "a\\x00\\x1b[31m\\x0d\\x0a\\x09\\x7f");
    EXPECT_EQ(presentable("\xC2\x9B"), "\\xc2\\x9b") << "the one-character CSI";
}

TEST(Presentable, EscapesWhatTurnsTextAroundOrHides)
{
    EXPECT_EQ(presentable("a\u202Eb"), "a\\xe2\\x80\\xaeb");
    EXPECT_EQ(presentable("a\u200Bb"), "a\\xe2\\x80\\x8bb");
    EXPECT_EQ(presentable("\uFEFF"), "\\xef\\xbb\\xbf");
    EXPECT_EQ(presentable("\u2028"), "\\xe2\\x80\\xa8");
}

TEST(Presentable, EscapesWhatIsNoUtf8ByteByByte)
{
    EXPECT_EQ(presentable("\xff"), "\\xff");
    EXPECT_EQ(presentable("\x80z"), "\\x80z");
    EXPECT_EQ(presentable("\xC3"), "\\xc3");  // Cut short.
    EXPECT_EQ(presentable("\xC3("), "\\xc3(");
    EXPECT_EQ(presentable("\xE2\x82"), "\\xe2\\x82");
    EXPECT_EQ(presentable("\xC0\xAF"), "\\xc0\\xaf");  // Longer than needed.
    EXPECT_EQ(presentable("\xE0\x80\xAF"), "\\xe0\\x80\\xaf");
    EXPECT_EQ(presentable("\xED\xA0\x80"), "\\xed\\xa0\\x80");           // A surrogate.
    EXPECT_EQ(presentable("\xF4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80");  // Above U+10FFFF.
}

TEST(Presentable, TouchesEveryTextOfAReport)
{
    std::string const wild = "x\x01";
    std::string const tame = "x\\x01";
    stats::report report;
    report.upstream = wild;
    report.presets = {wild};
    report.listeners = {wild};
    report.rules = {{wild, wild, wild, wild, wild}};
    stats::client_row client;
    for (auto* const text : {&client.address, &client.listener, &client.name, &client.user,
                             &client.state, &client.oldest_command}) {
        *text = wild;
    }
    report.counted.clients = {client};
    report.counted.hot_keys.counted.rows = {{1, wild, 1, 0}};
    make_presentable(report);
    auto const& c = report.counted.clients[0];
    auto const& r = report.rules[0];
    for (auto const& text :
         {report.upstream, report.presets[0], report.listeners[0], r.id, r.action, r.source,
          r.match, r.message, c.address, c.listener, c.name, c.user, c.state, c.oldest_command,
          report.counted.hot_keys.counted.rows[0].text}) {
        EXPECT_EQ(text, tame);
    }
}

}  // namespace
}  // namespace respguard::admin
