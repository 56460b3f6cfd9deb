#include <gtest/gtest.h>

#include "config/draft.hpp"

namespace respguard::config {
namespace {

TEST(Draft, RemembersWhoSetAKeyEvenWrongly)
{
    draft work;
    key const& hold = *find_key("upstream.hold");
    work.set(hold, bare_value("5", place{"f.toml", 2, 8}), rank::file);
    EXPECT_TRUE(work.is_broken("upstream.hold"));
    EXPECT_FALSE(work.is_broken("upstream.url"));
    EXPECT_EQ(work.rank_of("upstream.hold"), rank::file);
    EXPECT_EQ(work.place_of("upstream.hold").where(), "f.toml:2:8");
    work.fail("upstream.hold", "more");
    EXPECT_EQ(work.errors.back().at.where(), "f.toml:2:8");
}

TEST(Draft, KeysNobodySetAreDefaults)
{
    draft const work;
    EXPECT_EQ(work.rank_of("upstream.hold"), rank::built_in);
    EXPECT_EQ(work.place_of("upstream.hold").where(), "default");
    EXPECT_EQ(work.origins().size(), keys().size());
}

TEST(UnknownKeyText, PrefersTheSameSection)
{
    EXPECT_EQ(unknown_key_text("upstream.hodl"), "unknown key, did you mean 'upstream.hold'?");
    EXPECT_EQ(unknown_key_text("client.hold"), "unknown key, did you mean 'upstream.hold'?");
    EXPECT_EQ(unknown_key_text("log.colour"), "unknown key; [log] has level, format, file");
    EXPECT_EQ(unknown_key_text("threads"), "unknown key, did you mean 'runtime.threads'?");
}

}  // namespace
}  // namespace respguard::config
