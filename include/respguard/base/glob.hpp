// Patterns of names, values and keys: Redis's own glob rules.
#pragma once

#include "respguard/base/bytes.hpp"
#include "respguard/base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace respguard {

/// ASCII letters: of names and values their case is ignored, of keys it matters.
enum class letter_case : std::uint8_t { ignored, matters };

/// `*`, `?`, `[a-z]`, `[^a-z]`, `\x` as redis 7.0.15 util.c stringmatchlen reads them. Matching
/// takes at most pattern times text steps whatever both hold: the text comes from a client.
class glob {
public:
    /// @return problem for an open or empty class and for a `\` at the end: surely not meant.
    [[nodiscard]] static parsed<glob> parse(std::string_view pattern,
                                            letter_case how = letter_case::ignored);

    [[nodiscard]] bool matches(byte_view text) const noexcept
    {
        if (is_literal() && text.size() != text_.size()) return false;
        return matches_bytes(text);
    }

    /// True if the pattern has no special character: text() is all that it matches.
    [[nodiscard]] bool is_literal() const noexcept { return kind_ == kind::literal; }
    /// True if it is made of `*` alone.
    [[nodiscard]] bool matches_everything() const noexcept { return kind_ == kind::everything; }
    /// In lower case unless case matters; of a literal without its backslashes.
    [[nodiscard]] std::string const& text() const noexcept { return text_; }

    /// True if whatever `pattern` (another glob, as sent by a client) matches is matched by this
    /// one, too. Only sees it where this glob is `prefix*` or both are the same.
    [[nodiscard]] bool contains(byte_view pattern) const noexcept;
    /// False if no text can be matched by both.
    [[nodiscard]] bool may_overlap(byte_view pattern) const noexcept;

private:
    enum class kind : std::uint8_t { literal, everything, pattern };

    [[nodiscard]] bool matches_bytes(byte_view text) const noexcept;

    glob(kind k, std::string text, letter_case how)
        : text_(std::move(text)), kind_(k), exact_(how == letter_case::matters)
    {
    }
    [[nodiscard]] char read(char c) const noexcept { return exact_ ? c : to_lower(c); }
    [[nodiscard]] byte_view literal_prefix() const noexcept;

    std::string text_;
    kind kind_;
    bool exact_;
};

}  // namespace respguard
