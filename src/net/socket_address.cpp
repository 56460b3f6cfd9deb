#include "respguard/net/socket_address.hpp"

#include <fmt/format.h>

#include <arpa/inet.h>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstring>
#include <memory>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/un.h>

namespace respguard::net {

namespace {

parsed<std::vector<socket_address>> resolve_unix(std::string const& path)
{
    sockaddr_un un{};
    un.sun_family = AF_UNIX;
    if (path.size() >= sizeof un.sun_path) {
        return problem{fmt::format("unix socket path is longer than {} bytes: {}",
                                   sizeof un.sun_path - 1, path)};
    }
    std::memcpy(un.sun_path, path.data(), path.size());
    socket_address address;
    std::memcpy(&address.storage, &un, sizeof un);
    address.size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size() + 1);
    return std::vector{address};
}

/// For every client that comes: inet_ntop() and fmt take ten times as long.
std::string ipv4_text(sockaddr_storage const& address)
{
    sockaddr_in in{};
    std::memcpy(&in, &address, sizeof in);
    std::array<unsigned char, 4> bytes{};
    std::memcpy(bytes.data(), &in.sin_addr, bytes.size());
    std::array<char, INET_ADDRSTRLEN + 6> text;  // A colon and five digits more.
    char* at = text.data();
    char* const end = at + text.size();
    for (unsigned char const byte : bytes) {
        at = std::to_chars(at, end, byte).ptr;
        *at++ = '.';
    }
    at[-1] = ':';
    at = std::to_chars(at, end, ntohs(in.sin_port)).ptr;
    return {text.data(), at};
}

}  // namespace

std::string socket_address::to_string() const
{
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (storage.ss_family == AF_INET) return ipv4_text(storage);
    if (storage.ss_family == AF_INET6) {
        sockaddr_in6 in{};
        std::memcpy(&in, &storage, sizeof in);
        ::inet_ntop(AF_INET6, &in.sin6_addr, text.data(), text.size());
        return fmt::format("[{}]:{}", text.data(), ntohs(in.sin6_port));
    }
    if (storage.ss_family == AF_UNIX && size > offsetof(sockaddr_un, sun_path)) {
        sockaddr_un un{};
        std::memcpy(&un, &storage, sizeof un);
        return fmt::format("unix:{}", un.sun_path);
    }
    return "unix:";  // The peer of a unix socket usually has no name.
}

bool is_numeric(endpoint const& where)
{
    if (where.kind == endpoint::family::unix_socket) return true;
    in6_addr ignored{};
    return ::inet_pton(AF_INET, where.host.c_str(), &ignored) == 1 ||
           ::inet_pton(AF_INET6, where.host.c_str(), &ignored) == 1;
}

parsed<std::vector<socket_address>> resolve(endpoint const& where)
{
    if (where.kind == endpoint::family::unix_socket) return resolve_unix(where.path);

    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_NUMERICSERV | (is_numeric(where) ? AI_NUMERICHOST : 0);
    addrinfo* list = nullptr;
    int const failure =
        ::getaddrinfo(where.host.c_str(), std::to_string(where.port).c_str(), &hints, &list);
    if (failure != 0) {
        return problem{fmt::format("{}: {}", where.to_string(), ::gai_strerror(failure))};
    }
    std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> const owner(list, &::freeaddrinfo);
    std::vector<socket_address> found;
    for (addrinfo const* i = list; i != nullptr; i = i->ai_next) {
        socket_address address;
        std::memcpy(&address.storage, i->ai_addr, i->ai_addrlen);
        address.size = i->ai_addrlen;
        found.push_back(address);
    }
    return found;
}

}  // namespace respguard::net
