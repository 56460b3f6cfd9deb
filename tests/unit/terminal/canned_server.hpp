// An HTTP server that gives one answer to one client, from a thread of its own.
#pragma once

#include "respguard/net/endpoint.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/asio/write.hpp>

#include <string>
#include <thread>
#include <utility>

namespace respguard::terminal {

class canned_server {
public:
    /// @param stays Keeps the connection open until the client closes it.
    explicit canned_server(std::string answer, bool stays = false)
        : acceptor_(io_, {boost::asio::ip::address_v4::loopback(), 0}),
          thread_([this, answer = std::move(answer), stays] { serve(answer, stays); })
    {
    }
    canned_server(canned_server const&) = delete;
    canned_server& operator=(canned_server const&) = delete;
    ~canned_server() { thread_.join(); }

    [[nodiscard]] net::endpoint where() const
    {
        return *net::parse_endpoint("127.0.0.1:" +
                                    std::to_string(acceptor_.local_endpoint().port()));
    }
    /// What the client asked; after the answer.
    [[nodiscard]] std::string const& asked() const { return asked_; }

private:
    void serve(std::string const& answer, bool stays)
    {
        boost::system::error_code ec;
        auto peer = acceptor_.accept(ec);
        if (ec) return;
        boost::asio::read_until(peer, boost::asio::dynamic_buffer(asked_), "\r\n\r\n", ec);
        boost::asio::write(peer, boost::asio::buffer(answer), ec);
        char byte = 0;
        if (stays) peer.read_some(boost::asio::buffer(&byte, 1), ec);
    }

    boost::asio::io_context io_;
    boost::asio::ip::tcp::acceptor acceptor_;
    std::string asked_;
    std::thread thread_;
};

}  // namespace respguard::terminal
