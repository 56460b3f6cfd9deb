// Requests as real clients write them.
#pragma once

#include "respguard/base/bytes.hpp"

#include <initializer_list>
#include <string>

namespace respguard::test {

/// One canonical request: request({"SET", "a", "b"}).
[[nodiscard]] inline std::string request(std::initializer_list<byte_view> arguments)
{
    std::string bytes = "*" + std::to_string(arguments.size()) + "\r\n";
    for (byte_view const argument : arguments) {
        bytes += "$" + std::to_string(argument.size()) + "\r\n";
        bytes += argument;
        bytes += "\r\n";
    }
    return bytes;
}

/// A bulk string, as in replies.
[[nodiscard]] inline std::string bulk(byte_view text)
{
    return "$" + std::to_string(text.size()) + "\r\n" + std::string(text) + "\r\n";
}

/// "*3\r\n$9\r\nsubscribe\r\n...": `type` is '*' in RESP2 and '>' in RESP3.
[[nodiscard]] inline std::string confirmation(char type, byte_view kind, byte_view channel,
                                              int total)
{
    return std::string(1, type) + "3\r\n" + bulk(kind) + bulk(channel) + ":" +
           std::to_string(total) + "\r\n";
}

/// A pub/sub message.
[[nodiscard]] inline std::string message(char type, byte_view channel, byte_view text)
{
    return std::string(1, type) + "3\r\n" + bulk("message") + bulk(channel) + bulk(text);
}

}  // namespace respguard::test
