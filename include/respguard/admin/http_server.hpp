// The HTTP endpoint: the page, JSON tables, Prometheus metrics, health.
//
// Reads copies of the counters and changes nothing. However slow or hostile its clients are, it
// holds at most settings.connections_max of them, asks the shards for at most one copy every 20 ms,
// and gives every newcomer a place by closing the connection that has been waiting longest.
#pragma once

#include "respguard/admin/settings.hpp"
#include "respguard/admin/source.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/system/error_code.hpp>

#include <cstdint>
#include <memory>

namespace respguard::admin {

struct server_core;  // In the body: what connections share and what may outlive the server.

/// Runs on an io_context that app runs with exactly one thread.
class http_server {
public:
    /// @param io Must outlive this object.
    http_server(boost::asio::io_context& io, admin_settings settings, source from);
    ~http_server();
    http_server(http_server const&) = delete;
    http_server& operator=(http_server const&) = delete;

    /// Binds, listens and starts to accept. Call it once, before or while `io` runs. A failure is
    /// the caller's to report, with settings.address; an address that cannot be read is
    /// invalid_argument.
    [[nodiscard]] boost::system::error_code listen();

    /// The TCP port in use, also when the address asked for port 0; 0 for a unix socket. Not after
    /// stop().
    [[nodiscard]] std::uint16_t port() const;

    /// Closes the listener and every connection. Callable from any thread; done on the
    /// io_context's.
    void stop();

private:
    std::shared_ptr<server_core> core_;
};

}  // namespace respguard::admin
