#include "respguard/doctor/target.hpp"

#include "respguard/base/bytes.hpp"
#include "respguard/doctor/facts.hpp"
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

bool is_number(std::string_view text)
{
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// A value of a query as it has to be written in front of '@': '+' is a blank there only.
std::string as_userinfo(std::string_view value)
{
    std::string out;
    for (char const c : value) {
        if (c == '+') {
            out += "%20";
        } else if (c == '/' || c == ':' || c == '@') {
            out += c == '/' ? "%2F" : c == ':' ? "%3A" : "%40";
        } else {
            out += c;
        }
    }
    return out;
}

/// "h?db=2&password=p&family=4", which ioredis and so EmailEngine takes, as ":p@h/2". As there, the
/// path and what stands in front of '@' win. Anything else stays as it is, to be refused.
std::string without_query(std::string_view rest)
{
    std::string unchanged(rest);
    auto const mark = rest.find('?');
    if (mark == std::string_view::npos) return unchanged;
    std::string base(rest.substr(0, mark));
    auto query = rest.substr(mark + 1);
    if (query.empty() || query.find_first_of("@#") != std::string_view::npos) return unchanged;
    while (!query.empty()) {
        auto const item = query.substr(0, query.find('&'));
        query.remove_prefix(std::min(item.size() + 1, query.size()));
        auto const equals = std::min(item.find('='), item.size());
        auto const value = item.substr(std::min(equals + 1, item.size()));
        auto const name = item.substr(0, equals);
        if (name == "family" && is_number(value)) continue;
        if (name == "db" && is_number(value)) {
            if (base.ends_with('/')) base.pop_back();
            if (base.find('/') == std::string::npos) base.append("/").append(value);
        } else if (name == "password" && !value.empty()) {
            if (base.find('@') == std::string::npos) base.insert(0, ":" + as_userinfo(value) + "@");
        } else {
            return unchanged;
        }
    }
    return base;
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
    std::string out = "redis-cli";
    if (where.kind == net::endpoint::family::unix_socket) {
        out += " -s " + where.path;
    } else {
        if (where.host != "127.0.0.1" && where.host != "localhost") out += " -h " + where.host;
        constexpr std::uint16_t usual = 6379;
        if (where.port != usual) out += " -p " + std::to_string(where.port);
    }
    if (url.password.empty()) return out;
    if (!url.user.empty() && url.user != "default") out += " --user " + printable(url.user, 60);
    return out + " --askpass";
}

parsed<target> parse_target(std::string_view text)
{
    auto const mark = text.find("://");
    if (mark == std::string_view::npos) {
        if (text.empty()) return problem{"the URL is empty"};
        auto const plain = without_query(text);
        return understood("redis://" + plain, plain, false, {});
    }
    auto const scheme = lowered(text.substr(0, mark));
    auto const rest = text.substr(mark + 3);
    auto const plain = without_query(rest);
    if (scheme == "redis") return understood("redis://" + plain, plain, false, {});
    if (scheme == "rediss") {
        return understood(
            "redis://" + plain, plain, false,
            "rediss:// (TLS) is not asked yet: use a plain port, or stunnel in between");
    }
    if (scheme == "redis-sentinel") return sentinel(rest);
    return understood(std::string(text), rest, scheme == "unix", {});
}

}  // namespace respguard::doctor
