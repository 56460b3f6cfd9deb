// What follows the type byte of an element of a reply.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace respguard::resp {

enum class reply_form : std::uint8_t {
    unknown,    ///< Not a type byte (`;` is one only inside a streamed string).
    text,       ///< A line of any length: `+` `-` `,` `(`.
    constant,   ///< A line with one of few texts: `_` `#` `.`.
    integer,    ///< A number: `:`.
    bulk,       ///< A length, so many bytes and CR LF: `$` `=` `!`.
    aggregate,  ///< A count and so many elements, or twice as many: `*` `~` `%` `>` `|`.
};

/// A table, because the branches of a switch are hard to foretell in a reply of mixed elements.
inline constexpr auto reply_forms = [] {
    std::array<reply_form, 256> forms{};
    auto const set = [&forms](char const* types, reply_form form) {
        for (; *types != '\0'; ++types)
            forms[static_cast<unsigned char>(*types)] = form;
    };
    set("+-,(", reply_form::text);
    set("_#.", reply_form::constant);
    set(":", reply_form::integer);
    set("$=!", reply_form::bulk);
    set("*~%>|", reply_form::aggregate);
    return forms;
}();

[[nodiscard]] constexpr reply_form reply_form_of(char type) noexcept
{
    return reply_forms[static_cast<unsigned char>(type)];
}

}  // namespace respguard::resp
