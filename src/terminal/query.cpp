#include "respguard/terminal/query.hpp"

#include <fmt/format.h>

namespace respguard::terminal {

namespace {

/// Letters, digits and what RFC 3986 leaves alone, and the comma between several values.
bool stays(char c) noexcept
{
    bool const letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return letter || (c >= '0' && c <= '9') ||
           std::string_view("-._~,").find(c) != std::string::npos;
}

}  // namespace

query& query::add(std::string_view name, std::string_view value)
{
    if (value.empty()) return *this;
    text_ += any_ ? '&' : '?';
    any_ = true;
    text_.append(name).append("=");
    for (char const c : value) {
        if (stays(c)) {
            text_ += c;
        } else {
            text_ += fmt::format("%{:02X}", static_cast<unsigned char>(c));
        }
    }
    return *this;
}

}  // namespace respguard::terminal
