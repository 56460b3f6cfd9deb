// Where to listen and where to connect: addresses and upstream URLs, read and written.
#include "respguard/net/endpoint.hpp"

#include "respguard/base/bytes.hpp"

#include <boost/asio/ip/address_v4.hpp>
#include <boost/asio/ip/address_v6.hpp>

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>
#include <sys/un.h>
#include <system_error>
#include <utility>

namespace respguard::net {

namespace {

// No error text repeats what was written: of a mistyped URL any part may be the password.

constexpr std::string_view unix_prefix = "unix:";
constexpr std::uint16_t default_redis_port = 6379;

/// parsed<std::string> by hand: GCC sees a `problem` in a plain std::string, too (aggregate in
/// parentheses, P0960).
parsed<std::string> text_found(std::string text)
{
    return {boost::system::in_place_value, std::move(text)};
}

/// Digits only; nothing else, no sign.
template <typename T>
std::optional<T> read_number(std::string_view text)
{
    T value = 0;
    char const* const end = text.data() + text.size();
    auto const [rest, ec] = std::from_chars(text.data(), end, value);
    if (ec != std::errc{} || rest != end) return std::nullopt;
    return value;
}

parsed<std::uint16_t> read_port(std::string_view text)
{
    if (text.empty()) return problem{"the port is missing"};
    if (auto const port = read_number<std::uint16_t>(text)) return *port;
    return problem{"the port is not a number from 0 to 65535"};
}

bool is_host_character(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_';
}

/// Host names and IPv4 addresses. What looks like an IPv4 address has to be one, because the
/// resolver would ask the network for "127.0.0.256".
parsed<std::string> read_host(std::string_view host)
{
    if (host.empty()) return problem{"the host is missing"};
    if (host == "*") return problem{"write 0.0.0.0 (or [::]) for every address"};
    if (!std::all_of(host.begin(), host.end(), is_host_character)) {
        return problem{"the host is neither a name nor an address"};
    }
    if (host.find_first_not_of("0123456789.") == std::string_view::npos) {
        boost::system::error_code bad;
        boost::asio::ip::make_address_v4(std::string(host), bad);
        if (bad) return problem{"the host looks like an IPv4 address but is none"};
    }
    return text_found(std::string(host));
}

struct host_and_rest {
    std::string host;
    std::string_view rest;  ///< Empty or ":port".
};

parsed<host_and_rest> read_bracketed_host(std::string_view text)
{
    std::size_t const close = text.find(']');
    if (close == std::string_view::npos) return problem{"']' is missing behind the IPv6 address"};
    std::string const host(text.substr(1, close - 1));
    boost::system::error_code bad;
    boost::asio::ip::make_address_v6(host, bad);
    if (bad) return problem{"what stands in brackets is not an IPv6 address"};
    return host_and_rest{host, text.substr(close + 1)};
}

parsed<host_and_rest> split_host(std::string_view text)
{
    if (text.starts_with('[')) return read_bracketed_host(text);
    std::size_t const colon = text.find(':');
    if (colon != std::string_view::npos && text.find(':', colon + 1) != std::string_view::npos) {
        return problem{"write an IPv6 address in brackets, such as [::1]:6380"};
    }
    auto host = read_host(text.substr(0, colon));
    if (!host) return host.error();
    return host_and_rest{*host, colon == std::string_view::npos ? "" : text.substr(colon)};
}

parsed<endpoint> read_tcp(std::string_view text, std::optional<std::uint16_t> default_port)
{
    auto const split = split_host(text);
    if (!split) return split.error();
    endpoint out;
    out.host = split->host;
    if (split->rest.empty()) {
        if (!default_port)
            return problem{"the port is missing: write host:port, [v6]:port or unix:/path"};
        out.port = *default_port;
        return out;
    }
    if (split->rest.front() != ':') return problem{"expected ':' and a port behind ']'"};
    auto const port = read_port(split->rest.substr(1));
    if (!port) return port.error();
    out.port = *port;
    return out;
}

parsed<endpoint> read_unix(std::string_view path)
{
    if (!path.starts_with('/')) {
        return problem{
            "the path of a unix socket has to be absolute, such as unix:/run/redis.sock"};
    }
    if (path.find('\0') != std::string_view::npos)
        return problem{"NUL byte in the path of a socket"};
    constexpr std::size_t path_max = sizeof(sockaddr_un::sun_path) - 1;
    if (path.size() > path_max) {
        return problem{"the path of a unix socket may have " + std::to_string(path_max) +
                       " bytes, this has " + std::to_string(path.size())};
    }
    endpoint out;
    out.kind = endpoint::family::unix_socket;
    out.path = path;
    return out;
}

int hex_value(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    char const lower = to_lower(c);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

parsed<std::string> percent_decode(std::string_view text)
{
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out += text[i];
            continue;
        }
        int const high = i + 1 < text.size() ? hex_value(text[i + 1]) : -1;
        int const low = i + 2 < text.size() ? hex_value(text[i + 2]) : -1;
        if (high < 0 || low < 0) {
            return problem{"'%' in user or password has to be followed by two hex digits (write % "
                           "itself as %25)"};
        }
        out += static_cast<char>(high * 16 + low);
        i += 2;
    }
    return text_found(std::move(out));
}

std::string percent_encode(std::string_view text)
{
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    for (char const c : text) {
        auto const byte = static_cast<unsigned char>(c);
        if (is_host_character(c) || c == '~') {
            out += c;
        } else {
            out += '%';
            out += digits[byte / 16];
            out += digits[byte % 16];
        }
    }
    return out;
}

/// Takes "user:password@" off the front of `authority`. Nothing of it goes into an error text.
parsed<std::string_view> read_userinfo(std::string_view authority, upstream_url& out)
{
    std::size_t const at = authority.find('@');
    if (at == std::string_view::npos) return authority;
    if (authority.find('@', at + 1) != std::string_view::npos) {
        return problem{"more than one '@': write @ in a password as %40"};
    }
    std::string_view const userinfo = authority.substr(0, at);
    std::size_t const colon = userinfo.find(':');
    if (colon == std::string_view::npos) {
        // redis-cli reads "redis://x@host" as a password, ioredis as a user: do not guess.
        return problem{
            "a user without password: write redis://user:password@host, or redis://:password@host"};
    }
    auto user = percent_decode(userinfo.substr(0, colon));
    if (!user) return user.error();
    auto password = percent_decode(userinfo.substr(colon + 1));
    if (!password) return password.error();
    out.user = std::move(*user);
    out.password = std::move(*password);
    return authority.substr(at + 1);
}

parsed<std::uint32_t> read_db(std::string_view text)
{
    auto const db = read_number<std::uint32_t>(text);
    constexpr std::uint32_t db_max = std::numeric_limits<std::int32_t>::max();
    if (!db || *db > db_max)
        return problem{"the database has to be a number, such as redis://host:6379/8"};
    return *db;
}

parsed<upstream_url> read_unix_url(std::string_view rest)
{
    upstream_url out;
    std::size_t const slash = rest.find('/');
    auto const host = read_userinfo(rest.substr(0, slash), out);
    if (!host) return host.error();
    if (slash == std::string_view::npos || !host->empty()) {
        return problem{
            "a unix socket is written with three slashes, such as unix:///run/redis.sock"};
    }
    std::string_view const path_and_query = rest.substr(slash);
    std::size_t const mark = path_and_query.find('?');
    if (mark != std::string_view::npos) {
        std::string_view const query = path_and_query.substr(mark + 1);
        if (!query.starts_with("db=")) return problem{"the only option behind '?' is db=N"};
        auto const db = read_db(query.substr(3));
        if (!db) return db.error();
        out.db = *db;
    }
    auto where = read_unix(path_and_query.substr(0, mark));
    if (!where) return where.error();
    out.where = std::move(*where);
    return out;
}

parsed<upstream_url> read_redis_url(std::string_view rest)
{
    upstream_url out;
    std::size_t const end = rest.find_first_of("/?#");
    auto const host = read_userinfo(rest.substr(0, end), out);
    if (!host) return host.error();
    std::string_view const tail = end == std::string_view::npos ? "" : rest.substr(end);
    if (tail.find('@') != std::string_view::npos) {
        return problem{"'/', '?' and '#' in a password are written as %2F, %3F and %23"};
    }
    auto where = read_tcp(*host, default_redis_port);
    if (!where) return where.error();
    if (where->port == 0) return problem{"port 0 can not be connected to"};
    out.where = std::move(*where);
    if (tail.find_first_of("?#") != std::string_view::npos) {
        return problem{
            "options behind '?' are not known: write redis://[user:password@]host[:port][/db]"};
    }
    if (tail.size() > 1) {
        auto const db = read_db(tail.substr(1));
        if (!db) return db.error();
        out.db = *db;
    }
    return out;
}

}  // namespace

