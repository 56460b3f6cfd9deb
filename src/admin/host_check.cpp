#include "admin/host_check.hpp"

#include "respguard/base/bytes.hpp"

#include <boost/asio/ip/address_v4.hpp>
#include <boost/asio/ip/address_v6.hpp>

#include <algorithm>

namespace respguard::admin {

namespace {

namespace ip = boost::asio::ip;

constexpr std::size_t name_max = 253;  // RFC 1035 2.3.4

bool is_port(std::string_view text)
{
    auto const is_digit = [](char c) { return c >= '0' && c <= '9'; };
    return text.size() <= 5 && std::all_of(text.begin(), text.end(), is_digit);
}

bool is_name_character(char c)
{
    c = to_lower(c);
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
}

host_verdict check_v6(std::string_view host)
{
    auto const end = host.find(']');
    if (end == std::string_view::npos) return host_verdict::malformed;
    auto const rest = host.substr(end + 1);
    if (!rest.empty() && (rest.front() != ':' || !is_port(rest.substr(1)))) {
        return host_verdict::malformed;
    }
    boost::system::error_code ec;
    ip::make_address_v6(std::string(host.substr(1, end - 1)), ec);
    return ec ? host_verdict::malformed : host_verdict::known;
}

}  // namespace

host_verdict check_host(std::string_view host, std::vector<std::string> const& known_names)
{
    if (host.starts_with('[')) return check_v6(host);
    auto const colon = host.find(':');
    if (colon != std::string_view::npos && !is_port(host.substr(colon + 1))) {
        return host_verdict::malformed;
    }
    auto name = host.substr(0, colon);
    if (name.ends_with('.')) name.remove_suffix(1);  // The same name, written with its root.
    if (name.empty() || name.size() > name_max ||
        !std::all_of(name.begin(), name.end(), is_name_character)) {
        return host_verdict::malformed;
    }
    boost::system::error_code ec;
    ip::make_address_v4(std::string(name), ec);
    if (!ec || equals_lower(name, "localhost")) return host_verdict::known;
    bool const is_known =
        std::any_of(known_names.begin(), known_names.end(),
                    [&](std::string const& known) { return equals_lower(name, known); });
    return is_known ? host_verdict::known : host_verdict::unknown;
}

}  // namespace respguard::admin
