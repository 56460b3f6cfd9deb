// Opens the socket the endpoint listens on, TCP or unix.
#pragma once

#include "respguard/net/endpoint.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/system/error_code.hpp>

#include <cstdint>
#include <string>

namespace respguard::admin {

/// An acceptor that does not mind of which family its socket is.
class listening_socket {
public:
    using acceptor = boost::asio::basic_socket_acceptor<boost::asio::generic::stream_protocol>;

    explicit listening_socket(boost::asio::any_io_executor const& executor);
    ~listening_socket();
    listening_socket(listening_socket const&) = delete;
    listening_socket& operator=(listening_socket const&) = delete;

    /// Binds and listens. A host name is looked up (blocking) and its first address taken. A unix
    /// socket's file that nobody listens on any more is replaced, one in use is an error.
    [[nodiscard]] boost::system::error_code open(net::endpoint const& where);

    [[nodiscard]] acceptor& accepting() noexcept { return acceptor_; }
    /// The TCP port in use (the kernel's choice if 0 was asked for); 0 for a unix socket.
    [[nodiscard]] std::uint16_t port() const;
    /// Stops listening and removes the unix socket's file.
    void close();

private:
    boost::system::error_code open_tcp(net::endpoint const& where);
    boost::system::error_code open_unix(std::string const& path);
    boost::system::error_code
    bind_and_listen(boost::asio::generic::stream_protocol::endpoint const& at);

    acceptor acceptor_;
    std::string file_;  ///< Of a unix socket that we made.
};

}  // namespace respguard::admin