std::string endpoint::to_string() const
{
    if (kind == family::unix_socket) return std::string(unix_prefix) + path;
    bool const v6 = host.find(':') != std::string::npos;
    return (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

parsed<endpoint> parse_endpoint(std::string_view text)
{
    if (text.starts_with(unix_prefix)) {
        std::string_view const path = text.substr(unix_prefix.size());
        // unix:///path is how the same thing is written in a URL; both mean /path.
        return read_unix(path.starts_with("///") ? path.substr(2) : path);
    }
    if (text.find("://") != std::string_view::npos) {
        return problem{"expected an address, not a URL: host:port, [v6]:port or unix:/path"};
    }
    if (text.starts_with('/')) return problem{"write a unix socket as unix:/path"};
    return read_tcp(text, std::nullopt);
}

std::string upstream_url::to_string() const
{
    std::string const mask = password.empty() ? "" : "***";
    std::string const userinfo =
        user.empty() && password.empty() ? "" : percent_encode(user) + ":" + mask + "@";
    if (where.kind == endpoint::family::unix_socket) {
        return "unix://" + userinfo + where.path + (db == 0 ? "" : "?db=" + std::to_string(db));
    }
    return "redis://" + userinfo + where.to_string() + (db == 0 ? "" : "/" + std::to_string(db));
}

parsed<upstream_url> parse_upstream_url(std::string_view text)
{
    std::size_t const mark = text.find("://");
    if (mark == std::string_view::npos) {
        return problem{"expected a URL, such as redis://127.0.0.1:6379 or unix:///run/redis.sock"};
    }
    std::string const scheme = lowered(text.substr(0, mark));
    std::string_view const rest = text.substr(mark + 3);
    if (scheme == "redis") return read_redis_url(rest);
    if (scheme == "unix") return read_unix_url(rest);
    if (scheme == "rediss") {
        return problem{
            "rediss:// (TLS to upstream) is not built yet: use redis://, or stunnel in between"};
    }
    if (scheme == "redis-sentinel") {
        return problem{
            "redis-sentinel:// is not built yet: use redis:// with the address of the primary"};
    }
    return problem{"unknown kind of URL: use redis:// or unix://"};
}

}  // namespace respguard::net
