// An http_server on a thread of its own and a free port, and clients as rude as a test wants.
#pragma once

#include "respguard/admin/http_server.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "sample_report.hpp"

namespace respguard::admin {

/// A blocking client. Reads give up after some seconds, so that a mistake is a failure and not a
/// hang.
class test_client {
public:
    explicit test_client(std::uint16_t port) : socket_(io_)
    {
        socket_.connect({boost::asio::ip::address_v4::loopback(), port});
        timeval const limit{10, 0};
        ::setsockopt(socket_.native_handle(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    }

    /// False if the server has closed the connection.
    bool send(std::string_view bytes)
    {
        boost::system::error_code ec;
        boost::asio::write(socket_, boost::asio::buffer(bytes), ec);
        return !ec;
    }

    /// Until the server closes the connection; `reset` tells how.
    std::string read_all()
    {
        std::string text;
        boost::asio::read(socket_, boost::asio::dynamic_buffer(text), last_error);
        return text;
    }

    /// One response with a Content-Length; `has_body` is false for HEAD.
    std::string read_response(bool has_body = true)
    {
        auto const head_end = read_until("\r\n\r\n");
        if (head_end == std::string::npos) return {};
        auto const length_at = buffered_.find("Content-Length: ");
        auto const length = length_at == std::string::npos || length_at > head_end || !has_body
                                ? 0
                                : std::stoul(buffered_.substr(length_at + 16));
        while (buffered_.size() < head_end + 4 + length) {
            if (!read_some()) return {};
        }
        auto answer = buffered_.substr(0, head_end + 4 + length);
        buffered_.erase(0, answer.size());
        return answer;
    }

    /// Until `mark` has come: everything since the last call, it included. Empty if it never comes.
    std::string read_to(std::string_view mark)
    {
        auto const at = read_until(mark);
        if (at == std::string::npos) return {};
        auto text = buffered_.substr(0, at + mark.size());
        buffered_.erase(0, text.size());
        return text;
    }

    boost::asio::ip::tcp::socket& socket() { return socket_; }
    boost::system::error_code last_error;

private:
    std::size_t read_until(std::string_view mark)
    {
        while (buffered_.find(mark) == std::string::npos) {
            if (!read_some()) return std::string::npos;
        }
        return buffered_.find(mark);
    }

    bool read_some()
    {
        std::array<char, 65'536> chunk;
        auto const size = socket_.read_some(boost::asio::buffer(chunk), last_error);
        buffered_.append(chunk.data(), size);
        return !last_error;
    }

    boost::asio::io_context io_{1};
    boost::asio::ip::tcp::socket socket_;
    std::string buffered_;
};

inline std::string get(std::string_view path, std::string_view method = "GET")
{
    return std::string(method).append(" ").append(path).append(
        " HTTP/1.1\r\nHost: localhost\r\n\r\n");
}

class RunningServer : public testing::Test {
protected:
    void TearDown() override { stop(); }

    /// Port 0 and whatever the test has changed in `settings` and `from`.
    void start()
    {
        settings.address = "127.0.0.1:0";
        server.emplace(io, settings, from);
        auto const ec = server->listen();
        ASSERT_FALSE(ec) << ec.message();
        port = server->port();
        thread = std::thread([this] { io.run(); });
    }

    void stop()
    {
        if (!thread.joinable()) return;
        server->stop();
        thread.join();
    }

    /// One request on a connection of its own.
    std::string ask(std::string_view request, bool has_body = true)
    {
        test_client client(port);
        client.send(request);
        return client.read_response(has_body);
    }

    boost::asio::io_context io{1};
    admin_settings settings;
    std::atomic<int> reports_gathered = 0;
    source from{[this]() -> boost::asio::awaitable<stats::report> {
                    ++reports_gathered;
                    co_return sample_report();
                },
                [] {
                    return readiness{true, ""};
                },
                {}};
    std::optional<http_server> server;
    std::uint16_t port = 0;
    std::thread thread;
};

}  // namespace respguard::admin
