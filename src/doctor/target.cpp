#include "respguard/doctor/target.hpp"

#include "respguard/base/bytes.hpp"
#include "respguard/policy/redis_requirements.hpp"

#include <algorithm>
#include <utility>

namespace respguard::doctor {

namespace {

/// True if a path with a number, or ?db=, stands behind the host.
bool names_db(std::string_view rest, bool unix_socket)
{
    if (unix_socket) return rest.find("?db=") != std::string_view::npos;
    auto const slash =
        rest.find('/', rest.rfind('@') == std::string_view::npos ? 0 : rest.rfind('@'));
    return slash != std::string_view::npos && slash + 1 < rest.size();
}

parsed<target> understood(std::string const& as_plain, std::string_view rest, bool unix_socket,
                          std::string not_yet)
{
    auto url = net::parse_upstream_url(as_plain);
    if (!url) return url.error();
    target out;
    out.url = std::move(*url);
    out.has_db = names_db(rest, unix_socket);
    out.not_yet = std::move(not_yet);
    return out;
}

/// "h1:26379,h2:26379/mymaster": the first address stands for all.
parsed<target> sentinel(std::string_view rest)
{
    auto const slash = rest.rfind('/');
    if (slash == std::string_view::npos || slash + 1 == rest.size()) {
        return problem{"redis-sentinel:// needs the primary's name, such as "
                       "redis-sentinel://h1:26379,h2:26379/NAME"};
    }
    auto const first = rest.substr(0, std::min(rest.find(','), slash));
    auto out =
        understood("redis://" + std::string(first), first, false,
                   "redis-sentinel:// is not asked yet: name one Sentinel as redis://host:26379, "
                   "or the primary itself");
    return out;
}

}  // namespace

std::uint32_t target::db() const noexcept
{
    return has_db ? url.db : policy::redis_requirements::default_db;
}

std::string target::to_string() const
{
    auto text = url.to_string();
    bool const shown = url.db != 0 || url.where.kind == net::endpoint::family::unix_socket;
    if (shown && has_db) return text;
    bool const unix_socket = url.where.kind == net::endpoint::family::unix_socket;
    return text + (unix_socket ? "?db=" : "/") + std::to_string(db());
}

std::string target::redis_cli() const
{
    auto const& where = url.where;
    if (where.kind == net::endpoint::family::unix_socket) return "redis-cli -s " + where.path;
    std::string out = "redis-cli";
    if (where.host != "127.0.0.1" && where.host != "localhost") out += " -h " + where.host;
    constexpr std::uint16_t usual = 6379;
    return where.port == usual ? out : out + " -p " + std::to_string(where.port);
}

parsed<target> parse_target(std::string_view text)
{
    auto const mark = text.find("://");
    if (mark == std::string_view::npos) {
        if (text.empty()) return problem{"the URL is empty"};
        return understood("redis://" + std::string(text), text, false, {});
    }
    auto const scheme = lowered(text.substr(0, mark));
    auto const rest = text.substr(mark + 3);
    if (scheme == "rediss") {
        return understood(
            "redis://" + std::string(rest), rest, false,
            "rediss:// (TLS) is not asked yet: use a plain port, or stunnel in between");
    }
    if (scheme == "redis-sentinel") return sentinel(rest);
    return understood(std::string(text), rest, scheme == "unix", {});
}

}  // namespace respguard::doctor
