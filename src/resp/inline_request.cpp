#include "respguard/resp/inline_request.hpp"

#include <algorithm>
#include <cstddef>

namespace respguard::resp {
namespace {

constexpr byte_view skipped_blanks = " \t\n\v\f\r";  // isspace() in the C locale.
constexpr byte_view token_ends = " \t\n\r";          // Redis does not end a bare token at \v or \f.

[[nodiscard]] int hex_digit(char c) noexcept
{
    if (c >= '0' && c <= '9') return c - '0';
    if (auto const lower = to_lower(c); lower >= 'a' && lower <= 'f') return lower - 'a' + 10;
    return -1;
}

/// Takes one argument after the other off an inline line (redis 7.0.15 sds.c sdssplitargs).
class tokenizer {
public:
    enum class found : std::uint8_t { token, end, unbalanced };

    explicit tokenizer(byte_view line) noexcept : rest_(line) {}

    /// Appends the next argument, without its quotes, to `out`.
    [[nodiscard]] found next(std::string& out)
    {
        rest_.remove_prefix(std::min(rest_.find_first_not_of(skipped_blanks), rest_.size()));
        if (rest_.empty()) return found::end;

        auto const bare = rest_.substr(0, rest_.find_first_of(" \t\n\r\"'"));
        out += bare;
        rest_.remove_prefix(bare.size());
        if (rest_.empty() || token_ends.find(rest_.front()) != byte_view::npos) return found::token;

        char const quote = rest_.front();
        rest_.remove_prefix(1);
        bool const closed = quote == '"' ? take_double_quoted(out) : take_single_quoted(out);
        // A token ends with its closing quote: `a"b"c` is an error, not one argument.
        if (!closed || !at_blank_or_end()) return found::unbalanced;
        return found::token;
    }

private:
    [[nodiscard]] bool at_blank_or_end() const noexcept
    {
        return rest_.empty() || skipped_blanks.find(rest_.front()) != byte_view::npos;
    }

    /// @return false if the line ends before the closing quote.
    [[nodiscard]] bool take_single_quoted(std::string& out)
    {
        while (!rest_.empty()) {
            if (rest_.front() == '\'') return rest_.remove_prefix(1), true;
            if (rest_.starts_with("\\'")) rest_.remove_prefix(1);
            out += rest_.front();
            rest_.remove_prefix(1);
        }
        return false;
    }

    /// @return false if the line ends before the closing quote.
    [[nodiscard]] bool take_double_quoted(std::string& out)
    {
        while (!rest_.empty()) {
            if (rest_.front() == '"') return rest_.remove_prefix(1), true;
            if (rest_.front() == '\\' && rest_.size() > 1) {
                out += take_escape();
                continue;
            }
            out += rest_.front();
            rest_.remove_prefix(1);
        }
        return false;
    }

    /// rest_ starts with a backslash and one byte more.
    [[nodiscard]] char take_escape() noexcept
    {
        if (rest_.size() >= 4 && rest_[1] == 'x') {
            int const high = hex_digit(rest_[2]);
            int const low = hex_digit(rest_[3]);
            if (high >= 0 && low >= 0) {
                rest_.remove_prefix(4);
                return static_cast<char>(high * 16 + low);
            }
        }
        char const escaped = rest_[1];
        rest_.remove_prefix(2);
        switch (escaped) {
        case 'n': return '\n';
        case 'r': return '\r';
        case 't': return '\t';
        case 'b': return '\b';
        case 'a': return '\a';
        default: return escaped;
        }
    }

    byte_view rest_;
};

/// Puts "*2\r\n" or "$3\r\n" in front of what was appended to `out` from `begin` on.
void insert_header(std::string& out, std::size_t begin, char type, std::size_t number)
{
    out.insert(begin, type + std::to_string(number) + "\r\n");
}

}  // namespace

inline_status append_canonical(byte_view line, std::string& out)
{
    auto const begin = out.size();
    std::size_t count = 0;
    for (tokenizer tokens(line);;) {
        auto const argument = out.size();
        auto const found = tokens.next(out);
        if (found == tokenizer::found::end) break;
        if (found == tokenizer::found::unbalanced) {
            out.resize(begin);
            return inline_status::unbalanced_quotes;
        }
        // Sizes come in front and are known behind. Moving the argument costs less than reading it
        // twice, and the line is short.
        insert_header(out, argument, '$', out.size() - argument);
        out += "\r\n";
        ++count;
    }
    if (count == 0) return inline_status::blank;
    insert_header(out, begin, '*', count);
    return inline_status::request;
}

}  // namespace respguard::resp
