// The query of an HTTP target.
#pragma once

#include <string>
#include <string_view>

namespace respguard::terminal {

/// "/events" and what was added: "/events?type=storm&limit=5".
class query {
public:
    explicit query(std::string path) : text_(std::move(path)) {}

    /// What may not stand in a query is written as %XX. An empty value is not added.
    query& add(std::string_view name, std::string_view value);

    [[nodiscard]] std::string const& text() const noexcept { return text_; }

private:
    std::string text_;
    bool any_ = false;
};

}  // namespace respguard::terminal
