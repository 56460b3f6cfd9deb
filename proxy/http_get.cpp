// One HTTP GET to the admin endpoint.
#include "http_get.hpp"

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include <chrono>

namespace respguard::proxy {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;

constexpr std::chrono::seconds timeout{2};

/// TCP and unix sockets alike. Asynchronous inside, because Beast has timeouts nowhere else.
using stream = beast::basic_stream<asio::generic::stream_protocol>;

asio::generic::stream_protocol::endpoint resolve(net::endpoint const& where)
{
    if (where.kind == net::endpoint::family::unix_socket) {
        return asio::local::stream_protocol::endpoint(where.path);
    }
    asio::io_context io;
    asio::ip::tcp::resolver resolver(io);
    auto const found = resolver.resolve(where.host, std::to_string(where.port));
    return found.begin()->endpoint();
}

/// Runs the one operation that was started, and throws what it came to.
void finish(asio::io_context& io, boost::system::error_code const& result)
{
    io.restart();
    io.run();
    if (result == beast::error::timeout) {
        throw boost::system::system_error(asio::error::timed_out);
    }
    if (result) throw boost::system::system_error(result);
}

http_answer ask(net::endpoint const& where, std::string const& path)
{
    asio::io_context io;
    stream connection(io);
    boost::system::error_code result;
    auto const note = [&](boost::system::error_code ec, std::size_t = 0) { result = ec; };

    connection.expires_after(timeout);
    connection.async_connect(resolve(where), note);
    finish(io, result);

    http::request<http::empty_body> request(http::verb::get, path, 11);
    request.set(http::field::host, "localhost");  // The guard checks it: no names of other sites.
    http::async_write(connection, request, note);
    finish(io, result);

    beast::flat_buffer buffer;
    http::response<http::string_body> response;
    http::async_read(connection, buffer, response, note);
    finish(io, result);
    return {"", response.result_int(), response.body()};
}

}  // namespace

http_answer http_get(net::endpoint const& where, std::string const& path)
{
    try {
        return ask(where, path);
    } catch (boost::system::system_error const& error) {
        return {error.code().message(), 0, ""};
    }
}

}  // namespace respguard::proxy
