#include <gtest/gtest.h>

#include <map>
#include <string_view>

#include "resp/reply_form.hpp"

namespace respguard {
namespace {

TEST(ReplyForm, KnowsEveryTypeByteAndNoOtherByte)
{
    using resp::reply_form;
    std::map<reply_form, std::string_view> const types{
        {reply_form::text, "+-,("}, {reply_form::constant, "_#."},    {reply_form::integer, ":"},
        {reply_form::bulk, "$=!"},  {reply_form::aggregate, "*~%>|"},
    };
    for (int byte = 0; byte < 256; ++byte) {
        auto const type = static_cast<char>(byte);
        auto expected = reply_form::unknown;
        for (auto const& [form, of_form] : types) {
            if (of_form.find(type) != std::string_view::npos) expected = form;
        }
        EXPECT_EQ(resp::reply_form_of(type), expected) << byte;
    }
}

}  // namespace
}  // namespace respguard
