#include "respguard/stats/notices.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace respguard::stats {
namespace {

constexpr std::uint64_t notice_second = 1'000'000'000;

class Notices : public testing::Test {
protected:
    void happens(std::uint64_t thing, std::uint64_t now_ns)
    {
        notices_.add(thing, now_ns, [&] {
            event made;
            made.reason = std::to_string(thing);
            return made;
        });
    }

    std::vector<event> told_;
    notices notices_{[this](event what) { told_.push_back(std::move(what)); }};
};

TEST_F(Notices, TellTheFirstOneAtOnceAndTheNextAfterAMinute)
{
    happens(7, notice_second);
    happens(7, 2 * notice_second);
    happens(7, 60 * notice_second);
    ASSERT_EQ(told_.size(), 1U);
    EXPECT_EQ(told_[0].left_out, 0U);
    happens(7, 61 * notice_second);
    ASSERT_EQ(told_.size(), 2U);
    EXPECT_EQ(told_[1].left_out, 2U);
}

TEST_F(Notices, TellEachThingByItself)
{
    happens(7, notice_second);
    happens(8, notice_second);
    EXPECT_EQ(told_.size(), 2U);
}

TEST_F(Notices, TellWhatWasLeftOutWhenItHappensNoMore)
{
    happens(7, notice_second);
    happens(7, 2 * notice_second);
    happens(7, 3 * notice_second);
    notices_.flush(60 * notice_second);
    EXPECT_EQ(told_.size(), 1U);
    notices_.flush(62 * notice_second);
    ASSERT_EQ(told_.size(), 2U);
    EXPECT_EQ(told_[1].reason, "7");
    EXPECT_EQ(told_[1].left_out, 1U) << "two were left out, and this is one of them";
    notices_.flush(200 * notice_second);
    EXPECT_EQ(told_.size(), 2U);
}

TEST_F(Notices, TellMoreThingsThanFitAsOne)
{
    for (std::uint64_t thing = 1; thing <= 2 * notices::things_max; ++thing)
        happens(thing, notice_second);
    EXPECT_EQ(told_.size(), notices::things_max);
    notices_.flush(62 * notice_second);
    notices_.flush(200 * notice_second);
    told_.clear();
    happens(5'000, 201 * notice_second);
    EXPECT_EQ(told_.size(), 1U) << "there is room again";
}

}  // namespace
}  // namespace respguard::stats
