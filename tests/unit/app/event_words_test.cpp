#include <gtest/gtest.h>

#include "app/event_words.hpp"

namespace respguard::app {
namespace {

TEST(EventWords, ExistForEveryType)
{
    for (std::size_t i = 0; i < stats::event_type_names.size(); ++i)
        EXPECT_FALSE(in_words(static_cast<stats::event_type>(i)).empty());
}

TEST(EventWords, WarnUnlessItIsGoodOrHarmless)
{
    stats::event what;
    what.type = stats::event_type::error_reply;
    what.error = "OOM";
    EXPECT_EQ(level_of_event(what), log::level::warn);
    what.error = "NOSCRIPT";
    EXPECT_EQ(level_of_event(what), log::level::info);
    what.type = stats::event_type::upstream_back;
    EXPECT_EQ(level_of_event(what), log::level::info);
    what.type = stats::event_type::consumers_lost;
    EXPECT_EQ(level_of_event(what), log::level::error);
}

}  // namespace
}  // namespace respguard::app
