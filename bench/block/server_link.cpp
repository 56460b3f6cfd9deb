#include "server_link.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <poll.h>
#include <sys/socket.h>

#include "load.hpp"
#include "reply.hpp"

namespace respguard::bench {
namespace {

void wait_for(int fd, short events)
{
    constexpr std::chrono::milliseconds patience = reply_timeout;
    pollfd waiting{fd, events, 0};
    if (::poll(&waiting, 1, static_cast<int>(patience.count())) == 0) {
        throw bench_failure("the server does not answer");
    }
}

}  // namespace

std::string server_link::ask(std::vector<std::string_view> const& args)
{
    std::string const request = encode_request(args);
    for (std::string_view rest = request; !rest.empty();) {
        ssize_t const n = ::send(fd_.get(), rest.data(), rest.size(), MSG_NOSIGNAL);
        if (n > 0) rest.remove_prefix(static_cast<std::size_t>(n));
        if (n < 0 && errno != EAGAIN) throw_errno("send to the server");
        if (n < 0) wait_for(fd_.get(), POLLOUT);
    }
    std::string reply;
    std::array<char, 65'536> piece;
    while (frame_size(reply) == 0) {
        wait_for(fd_.get(), POLLIN);
        ssize_t const n = ::recv(fd_.get(), piece.data(), piece.size(), 0);
        if (n == 0) throw bench_failure("the server closed the connection");
        if (n > 0) reply.append(piece.data(), static_cast<std::size_t>(n));
        if (n < 0 && errno != EAGAIN) throw_errno("receive from the server");
    }
    if (reply.front() == '-') throw bench_failure("the server says: " + printable(reply));
    return reply;
}

std::string server_link::ask_bulk(std::vector<std::string_view> const& args)
{
    std::string reply = ask(args);
    auto const header_end = reply.find("\r\n");
    bool const is_bulk = reply.front() == '$' && reply.size() >= header_end + 4;
    if (!is_bulk) throw bench_failure("the server gave no bulk string: " + printable(reply));
    return reply.substr(header_end + 2, reply.size() - header_end - 4);
}

}  // namespace respguard::bench
