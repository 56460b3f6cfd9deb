// Patterns of names and values: Redis's own glob rules, ASCII letter case ignored.
#pragma once

#include "respguard/base/bytes.hpp"
#include "respguard/base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace respguard::policy {

/// `*`, `?`, `[a-z]`, `[^a-z]`, `\x` as redis 7.0.15 util.c stringmatchlen reads them. Matching
/// takes at most pattern times text steps whatever both hold: the text comes from a client.
class glob {
public:
    /// @return problem for an open or empty class and for a `\` at the end: surely not meant.
    [[nodiscard]] static parsed<glob> parse(std::string_view pattern);

    [[nodiscard]] bool matches(byte_view text) const noexcept
    {
        if (is_literal() && text.size() != text_.size()) return false;
        return matches_bytes(text);
    }

    /// True if the pattern has no special character: text() is all that it matches.
    [[nodiscard]] bool is_literal() const noexcept { return kind_ == kind::literal; }
    /// True if it is made of `*` alone.
    [[nodiscard]] bool matches_everything() const noexcept { return kind_ == kind::everything; }
    /// In lower case; of a literal without its backslashes.
    [[nodiscard]] std::string const& text() const noexcept { return text_; }

private:
    enum class kind : std::uint8_t { literal, everything, pattern };

    [[nodiscard]] bool matches_bytes(byte_view text) const noexcept;

    glob(kind k, std::string text) : text_(std::move(text)), kind_(k) {}

    std::string text_;
    kind kind_;
};

}  // namespace respguard::policy
