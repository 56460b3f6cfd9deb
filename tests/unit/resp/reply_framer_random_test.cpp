// Replies of any shape: the one who made them knows what is in them.
#include <gtest/gtest.h>

#include <random>

#include "support/every_split.hpp"
#include "support/reply_feed.hpp"

namespace respguard {
namespace {

/// Makes replies of any shape and says what the framer should find in them.
class random_replies {
public:
    explicit random_replies(std::uint32_t seed) : random_(seed) {}

    test::fed_frame next(std::string& out)
    {
        test::fed_frame frame;
        auto const begin = out.size();
        if (chance(8)) attribute(out, frame);
        frame.type = pick("+-:$*_#,(!=%~>");
        if (frame.type == '*' || frame.type == '>')
            array(out, frame);
        else if (frame.type == '+' || frame.type == '-')
            line(out, frame);
        else
            value(out, frame.type, 2);
        if (frame.type == '_') frame.top_count = -1;
        if (frame.type == '%' || frame.type == '~') frame.top_count = last_count_;
        frame.size_bytes = out.size() - begin;
        return frame;
    }

private:
    std::uint32_t below(std::uint32_t end) { return static_cast<std::uint32_t>(random_() % end); }
    bool chance(std::uint32_t one_in) { return below(one_in) == 0; }
    char pick(byte_view types) { return types[below(static_cast<std::uint32_t>(types.size()))]; }

    void attribute(std::string& out, test::fed_frame& frame)
    {
        frame.has_attribute = true;
        value(out, '|', 1);
    }

    void line(std::string& out, test::fed_frame& frame)
    {
        frame.line = std::string(below(63), 'x');
        out += frame.type + frame.line + "\r\n";
    }

    void array(std::string& out, test::fed_frame& frame)
    {
        auto const count = below(6);
        frame.top_count = count;
        out += frame.type + std::to_string(count) + "\r\n";
        for (std::uint32_t i = 0; i < count; ++i) {
            if (chance(4)) value(out, pick(">|"), 2);
            auto const type = pick("$$++::*%~_,=");
            auto const begin = out.size();
            value(out, type, 3);
            auto const element = byte_view(out).substr(begin + 1);
            auto const line_end = element.find('\r');
            if (i == 0 && type == '+') frame.kind = element.substr(0, line_end);
            if (i == 0 && type == '$')
                frame.kind = element.substr(line_end + 2, element.size() - line_end - 4);
            if (i == 2 && type == ':') frame.third = std::stoll(std::string(element));
        }
        if (frame.kind.size() > 16) frame.kind.clear();
    }

    /// Any value of the given type; aggregates hold some of lesser depth.
    void value(std::string& out, char type, std::uint32_t depth)
    {
        std::uint32_t const count = depth == 0 ? 0 : below(4);
        switch (type) {
        case ':':
            out += ":" + std::to_string(static_cast<int>(below(2'000)) - 1'000) + "\r\n";
            return;
        case '_': out += "_\r\n"; return;
        case '#': out += "#t\r\n"; return;
        case ',':
        case '(': out += type + std::string("1") + "\r\n"; return;
        case '+':
        case '-': out += type + std::string(below(20), 'k') + "\r\n"; return;
        case '$':
        case '=':
        case '!': {
            auto const body = std::string(below(20), pick("\r\nb:"));
            out += type + std::to_string(body.size()) + "\r\n" + body + "\r\n";
            return;
        }
        default: break;
        }
        last_count_ = count;
        out += type + std::to_string(count) + "\r\n";
        auto const elements = type == '%' || type == '|' ? 2 * count : count;
        for (std::uint32_t i = 0; i < elements; ++i) {
            if (depth > 1 && chance(9)) value(out, pick(">|"), depth - 1);
            value(out, pick(":$*+_%~="), depth - 1);
        }
        last_count_ = count;
    }

    std::mt19937 random_;
    std::uint32_t last_count_ = 0;
};

TEST(ReplyFramer, FindsWhatIsInRandomReplies)
{
    for (std::uint32_t seed = 0; seed < 40; ++seed) {
        random_replies replies(seed);
        std::string bytes;
        std::vector<test::fed_frame> expected(20);
        for (auto& frame : expected)
            frame = replies.next(bytes);
        test::for_some_splits(bytes, [&](test::pieces const& cut) {
            test::reply_feed feed(seed % 2 == 0);
            for (auto const piece : cut)
                feed.feed(piece);
            ASSERT_EQ(feed.result().error, "")
                << "seed " << seed << ", cut " << test::to_string(cut);
            ASSERT_EQ(feed.result().frames, expected)
                << "seed " << seed << ", cut " << test::to_string(cut);
        });
    }
}

}  // namespace
}  // namespace respguard
