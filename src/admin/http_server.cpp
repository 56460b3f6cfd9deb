#include "respguard/admin/http_server.hpp"

#include "respguard/admin/event_hub.hpp"
#include "respguard/base/log.hpp"
#include "respguard/net/endpoint.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <exception>
#include <string_view>
#include <utility>
#include <vector>

#include "admin/connection.hpp"
#include "admin/listening_socket.hpp"
#include "admin/report_gate.hpp"
#include "admin/router.hpp"
#include "admin/use_tuple.hpp"

namespace respguard::admin {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

/// After a failed accept (no descriptor left): do not spin.
constexpr std::chrono::milliseconds accept_pause{100};
/// An answer that a client takes longer for may be given up for a newcomer.
constexpr std::chrono::milliseconds patience{1'000};

constexpr std::string_view full_response =
    "HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain\r\nContent-Length: 31\r\n"
    "Connection: close\r\n\r\nToo many connections are open.\n";

std::vector<std::string> known_names(admin_settings const& settings, net::endpoint const& where)
{
    auto names = settings.hosts;
    if (!where.host.empty()) names.push_back(where.host);
    for (auto& name : names)
        name = lowered(name);
    return names;
}

}  // namespace

struct server_core {
    server_core(asio::io_context& io_context, admin_settings with, source data_from,
                net::endpoint const& where)
        : io(io_context), settings(std::move(with)), from(std::move(data_from)),
          listener(io.get_executor()),
          routes(known_names(settings, where), where.kind == net::endpoint::family::tcp),
          reports(io.get_executor(), from.report), context{routes,         reports,
                                                           from.ready,     from.changes,
                                                           settings.token, from.events,
                                                           from.taps,      settings.timeout}
    {
    }

    void stop();
    /// Closes the connection that has waited longest, if need be and if one waits. @return True if
    /// there is room for one more.
    bool make_room();

    asio::io_context& io;
    admin_settings const settings;
    source const from;
    listening_socket listener;
    router const routes;
    report_gate reports;
    connection_context const context;
    std::vector<connection*> open;
    bool stopped = false;
};

namespace {

/// Is in the list of open connections as long as it lives.
class listed_connection : public connection {
public:
    listed_connection(socket peer, server_core& core)
        : connection(std::move(peer), core.context), core_(core)
    {
        core_.open.push_back(this);
    }
    ~listed_connection() { std::erase(core_.open, this); }
    listed_connection(listed_connection const&) = delete;
    listed_connection& operator=(listed_connection const&) = delete;

private:
    server_core& core_;
};

asio::awaitable<void> serve(std::shared_ptr<server_core> core, connection::socket peer)
{
    listed_connection client(std::move(peer), *core);
    try {
        co_await client.run(core);
    } catch (std::exception const& problem) {
        log::write(log::level::error, "admin: an answer failed", {{"why", problem.what()}});
    }
}

void turn_away(connection::socket peer)
{
    error_code ignored;  // It is told if it takes it at once, else it is only closed.
    peer.non_blocking(true, ignored);
    peer.write_some(asio::buffer(full_response), ignored);
    peer.shutdown(asio::socket_base::shutdown_send, ignored);
}

asio::awaitable<void> accept_all(std::shared_ptr<server_core> core)
{
    asio::steady_timer pause(core->io);
    while (!core->stopped) {
        auto [ec, peer] = co_await core->listener.accepting().async_accept(use_tuple);
        if (core->stopped) break;
        if (ec) {
            if (ec == asio::error::connection_aborted) continue;
            log::write(log::level::warn, "admin: accept failed", {{"why", ec.message()}});
            pause.expires_after(accept_pause);
            co_await pause.async_wait(use_tuple);
        } else if (core->make_room()) {
            asio::co_spawn(core->io, serve(core, std::move(peer)), asio::detached);
        } else {
            turn_away(std::move(peer));
        }
    }
}

}  // namespace

bool server_core::make_room()
{
    if (open.size() < settings.connections_max) return true;
    auto const longest = [](connection const* a, connection const* b) {
        if (a->is_waiting() != b->is_waiting()) return a->is_waiting();
        return a->since() < b->since();
    };
    auto const victim = std::min_element(open.begin(), open.end(), longest);
    if (victim == open.end()) return false;
    auto const since = connection::clock::now() - (*victim)->since();
    if (!(*victim)->is_waiting() && since < patience) return false;
    (*victim)->close();
    open.erase(victim);  // Now, not when its coroutine ends: else the next newcomer finds it again.
    return true;
}

void server_core::stop()
{
    stopped = true;
    listener.close();
    reports.stop();
    if (from.events != nullptr) from.events->stop();
    for (auto* const client : open)
        client->close();
}

http_server::http_server(asio::io_context& io, admin_settings settings, source from)
{
    auto const where = net::parse_endpoint(settings.address);
    core_ = std::make_shared<server_core>(io, std::move(settings), std::move(from),
                                          where ? *where : net::endpoint{});
}

http_server::~http_server() = default;

error_code http_server::listen()
{
    auto const where = net::parse_endpoint(core_->settings.address);
    if (!where) return boost::system::errc::make_error_code(boost::system::errc::invalid_argument);
    if (auto const ec = core_->listener.open(*where)) return ec;
    asio::co_spawn(core_->io, accept_all(core_), asio::detached);
    return {};
}

std::uint16_t http_server::port() const { return core_->listener.port(); }

void http_server::stop()
{
    asio::post(core_->io, [shared = core_] { shared->stop(); });
}

}  // namespace respguard::admin
