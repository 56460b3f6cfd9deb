#include "terminal/screen.hpp"

#include <cstdint>
#include <cstdio>
#include <curses.h>
#include <unistd.h>

namespace respguard::terminal {

namespace {

/// Esc alone is a key here; the rest of a function key comes sooner than this, also over SSH.
constexpr int escape_delay_ms = 100;

top_key key_of(int code) noexcept
{
    switch (code) {
    case KEY_BTAB: return top_key::back_tab;
    case KEY_UP: return top_key::up;
    case KEY_DOWN: return top_key::down;
    case KEY_PPAGE: return top_key::page_up;
    case KEY_NPAGE: return top_key::page_down;
    case KEY_HOME: return top_key::home;
    case KEY_F(1): return top_key::f1;
    case KEY_F(3): return top_key::f3;
    case KEY_F(4): return top_key::f4;
    case KEY_F(10): return top_key::f10;
    case KEY_BACKSPACE:
    case 127: return top_key::backspace;
    case '\r':
    case KEY_ENTER: return top_key::enter;
    default: break;
    }
    return code > 0 && code < 127 ? static_cast<top_key>(code) : top_key::none;
}

/// Without it ("dumb") each refresh would be one more page.
bool can_move_cursor() noexcept
{
    auto const* const how = ::tigetstr("cup");
    // X/Open: -1 for what is no string.
    return how != nullptr && reinterpret_cast<std::intptr_t>(how) != -1;
}

int attribute_of(line_style style) noexcept
{
    switch (style) {
    case line_style::plain: return static_cast<int>(A_NORMAL);
    case line_style::bold: return static_cast<int>(A_BOLD);
    case line_style::reverse: return static_cast<int>(A_REVERSE);
    }
    return 0;
}

}  // namespace

screen::screen()
{
    if (::isatty(STDOUT_FILENO) == 0 || ::isatty(STDIN_FILENO) == 0) return;
    // Not initscr(): that ends the process if it does not know the terminal.
    if (::newterm(nullptr, stdout, stdin) == nullptr) return;
    there_ = can_move_cursor();
    if (!there_) {
        ::endwin();
        return;
    }
    ::cbreak();
    ::noecho();
    ::keypad(stdscr, TRUE);
    ::set_escdelay(escape_delay_ms);
    ::curs_set(0);
}

screen::~screen()
{
    if (there_) ::endwin();
}

std::size_t screen::width() const noexcept { return static_cast<std::size_t>(getmaxx(stdscr)); }

std::size_t screen::height() const noexcept { return static_cast<std::size_t>(getmaxy(stdscr)); }

void screen::draw(std::vector<styled_line> const& lines)
{
    ::erase();
    int row = 0;
    for (auto const& line : lines) {
        ::attrset(attribute_of(line.style));
        // The last column of the last row: some terminals would scroll, so ncurses reports an error
        // there that is none.
        (void)::mvaddstr(row++, 0, line.text.c_str());
    }
    ::refresh();
}

top_key screen::wait(std::chrono::milliseconds at_most)
{
    ::timeout(static_cast<int>(at_most.count()));
    return key_of(::getch());
}

}  // namespace respguard::terminal
