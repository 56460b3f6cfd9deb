// Every vector of tests/data/vectors/replies.json, however its bytes are cut.
#include <gtest/gtest.h>

#include "support/every_split.hpp"
#include "support/reply_feed.hpp"
#include "support/vectors.hpp"

namespace respguard {
namespace {

void expect_vector(test::reply_vector const& vector, test::reply_feed_result const& seen)
{
    ASSERT_EQ(seen.frames.size(), vector.frames.size()) << seen.error;
    for (std::size_t i = 0; i < seen.frames.size(); ++i) {
        EXPECT_EQ(seen.frames[i].type, vector.frames[i].type);
        EXPECT_EQ(seen.frames[i].size_bytes, vector.frames[i].size_bytes);
        EXPECT_EQ(seen.frames[i].has_attribute, vector.frames[i].has_attribute);
    }
    EXPECT_EQ(!seen.error.empty(), vector.is_malformed) << seen.error;
    EXPECT_EQ(seen.pending_bytes, vector.pending_bytes);
}

// NOLINTNEXTLINE(readability-identifier-naming): a test suite.
class ReplyVectors : public testing::TestWithParam<test::reply_vector> {};

TEST_P(ReplyVectors, GiveTheSameFramesHoweverTheBytesAreCut)
{
    auto const& vector = GetParam();
    test::reply_feed whole;
    whole.feed(vector.bytes);
    for (bool const skips : {false, true}) {
        test::for_every_split(vector.bytes, [&](test::pieces const& cut) {
            if (HasFailure()) return;
            SCOPED_TRACE((skips ? "skipping, cut " : "cut ") + test::to_string(cut));
            test::reply_feed feed(skips);
            for (auto const piece : cut)
                feed.feed(piece);
            expect_vector(vector, feed.result());
            EXPECT_EQ(feed.result(), whole.result());
        });
    }
}

std::string vector_name(testing::TestParamInfo<test::reply_vector> const& info)
{
    auto name = info.param.id;
    std::replace(name.begin(), name.end(), '-', '_');
    return name;
}

INSTANTIATE_TEST_SUITE_P(All, ReplyVectors, testing::ValuesIn(test::load_reply_vectors()),
                         vector_name);

}  // namespace
}  // namespace respguard
