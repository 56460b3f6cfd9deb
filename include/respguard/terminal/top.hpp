// `respguard top`: a screen that refreshes itself.
#pragma once

#include "respguard/net/endpoint.hpp"

#include <cstddef>
#include <string>

namespace respguard::terminal {

/// Takes the terminal over until a key, INT or TERM ends it. Blocks.
///
/// @return What went wrong; empty: it was ended by its user.
[[nodiscard]] std::string run_top(net::endpoint const& where);

/// One screen as text, a second after the first look: for logs, and where there is no terminal.
///
/// @param keys Pressed before that, as characters.
/// @return problem: not empty if the guard was not reached; `into` is left alone then.
[[nodiscard]] std::string top_once(net::endpoint const& where, std::string const& keys,
                                   std::size_t width, std::size_t height, std::string& into);

}  // namespace respguard::terminal
