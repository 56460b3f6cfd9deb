// A connection to the admin endpoint, for one request.
#pragma once

#include "respguard/net/endpoint.hpp"

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/system/error_code.hpp>

#include <chrono>
#include <cstddef>
#include <string>

namespace respguard::terminal {

/// Blocks its caller; every failure, also a time limit, is thrown as a system_error.
class admin_connection {
public:
    /// TCP and unix sockets alike. Asynchronous inside, because Beast has time limits nowhere else.
    using stream = boost::beast::basic_stream<boost::asio::generic::stream_protocol>;

    /// Connects and sends the request. The resolver's own time limits come on top.
    admin_connection(net::endpoint const& where, std::string const& path,
                     std::chrono::milliseconds limit);

    /// For one operation started by the caller with note(): runs it to its end.
    void finish();
    [[nodiscard]] auto note()
    {
        return [this](boost::system::error_code ec, std::size_t = 0) { result_ = ec; };
    }

    stream& peer() noexcept { return peer_; }
    boost::beast::flat_buffer& buffer() noexcept { return buffer_; }
    boost::asio::io_context& io() noexcept { return io_; }

private:
    boost::asio::io_context io_;
    stream peer_;
    boost::beast::flat_buffer buffer_;
    boost::system::error_code result_;
};

}  // namespace respguard::terminal
