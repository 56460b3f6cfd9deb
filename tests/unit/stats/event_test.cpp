#include "respguard/stats/event.hpp"

#include <gtest/gtest.h>

namespace respguard::stats {
namespace {

TEST(EventType, HasANameThatIsReadBack)
{
    for (auto const name : event_type_names) {
        auto const type = event_type_named(name);
        ASSERT_TRUE(type) << name;
        EXPECT_EQ(to_string(*type), name);
    }
    EXPECT_FALSE(event_type_named("RULE_HIT"));
    EXPECT_FALSE(event_type_named(""));
}

}  // namespace
}  // namespace respguard::stats
