#include "admin/listening_socket.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/socket_base.hpp>

#include <algorithm>
#include <cstring>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <utility>

namespace respguard::admin {

namespace asio = boost::asio;
using boost::system::error_code;
using generic_endpoint = asio::generic::stream_protocol::endpoint;

namespace {

bool is_socket(std::string const& path)
{
    struct stat found {};
    return ::lstat(path.c_str(), &found) == 0 && S_ISSOCK(found.st_mode);
}

}  // namespace

listening_socket::listening_socket(asio::any_io_executor const& executor) : acceptor_(executor) {}

listening_socket::~listening_socket() { close(); }

error_code listening_socket::open(net::endpoint const& where)
{
    auto const ec =
        where.kind == net::endpoint::family::tcp ? open_tcp(where) : open_unix(where.path);
    if (ec) close();
    return ec;
}

error_code listening_socket::open_tcp(net::endpoint const& where)
{
    error_code ec;
    asio::ip::tcp::resolver resolver(acceptor_.get_executor());
    auto const found = resolver.resolve(where.host, std::to_string(where.port),
                                        asio::ip::tcp::resolver::passive, ec);
    if (ec) return ec;
    if (found.empty()) return asio::error::host_not_found;
    return bind_and_listen(found.begin()->endpoint());
}

error_code listening_socket::open_unix(std::string const& path)
{
    if (path.empty() || path.size() >= sizeof(sockaddr_un::sun_path)) {
        return asio::error::name_too_long;
    }
    asio::local::stream_protocol::endpoint const at(path);
    if (is_socket(path)) {
        // Left behind by a process that was killed? Then nobody answers. Anything but a socket
        // stays where it is, and bind() fails.
        error_code ec;
        asio::local::stream_protocol::socket probe(acceptor_.get_executor());
        probe.connect(at, ec);
        if (ec == asio::error::connection_refused) ::unlink(path.c_str());
    }
    auto const ec = bind_and_listen(at);
    if (!ec) file_ = path;
    return ec;
}

error_code listening_socket::bind_and_listen(generic_endpoint const& at)
{
    error_code ec;
    acceptor_.open(at.protocol(), ec);
    bool const is_tcp = at.protocol().family() != AF_UNIX;
    if (!ec && is_tcp) acceptor_.set_option(asio::socket_base::reuse_address(true), ec);
    if (!ec) acceptor_.bind(at, ec);
    if (!ec) acceptor_.listen(asio::socket_base::max_listen_connections, ec);
    return ec;
}

std::uint16_t listening_socket::port() const
{
    error_code ec;
    auto const local = acceptor_.local_endpoint(ec);
    if (ec || local.protocol().family() == AF_UNIX) return 0;
    asio::ip::tcp::endpoint tcp;
    std::memcpy(tcp.data(), local.data(), std::min(local.size(), tcp.capacity()));
    return tcp.port();
}

void listening_socket::close()
{
    error_code ignored;  // There is nothing left to do for a socket that fails to close.
    acceptor_.close(ignored);
    if (!file_.empty()) ::unlink(std::exchange(file_, {}).c_str());
}

}  // namespace respguard::admin
