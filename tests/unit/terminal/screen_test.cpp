#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <pty.h>
#include <string>
#include <unistd.h>

#include "terminal/screen.hpp"

namespace respguard::terminal {
namespace {

/// A terminal in the place of standard input and output, and both back at the end.
class Screen : public testing::Test {
protected:
    Screen()
    {
        ::setenv("TERM", "vt100", 1);
        winsize const size{10, 40, 0, 0};
        EXPECT_EQ(::openpty(&outside_, &inside_, nullptr, nullptr, &size), 0);
        std::fflush(stdout);
        saved_in_ = ::dup(STDIN_FILENO);
        saved_out_ = ::dup(STDOUT_FILENO);
        ::dup2(inside_, STDIN_FILENO);
        ::dup2(inside_, STDOUT_FILENO);
    }
    ~Screen() override { restore(); }
    Screen(Screen const&) = delete;
    Screen& operator=(Screen const&) = delete;

    /// From here on failures can be seen.
    void restore()
    {
        if (saved_in_ < 0) return;
        std::fflush(stdout);
        ::dup2(saved_in_, STDIN_FILENO);
        ::dup2(saved_out_, STDOUT_FILENO);
        for (int const fd : {saved_in_, saved_out_, inside_})
            ::close(fd);
        saved_in_ = -1;
    }

    /// What was drawn.
    [[nodiscard]] std::string output() const
    {
        ::fcntl(outside_, F_SETFL, O_NONBLOCK);
        std::string out;
        std::array<char, 4'096> chunk{};
        for (ssize_t got = 0; (got = ::read(outside_, chunk.data(), chunk.size())) > 0;)
            out.append(chunk.data(), static_cast<std::size_t>(got));
        return out;
    }

    int outside_ = -1;

private:
    int inside_ = -1;
    int saved_in_ = -1;
    int saved_out_ = -1;
};

TEST_F(Screen, DrawsLinesAndReadsKeys)
{
    std::size_t width = 0;
    std::size_t height = 0;
    top_key key{};
    top_key none{};
    ssize_t typed = 0;
    {
        screen terminal;
        if (terminal.is_there()) {
            width = terminal.width();
            height = terminal.height();
            terminal.draw({{"first line", line_style::bold}, {"second", line_style::reverse}});
            typed = ::write(outside_, "q", 1);
            key = terminal.wait(std::chrono::seconds(10));
            none = terminal.wait(std::chrono::milliseconds(1));
        }
    }
    auto const drawn = output();
    restore();
    EXPECT_EQ(typed, 1);
    EXPECT_EQ(width, 40U);
    EXPECT_EQ(height, 10U);
    EXPECT_NE(drawn.find("first line"), std::string::npos);
    EXPECT_EQ(key, top_key{'q'});
    EXPECT_EQ(none, top_key::none);
}

TEST_F(Screen, IsNotThereWhereTheCursorCanNotBeMoved)
{
    ::setenv("TERM", "dumb", 1);
    bool const is_there = screen().is_there();
    restore();
    EXPECT_FALSE(is_there);
}

TEST(ScreenWithoutATerminal, IsNotThere)
{
    if (::isatty(STDIN_FILENO) != 0 && ::isatty(STDOUT_FILENO) != 0) GTEST_SKIP();
    EXPECT_FALSE(screen().is_there());
}

}  // namespace
}  // namespace respguard::terminal
