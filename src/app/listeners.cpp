#include "app/listeners.hpp"

#include "respguard/net/endpoint.hpp"
#include "respguard/net/socket_address.hpp"
#include "respguard/net/sockets.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <string_view>
#include <system_error>
#include <unistd.h>

namespace respguard::app {

namespace {

/// One socket for this shard: a new one, or another descriptor of the first shard's.
net::listen_result socket_for(std::size_t shard, net::socket_address const& where, int first,
                              config::settings const& settings)
{
    if (shard > 0 && where.storage.ss_family == AF_UNIX) {
        int const copy = ::dup(first);
        return {copy, copy < 0 ? errno : 0};
    }
    return net::open_listener(where, settings.sockets, settings.threads > 1);
}

/// All sockets of one address; the port the kernel chose for the first counts for all.
bool bind_one(net::socket_address where, config::settings const& settings, open_listeners& into)
{
    auto const index = static_cast<std::uint16_t>(into.names.size());
    for (std::size_t shard = 0; shard < settings.threads; ++shard) {
        int const first = shard == 0 ? -1 : into.sockets[0].back().fd;
        auto const opened = socket_for(shard, where, first, settings);
        if (opened.fd < 0) {
            into.error = opened.error;
            into.problem = fmt::format("can not listen on {}: {}", where.to_string(),
                                       std::system_category().message(opened.error));
            return false;
        }
        into.sockets[shard].push_back({opened.fd, index});
        where = net::local_of(opened.fd);
    }
    into.names.push_back(where.to_string());
    return true;
}

}  // namespace

open_listeners bind_listeners(config::settings const& settings)
{
    open_listeners result;
    result.sockets.resize(settings.threads);
    for (std::string const& text : settings.listen) {
        auto const where = net::parse_endpoint(text);
        if (!where.has_value()) {
            result.problem = where.error().text;
            return result;
        }
        auto const addresses = net::resolve(where.value());
        if (!addresses.has_value()) {
            result.problem = addresses.error().text;
            return result;
        }
        for (auto const& address : addresses.value()) {
            if (!bind_one(address, settings, result)) return result;
        }
    }
    return result;
}

void remove_socket_files(std::vector<std::string> const& names) noexcept
{
    constexpr std::string_view prefix = "unix:";
    for (std::string const& name : names) {
        if (name.starts_with(prefix)) ::unlink(name.c_str() + prefix.size());
    }
}

}  // namespace respguard::app
