// The whole terminal, through ncurses: it knows the terminals there are, and sends over SSH only
// what has changed.
#pragma once

#include <chrono>
#include <cstddef>
#include <vector>

#include "terminal/top_view.hpp"

namespace respguard::terminal {

/// One at a time: ncurses has one state for the process. Uses bold and reverse only, no colour.
class screen {
public:
    /// Takes the terminal over, in the locale of the process.
    screen();
    /// Gives it back as it was.
    ~screen();
    screen(screen const&) = delete;
    screen& operator=(screen const&) = delete;

    /// False: there is no terminal, or it can not be drawn on; nothing else may be called then.
    [[nodiscard]] bool is_there() const noexcept { return there_; }
    [[nodiscard]] std::size_t width() const noexcept;
    [[nodiscard]] std::size_t height() const noexcept;
    void draw(std::vector<styled_line> const& lines);
    /// Waits so long for a key, or until the terminal has another size; none if there was none.
    [[nodiscard]] top_key wait(std::chrono::milliseconds at_most);

private:
    bool there_ = false;
};

}  // namespace respguard::terminal
