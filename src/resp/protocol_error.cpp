#include "respguard/resp/protocol_error.hpp"

#include <cassert>

namespace respguard::resp {

std::string to_reply(protocol_error const& error)
{
    using code = protocol_error::code;
    assert(error.what != code::none && "ask request_parser::error() only after malformed");
    std::string reply = "-ERR Protocol error: ";
    switch (error.what) {
    case code::none: break;
    case code::too_big_multibulk_count: reply += "too big mbulk count string"; break;
    case code::too_big_bulk_count: reply += "too big bulk count string"; break;
    case code::invalid_multibulk_length: reply += "invalid multibulk length"; break;
    case code::invalid_bulk_length: reply += "invalid bulk length"; break;
    case code::expected_dollar:
        reply += "expected '$', got '";
        reply += error.got;
        reply += '\'';
        break;
    case code::too_big_inline: reply += "too big inline request"; break;
    case code::unbalanced_quotes: reply += "unbalanced quotes in request"; break;
    }
    return reply += "\r\n";
}

char const* to_string(protocol_error::code code) noexcept
{
    switch (code) {
    case protocol_error::code::none: return "none";
    case protocol_error::code::too_big_multibulk_count: return "too_big_multibulk_count";
    case protocol_error::code::too_big_bulk_count: return "too_big_bulk_count";
    case protocol_error::code::invalid_multibulk_length: return "invalid_multibulk_length";
    case protocol_error::code::invalid_bulk_length: return "invalid_bulk_length";
    case protocol_error::code::expected_dollar: return "expected_dollar";
    case protocol_error::code::too_big_inline: return "too_big_inline";
    case protocol_error::code::unbalanced_quotes: return "unbalanced_quotes";
    }
    return "unknown";
}

}  // namespace respguard::resp
