// Whether the quick look at a request says what the parser says.
#pragma once

#include "respguard/resp/request_parser.hpp"

#include <string>

#include "support/exact_block.hpp"

namespace respguard::test {

/// What read_plain() says of the request at the beginning of `bytes`.
enum class quick_look : unsigned char {
    left_to_parser,
    right,
    wrong,  ///< It found another request than parse(), or changed other bytes.
};

[[nodiscard]] inline quick_look look_quickly(byte_view bytes, resp::request_limits const& limits)
{
    resp::request_parser parser(limits);
    resp::request_parser::plain_request plain;
    exact_block seen(bytes);
    bool const is_plain = parser.read_plain(seen.span(), plain);
    exact_block parsed(bytes);
    if (!parser.idle()) return quick_look::wrong;
    auto const what = parser.parse(parsed.span());
    if (!is_plain) {
        // What it may have overwritten does not change what parse() finds.
        resp::request_parser again(limits);
        bool const same = again.parse(seen.span()) == what;
        return same && seen.view() == parsed.view() ? quick_look::left_to_parser
                                                    : quick_look::wrong;
    }
    bool same = what == resp::request_parser::status::complete && seen.view() == parsed.view() &&
                parser.size_bytes() == plain.size_bytes &&
                parser.argument_count() == plain.argument_count &&
                parser.leading_count() == plain.leading_count();
    for (std::size_t i = 0; same && i < plain.leading_count(); ++i) {
        same = parser.leading(i).offset == plain.leading[i].offset &&
               parser.leading(i).size == plain.leading[i].size;
    }
    return same ? quick_look::right : quick_look::wrong;
}

}  // namespace respguard::test
