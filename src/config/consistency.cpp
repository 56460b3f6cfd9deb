// What no key can know alone.
#include "config/consistency.hpp"

#include "respguard/admin/webhook_url.hpp"
#include "respguard/base/units.hpp"
#include "respguard/doctor/check.hpp"
#include "respguard/net/endpoint.hpp"

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/file_text.hpp"
#include "config/nearest.hpp"

namespace respguard::config {

namespace {

using net::endpoint;

/// The families an address may have; a name may have both.
enum class ip_family : std::uint8_t { v4, v6, unknown };

ip_family family_of(endpoint const& e)
{
    if (e.host.find(':') != std::string::npos) return ip_family::v6;
    bool const digits = e.host.find_first_not_of("0123456789.") == std::string::npos;
    return digits ? ip_family::v4 : ip_family::unknown;
}

bool is_any(endpoint const& e) { return e.host == "0.0.0.0" || e.host == "::"; }

bool is_loopback(endpoint const& e)
{
    return e.host == "localhost" || e.host == "::1" || e.host.starts_with("127.");
}

/// True if `any` is every address of a family that `e` may be of. Our IPv6 listeners take no IPv4
/// (IPV6_V6ONLY), so 0.0.0.0 and [::] live side by side.
bool covers(endpoint const& any, endpoint const& e)
{
    return is_any(any) && (family_of(e) == family_of(any) || family_of(e) == ip_family::unknown);
}

bool same_tcp_port(endpoint const& a, endpoint const& b)
{
    return a.kind == endpoint::family::tcp && b.kind == endpoint::family::tcp && a.port == b.port;
}

/// True if a connection to `target` could arrive at a listener on `listener`. Without asking the
/// resolver: only what is certain, so another name of this machine is not found out.
bool reaches(endpoint const& target, endpoint const& listener)
{
    if (target == listener) return true;
    if (!same_tcp_port(target, listener)) return false;
    if (!is_loopback(target) && !is_any(target)) return false;
    bool const by_name = target.host == "localhost" || listener.host == "localhost";
    return covers(listener, target) || (covers(target, listener) && is_loopback(listener)) ||
           (by_name && is_loopback(listener));
}

/// True if both can not be listened on.
bool collide(endpoint const& a, endpoint const& b)
{
    return a == b || (same_tcp_port(a, b) && (covers(a, b) || covers(b, a)));
}

std::optional<endpoint> read_listener(std::string_view key, std::string const& text, draft& into)
{
    auto const where = net::parse_endpoint(text);
    if (!where) {
        into.fail(key, "'" + text + "': " + where.error().text);
        return std::nullopt;
    }
    if (where->kind == endpoint::family::tcp && where->port == 0) {
        into.fail(key, "'" + text + "': port 0 can not be given to a client, choose one");
        return std::nullopt;
    }
    return *where;
}

std::vector<endpoint> check_listeners(draft& into)
{
    std::vector<endpoint> out;
    if (into.is_broken("listen.addresses")) return out;
    for (std::string const& text : into.values.listen) {
        auto const where = read_listener("listen.addresses", text, into);
        if (!where) continue;
        for (endpoint const& other : out) {
            if (!collide(*where, other)) continue;
            into.fail("listen.addresses", *where == other
                                              ? "'" + text + "' stands there twice"
                                              : "'" + text + "' is part of " + other.to_string() +
                                                    " or the other way round: keep one");
            break;
        }
        out.push_back(*where);
    }
    return out;
}

void check_admin(std::vector<endpoint> const& listeners, draft& into)
{
    std::string const& text = into.values.admin.address;
    if (text.empty() || into.is_broken("admin.address")) return;
    auto const where = read_listener("admin.address", text, into);
    if (!where) return;
    for (endpoint const& listener : listeners) {
        if (!collide(*where, listener)) continue;
        into.fail("admin.address", "'" + text + "' collides with listen.addresses '" +
                                       listener.to_string() + "': choose another port");
        return;
    }
}

/// A name with a port or a scheme would never equal what a Host header is looked up by.
bool is_host_name(std::string_view text)
{
    auto const fits = [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '.' || c == '_';
    };
    return !text.empty() && std::all_of(text.begin(), text.end(), fits);
}

void check_admin_hosts(draft& into)
{
    if (into.is_broken("admin.hosts")) return;
    for (std::string const& name : into.values.admin.hosts) {
        if (is_host_name(name)) continue;
        into.fail("admin.hosts",
                  "'" + name + "': expected a host name alone, such as guard.internal");
    }
}

void check_upstream(std::vector<endpoint> const& listeners, draft& into)
{
    if (into.is_broken("upstream.url") || into.is_broken("upstream.url_file")) return;
    auto const url = net::parse_upstream_url(into.values.upstream);
    if (!url) {
        into.fail("upstream.url", url.error().text);
        return;
    }
    for (endpoint const& listener : listeners) {
        if (!reaches(url->where, listener)) continue;
        into.fail("upstream.url", "points at the guard's own listener " + listener.to_string() +
                                      ": it would connect to itself");
        return;
    }
    auto const admin = net::parse_endpoint(into.values.admin.address);
    if (admin && reaches(url->where, *admin)) {
        into.fail("upstream.url", "points at the guard's own admin.address");
    }
}

void check_webhook(draft& into)
{
    auto const& webhook = into.values.events.webhook;
    if (!webhook.url.empty() && !into.is_broken("events.webhook") &&
        !into.is_broken("events.webhook_file")) {
        auto const url = admin::webhook_url::parse(webhook.url);
        if (!url) into.fail("events.webhook", url.error().text);
    }
    if (webhook.ca_file.empty() || into.is_broken("events.webhook_ca")) return;
    constexpr std::size_t ca_bytes_max = std::size_t{16} << 20U;
    auto const pem = read_whole_file(webhook.ca_file, ca_bytes_max);
    if (!pem) {
        into.fail("events.webhook_ca", webhook.ca_file + " " + pem.error().text);
    } else if (pem->bytes.find("-----BEGIN ") == std::string::npos) {
        into.fail("events.webhook_ca", webhook.ca_file + " is no PEM file");
    }
}

/// True if both values stand as they were meant.
bool sound(std::string_view first, std::string_view second, draft const& from)
{
    return !from.is_broken(first) && !from.is_broken(second);
}

/// The key that was set by somebody is the one to mend.
std::string_view blamed(std::string_view first, std::string_view second, draft const& from)
{
    return from.rank_of(first) >= from.rank_of(second) ? first : second;
}

void check_slowlog(draft& into)
{
    auto const check = [&](std::string_view key, std::string const& text) {
        if (into.is_broken(key) || slowlog_limit(text)) return;
        into.fail(key, "'" + text + "': expected a duration such as \"10ms\", \"0\" or \"-1\"");
    };
    check("slowlog.slower_than", into.values.slowlog.slower_than);
    check("slowlog.blocked_longer_than", into.values.slowlog.blocked_longer_than);
}

void check_pairs(draft& into)
{
    auto const& relay = into.values.relay;
    if (relay.retry_min > relay.retry_max &&
        sound("upstream.retry_min", "upstream.retry_max", into)) {
        into.fail(blamed("upstream.retry_min", "upstream.retry_max", into),
                  "upstream.retry_min (" + format_duration(relay.retry_min) +
                      ") is longer than upstream.retry_max (" + format_duration(relay.retry_max) +
                      ")");
    }
    if (relay.hold_bytes > relay.skip_bytes &&
        sound("limits.held_request", "limits.skipped_request", into)) {
        into.fail(blamed("limits.skipped_request", "limits.held_request", into),
                  "limits.held_request (" + format_size(relay.hold_bytes) +
                      ") is larger than limits.skipped_request (" + format_size(relay.skip_bytes) +
                      ")");
    }
    if (into.values.require_upstream && relay.hold.count() == 0) {
        into.fail(blamed("upstream.require", "upstream.hold", into),
                  "upstream.require waits for upstream.hold, which is 0");
    }
}

void check_doctor(draft& into)
{
    for (auto const& id : into.values.doctor.ready) {
        if (doctor::find_check(id) != nullptr) continue;
        std::vector<std::string_view> known;
        for (auto const& each : doctor::checks())
            known.push_back(each.id);
        into.fail("doctor.ready", "no check is called '" + id + "'" + suggestion(id, known));
    }
    auto const& doctor = into.values.doctor;
    if (!doctor.ready.empty() && doctor.interval.count() == 0) {
        into.fail("doctor.ready", "needs doctor.interval, which is 0");
    }
}

}  // namespace

void check_consistency(draft& into)
{
    std::vector<endpoint> const listeners = check_listeners(into);
    check_admin(listeners, into);
    check_admin_hosts(into);
    check_upstream(listeners, into);
    check_webhook(into);
    check_pairs(into);
    check_slowlog(into);
    check_doctor(into);
}

}  // namespace respguard::config
