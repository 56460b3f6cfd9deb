#include "respguard/terminal/http_get.hpp"

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/system/system_error.hpp>

#include <chrono>
#include <cstdint>

#include "terminal/admin_connection.hpp"

namespace respguard::terminal {

namespace {

namespace http = boost::beast::http;

constexpr std::chrono::seconds time_limit{2};
/// A guard with 1000 clients and as many commands answers with less than 1 MiB.
constexpr std::uint64_t body_bytes_max = 64ULL * 1024 * 1024;

}  // namespace

http_answer http_get(net::endpoint const& where, std::string const& path)
{
    try {
        admin_connection connection(where, path, time_limit);
        http::response_parser<http::string_body> response;
        response.body_limit(body_bytes_max);
        http::async_read(connection.peer(), connection.buffer(), response, connection.note());
        connection.finish();
        return {"", response.get().result_int(), std::move(response.get().body())};
    } catch (boost::system::system_error const& error) {
        return {error.code().message(), 0, ""};
    }
}

}  // namespace respguard::terminal
