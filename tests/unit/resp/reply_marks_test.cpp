#include "respguard/resp/reply_marks.hpp"

#include <gtest/gtest.h>

namespace respguard {
namespace {

resp::reply_marks marks_of_array(std::uint64_t count)
{
    resp::reply_marks marks;
    marks.begin_frame();
    marks.begin_element('*', 1);
    marks.on_count(count);
    return marks;
}

TEST(ReplyMarks, AwaitTheTopLevelThenTheFirstThenTheThirdElement)
{
    auto marks = marks_of_array(5);
    EXPECT_EQ(marks.type(), '*');
    EXPECT_EQ(marks.awaited(), 5U);
    marks.begin_element('$', 5);
    EXPECT_TRUE(marks.wants_text());
    EXPECT_EQ(marks.awaited(), 3U);
    marks.begin_element(':', 4);
    marks.on_plain_integer(1);
    EXPECT_EQ(marks.third(), std::nullopt);
    marks.begin_element(':', 3);
    marks.on_plain_integer(7);
    EXPECT_EQ(marks.third(), 7);
    EXPECT_EQ(marks.awaited(), 0U);
}

TEST(ReplyMarks, AreNotMistakenByAnElementThatIsAnArrayOfOne)
{
    auto marks = marks_of_array(3);
    marks.begin_element('*', 3);
    marks.on_count(1);
    marks.begin_element('$', 3);  // Inside of it: as many values are missing as before.
    EXPECT_FALSE(marks.wants_text());
    EXPECT_EQ(marks.top_count(), 3);
    EXPECT_TRUE(marks.kind_known());
}

TEST(ReplyMarks, PutATextTogether)
{
    auto marks = marks_of_array(1);
    marks.begin_element('$', 1);
    marks.on_bulk_size(16);
    marks.keep_text("01234567");
    marks.keep_text("89abcdef");
    EXPECT_FALSE(marks.kind_known());
    marks.end_text();
    EXPECT_TRUE(marks.kind_known());
    EXPECT_EQ(marks.kind(), "0123456789abcdef");
}

TEST(ReplyMarks, GiveUpATextThatIsTooLong)
{
    auto announced = marks_of_array(1);
    announced.begin_element('$', 1);
    announced.on_bulk_size(17);
    EXPECT_TRUE(announced.kind_known());
    EXPECT_FALSE(announced.wants_text());

    auto line = marks_of_array(1);
    line.begin_element('+', 1);
    line.keep_text("0123456789");
    line.keep_text("abcdefg");
    EXPECT_TRUE(line.kind_known());
    EXPECT_EQ(line.kind(), "");
}

TEST(ReplyMarks, PickUpNothingInsideOfStreamedAggregates)
{
    resp::reply_marks marks;
    marks.begin_frame();
    marks.begin_element('*', 1);
    marks.on_stream();
    marks.begin_element('+', 0);
    EXPECT_FALSE(marks.wants_text());
    EXPECT_TRUE(marks.kind_known());
    EXPECT_EQ(marks.top_count(), 0);
}

TEST(ReplyMarks, TellANullApart)
{
    resp::reply_marks marks;
    marks.begin_frame();
    marks.begin_element('*', 1);
    marks.on_null();
    EXPECT_EQ(marks.top_count(), -1);
    EXPECT_TRUE(marks.kind_known());
}

}  // namespace
}  // namespace respguard
