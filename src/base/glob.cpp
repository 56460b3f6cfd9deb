#include "respguard/base/glob.hpp"

#include <algorithm>
#include <utility>

namespace respguard {

namespace {

/// Position behind the class that starts at `at` (a `[`), npos if it has no end.
std::size_t class_end(std::string_view pattern, std::size_t at) noexcept
{
    std::size_t i = at + 1;
    if (i < pattern.size() && pattern[i] == '^') ++i;
    for (; i < pattern.size(); ++i) {
        if (pattern[i] == '\\') {
            ++i;
        } else if (pattern[i] == ']') {
            return i + 1;
        }
    }
    return std::string_view::npos;
}

/// `members` is what stands between the brackets.
bool class_has(std::string_view members, char c) noexcept
{
    bool const negated = !members.empty() && members.front() == '^';
    if (negated) members.remove_prefix(1);
    bool found = false;
    while (!members.empty()) {
        if (members[0] == '\\' && members.size() > 1) {
            found = found || members[1] == c;
            members.remove_prefix(2);
        } else if (members.size() > 2 && members[1] == '-') {
            auto const [low, high] = std::minmax(members[0], members[2]);
            found = found || (c >= low && c <= high);
            members.remove_prefix(3);
        } else {
            found = found || members[0] == c;
            members.remove_prefix(1);
        }
    }
    return found != negated;
}

/// One step of the pattern that is not `*`: does it take `c`, and how long is it?
struct one {
    bool takes = false;
    std::size_t size = 1;
};

one match_one(std::string_view pattern, char c) noexcept
{
    switch (pattern.front()) {
    case '?': return {true, 1};
    case '\\': return {pattern[1] == c, 2};
    case '[': {
        std::size_t const size = class_end(pattern, 0);
        return {class_has(pattern.substr(1, size - 2), c), size};
    }
    default: return {pattern.front() == c, 1};
    }
}

/// What stands in front of the first special character.
byte_view prefix_of(byte_view pattern) noexcept
{
    return pattern.substr(0, std::min(pattern.find_first_of("*?[\\"), pattern.size()));
}

problem bad_pattern(std::string_view pattern, std::string_view why)
{
    return {"pattern '" + std::string(pattern) + "' " + std::string(why)};
}

}  // namespace

parsed<glob> glob::parse(std::string_view pattern, letter_case how)
{
    auto const folded = [how](std::string_view text) {
        return how == letter_case::matters ? std::string(text) : lowered(text);
    };
    std::string literal;
    bool special = false;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        char const c = pattern[i];
        if (c == '[') {
            std::size_t const end = class_end(pattern, i);
            if (end == std::string_view::npos) return bad_pattern(pattern, "has a '[' without ']'");
            if (end - i == 2) return bad_pattern(pattern, "has an empty class '[]'");
            i = end - 1;
        } else if (c == '\\') {
            if (++i == pattern.size()) return bad_pattern(pattern, "ends in a '\\'");
            literal += pattern[i];
            continue;
        }
        special = special || c == '*' || c == '?' || c == '[';
        literal += c;
    }
    if (!special) return glob(kind::literal, folded(literal), how);
    bool const stars = pattern.find_first_not_of('*') == std::string_view::npos;
    return glob(stars ? kind::everything : kind::pattern, folded(pattern), how);
}

byte_view glob::literal_prefix() const noexcept
{
    return is_literal() ? byte_view(text_) : prefix_of(text_);
}

bool glob::contains(byte_view pattern) const noexcept
{
    if (matches_everything()) return true;
    if (!is_literal() && pattern == text_) return true;
    byte_view const own = prefix_of(text_);
    if (is_literal() || own.size() + 1 != text_.size() || text_.back() != '*') return false;
    byte_view const theirs = prefix_of(pattern);
    return exact_ ? theirs.starts_with(own)
                  : theirs.size() >= own.size() && equals_lower(theirs.substr(0, own.size()), own);
}

bool glob::may_overlap(byte_view pattern) const noexcept
{
    byte_view const own = literal_prefix();
    byte_view const theirs = prefix_of(pattern);
    for (std::size_t i = 0; i < std::min(own.size(), theirs.size()); ++i) {
        if (own[i] != read(theirs[i])) return false;
    }
    return true;
}

bool glob::matches_bytes(byte_view text) const noexcept
{
    if (kind_ == kind::literal) return exact_ ? text == text_ : equals_lower(text, text_);
    if (kind_ == kind::everything) return true;
    // Only the last star needs another try: what stood before it has matched as early as possible.
    std::string_view const pattern = text_;
    std::size_t p = 0;
    std::size_t t = 0;
    std::size_t behind_star = std::string_view::npos;
    std::size_t star_text = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            behind_star = ++p;
            star_text = t;
            continue;
        }
        one step;
        if (p < pattern.size()) step = match_one(pattern.substr(p), read(text[t]));
        if (step.takes) {
            p += step.size;
            ++t;
        } else if (behind_star != std::string_view::npos) {
            p = behind_star;
            t = ++star_text;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*')
        ++p;
    return p == pattern.size();
}

}  // namespace respguard
