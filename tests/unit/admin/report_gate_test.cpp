#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

#include "admin/report_gate.hpp"

namespace respguard::admin {
namespace {

namespace asio = boost::asio;
using clock = report_gate::clock;

/// Gathers reports whose uptime is their number. Each takes `takes`.
struct shards {
    asio::io_context io{1};
    std::chrono::milliseconds takes{0};
    bool fails = false;
    std::uint64_t gathered = 0;
    int at_once = 0;
    int at_once_max = 0;
    std::vector<clock::time_point> begins;
    std::shared_ptr<report_gate> gate =
        std::make_shared<report_gate>(io.get_executor(), [this] { return gather(); });

    asio::awaitable<stats::report> gather()
    {
        begins.push_back(clock::now());
        at_once_max = std::max(at_once_max, ++at_once);
        asio::steady_timer timer(io, takes);
        co_await timer.async_wait(asio::use_awaitable);
        --at_once;
        if (fails) throw std::runtime_error("a shard is gone");
        stats::report report;
        report.uptime_ns = ++gathered;
        co_return report;
    }

    /// Asks once; the answer's number (0: null) is appended to `answers`.
    void ask(std::vector<std::uint64_t>& answers,
             std::chrono::milliseconds patience = std::chrono::seconds(10))
    {
        asio::co_spawn(io, read(answers, clock::now() + patience), asio::detached);
    }

    asio::awaitable<void> read(std::vector<std::uint64_t>& answers, clock::time_point deadline)
    {
        auto const report = co_await gate->next(deadline, gate);
        answers.push_back(report ? report->uptime_ns : 0);
    }
};

TEST(ReportGate, GivesAMergedReport)
{
    shards all;
    report_gate::report_pointer got;
    asio::co_spawn(
        all.io,
        [&]() -> asio::awaitable<void> {
            got = co_await all.gate->next(clock::now() + std::chrono::seconds(5), all.gate);
        },
        asio::detached);
    all.io.run();
    ASSERT_TRUE(got);
    EXPECT_EQ(got->counted.shards.size(), 1U);
}

TEST(ReportGate, GathersOneForAllWhoAskTogether)
{
    shards all;
    all.takes = std::chrono::milliseconds(5);
    std::vector<std::uint64_t> answers;
    for (int i = 0; i < 50; ++i)
        all.ask(answers);
    all.io.run();
    EXPECT_EQ(answers, std::vector<std::uint64_t>(50, 1));
}

TEST(ReportGate, DoesNotGiveWhatBeganBeforeItWasAskedFor)
{
    shards all;
    all.takes = std::chrono::milliseconds(10);
    std::vector<std::uint64_t> answers;
    all.ask(answers);
    while (all.begins.empty())
        all.io.run_one();
    all.ask(answers);
    all.io.run();
    EXPECT_EQ(answers, (std::vector<std::uint64_t>{1, 2}));
    EXPECT_EQ(all.at_once_max, 1);
    ASSERT_EQ(all.begins.size(), 2U);
    EXPECT_GE(all.begins[1] - all.begins[0], report_gate::spacing);
}

TEST(ReportGate, SaysNothingWhenGatheringFails)
{
    shards all;
    all.fails = true;
    std::vector<std::uint64_t> answers;
    all.ask(answers);
    all.io.run();
    EXPECT_EQ(answers, std::vector<std::uint64_t>{0});
    all.fails = false;
    all.ask(answers);
    all.io.restart();
    all.io.run();
    EXPECT_EQ(answers, (std::vector<std::uint64_t>{0, 1}));
}

TEST(ReportGate, GivesUpAtTheDeadlineAndDoesNotAskAgainMeanwhile)
{
    shards all;
    all.takes = std::chrono::seconds(600);
    std::vector<std::uint64_t> answers;
    for (int i = 0; i < 10; ++i)
        all.ask(answers, std::chrono::milliseconds(10));
    while (answers.size() < 10)
        all.io.run_one();
    EXPECT_EQ(answers, std::vector<std::uint64_t>(10, 0));
    EXPECT_EQ(all.begins.size(), 1U);
}

TEST(ReportGate, LetsReadersGoWhenStopped)
{
    shards all;
    all.takes = std::chrono::seconds(600);
    std::vector<std::uint64_t> answers;
    all.ask(answers);
    all.io.poll();
    EXPECT_TRUE(answers.empty());
    all.gate->stop();
    all.io.poll();
    EXPECT_EQ(answers, std::vector<std::uint64_t>{0});
    all.ask(answers);
    all.io.poll();
    EXPECT_EQ(answers, (std::vector<std::uint64_t>{0, 0}));
}

TEST(ReportGate, SaysNothingWithoutASource)
{
    asio::io_context io{1};
    auto const gate = std::make_shared<report_gate>(io.get_executor(), nullptr);
    bool is_null = false;
    asio::co_spawn(
        io,
        [&]() -> asio::awaitable<void> {
            is_null = !co_await gate->next(clock::now() + std::chrono::seconds(5), gate);
        },
        asio::detached);
    io.run();
    EXPECT_TRUE(is_null);
}

}  // namespace
}  // namespace respguard::admin
