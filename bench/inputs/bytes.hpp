// Requests and replies that the benchmarks of the data path play.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace respguard::bench {

inline constexpr std::size_t read_bytes = 64 * 1024;  // The relay's buffer.

inline std::string request(std::vector<std::string> const& arguments)
{
    std::string bytes = "*" + std::to_string(arguments.size()) + "\r\n";
    for (auto const& argument : arguments) {
        bytes += "$" + std::to_string(argument.size()) + "\r\n" + argument + "\r\n";
    }
    return bytes;
}

/// A BullMQ job being moved: 9 keys, 11 arguments.
inline std::string evalsha()
{
    std::vector<std::string> arguments{"EVALSHA", std::string(40, 'a'), "9"};
    for (int i = 0; i < 20; ++i) {
        arguments.push_back("bull:queue:" + std::to_string(i * 37) + ":wait");
    }
    return request(arguments);
}

inline std::string array_of_40()
{
    std::string bytes = "*40\r\n";
    for (int i = 0; i < 20; ++i)
        bytes += "$5\r\nfield\r\n:12345\r\n";
    return bytes;
}

inline std::string bulk(std::size_t size)
{
    return "$" + std::to_string(size) + "\r\n" + std::string(size, 'x') + "\r\n";
}

/// As many as fit in one read.
inline std::string repeated(std::string const& one)
{
    std::string bytes = one;
    while (bytes.size() + one.size() <= read_bytes)
        bytes += one;
    return bytes;
}

}  // namespace respguard::bench
