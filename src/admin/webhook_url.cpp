#include "respguard/admin/webhook_url.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <charconv>
#include <cstdint>
#include <system_error>

namespace respguard::admin {

parsed<webhook_url> webhook_url::parse(std::string_view text)
{
    auto const read = boost::urls::parse_absolute_uri({text.data(), text.size()});
    if (!read) return problem{"is no URL such as https://alerts.example/respguard"};
    auto const& url = read.value();
    webhook_url made;
    made.tls = url.scheme() == "https";
    if (!made.tls && url.scheme() != "http") return problem{"must begin with http:// or https://"};
    made.host = url.host_address();
    if (made.host.empty()) return problem{"has no host"};
    std::string const usual_port = made.tls ? "443" : "80";
    made.port = url.has_port() && !url.port().empty() ? std::string(url.port()) : usual_port;
    std::uint32_t port = 0;
    auto const* const end = made.port.data() + made.port.size();
    auto const [read_to, failed] = std::from_chars(made.port.data(), end, port);
    if (failed != std::errc() || read_to != end || port == 0 || port > 65'535) {
        return problem{"has no usable port"};
    }
    // "http://host:x/": no port to Boost 1.81, but a path that does not begin with a slash.
    if (!url.encoded_path().empty() && !url.encoded_path().starts_with('/')) {
        return problem{"has no usable port"};
    }
    made.host_header = std::string(url.encoded_host_and_port());
    made.target = url.encoded_path().empty() ? "/" : std::string(url.encoded_path());
    if (url.has_query()) made.target += "?" + std::string(url.encoded_query());
    if (url.has_userinfo()) made.user_info = url.userinfo();
    return made;
}

std::string webhook_url::shown() const
{
    std::string out = (tls ? "https://" : "http://") + host_header;
    if (!user_info.empty()) out.insert(out.find("//") + 2, "***@");
    return target == "/" ? out : out + "/***";
}

}  // namespace respguard::admin
