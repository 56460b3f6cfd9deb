// What is told of requests that are too large to be held.
#include <gtest/gtest.h>

#include <cstddef>
#include <string>

#include "support/every_split.hpp"
#include "support/exchange_harness.hpp"
#include "support/wire.hpp"
#include "unit/policy/judging.hpp"

namespace respguard::relay {
namespace {

using policy::action;
using policy::test::compiled;
using test::exchange_harness;
using test::request;

/// A request of many arguments: its size is known when the last one's header comes.
std::string many_arguments()
{
    std::string bytes = "*4201\r\n$3\r\nDEL\r\n";
    for (int i = 0; i < 4'200; ++i)
        bytes += "$10\r\n0123456789\r\n";
    return bytes;
}

TEST(ExchangeAlerts, AlertsASizeThatIsKnownOnlyWhenTheRequestHasPassed)
{
    std::string const sent = many_arguments();
    auto const limit = [&](std::uint64_t bytes) {
        return compiled({policy::test::size_rule("size", bytes, action::alert)});
    };
    test::for_some_splits(sent, [&](test::pieces const& cut) {
        for (bool const is_over : {true, false}) {
            exchange_harness guard(limit(sent.size() - (is_over ? 1 : 0)), test::small_hold());
            for (byte_view const piece : cut)
                guard.client(piece);
            EXPECT_TRUE(guard.to_upstream() == sent) << test::to_string(cut);
            ASSERT_EQ(guard.judged().size(), is_over ? 1U : 0U) << test::to_string(cut);
            EXPECT_EQ(guard.counted().rules[0].alert, is_over ? 1U : 0U);
            EXPECT_EQ(guard.counted("del").alerted, is_over ? 1U : 0U);
            if (is_over) {
                EXPECT_EQ(guard.judged()[0].size_bytes, sent.size());
            }
        }
    });
}

TEST(ExchangeAlerts, AlertsASizeOnce)
{
    std::string const sent = many_arguments();
    exchange_harness guard(compiled({policy::test::size_rule("size", 1'000, action::alert)}),
                           test::small_hold());
    for (std::size_t i = 0; i < sent.size(); i += 10'000) {
        guard.client(byte_view(sent).substr(i, 10'000));
    }
    EXPECT_TRUE(guard.to_upstream() == sent);
    EXPECT_EQ(guard.judged().size(), 1U);
    EXPECT_EQ(guard.counted().rules[0].alert, 1U);
}

TEST(ExchangeAlerts, ReportsWhatWasRefusedBecauseItCouldNotBeHeld)
{
    auto const sent = request({"CONFIG", "SET", "save", std::string(test::small_hold_bytes, ' ')});
    test::for_some_splits(sent, [&](test::pieces const& cut) {
        exchange_harness guard(compiled({}), test::small_hold());
        for (byte_view const piece : cut)
            guard.client(piece);
        ASSERT_EQ(guard.to_upstream(), "") << test::to_string(cut);
        EXPECT_EQ(guard.to_client(),
                  "-ERR respguard: command larger than the limit of 65536 bytes\r\n")
            << test::to_string(cut);
        ASSERT_EQ(guard.judged().size(), 1U) << test::to_string(cut);
        EXPECT_EQ(guard.judged()[0].verdict.what, action::reject);
        EXPECT_STREQ(guard.judged()[0].reason, "too large");
        EXPECT_EQ(guard.counted("config|set").rejected, 1U);
        guard.client(request({"PING"}));
        EXPECT_EQ(guard.to_upstream(), request({"PING"})) << "the connection lives on";
    });
}

}  // namespace
}  // namespace respguard::relay
