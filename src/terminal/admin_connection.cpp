#include "terminal/admin_connection.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/write.hpp>

namespace respguard::terminal {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;

namespace {

/// Where a client connects to reach a listener on every address.
std::string reachable(std::string const& host)
{
    if (host == "0.0.0.0") return "127.0.0.1";
    if (host == "::") return "::1";
    return host;
}

asio::generic::stream_protocol::endpoint resolve(net::endpoint const& where)
{
    if (where.kind == net::endpoint::family::unix_socket) {
        return asio::local::stream_protocol::endpoint(where.path);
    }
    asio::io_context io;
    asio::ip::tcp::resolver resolver(io);
    auto const found = resolver.resolve(reachable(where.host), std::to_string(where.port));
    return found.begin()->endpoint();
}

}  // namespace

admin_connection::admin_connection(net::endpoint const& where, std::string const& path,
                                   std::chrono::milliseconds limit)
    : peer_(io_)
{
    peer_.expires_after(limit);
    peer_.async_connect(resolve(where), note());
    finish();
    http::request<http::empty_body> request(http::verb::get, path, 11);
    request.set(http::field::host, "localhost");  // The guard checks it: no names of other sites.
    http::async_write(peer_, request, note());
    finish();
}

void admin_connection::finish()
{
    io_.restart();
    io_.run();
    if (result_ == beast::error::timeout) {
        throw boost::system::system_error(asio::error::timed_out);
    }
    if (result_) throw boost::system::system_error(result_);
}

}  // namespace respguard::terminal
