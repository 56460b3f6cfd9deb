#include "admin/write_access.hpp"

#include <boost/beast/http/field.hpp>

#include <cstddef>

namespace respguard::admin {

namespace {

namespace http = boost::beast::http;

/// Takes as long for a wrong first letter as for a wrong last one.
bool same_secret(std::string_view given, std::string_view secret) noexcept
{
    unsigned difference = given.size() == secret.size() ? 0 : 1;
    for (std::size_t i = 0; i < given.size(); ++i) {
        auto const other = i < secret.size() ? secret[i] : '\0';
        difference |= static_cast<unsigned char>(given[i]) ^ static_cast<unsigned char>(other);
    }
    return difference == 0;
}

bool is_browser(request_head const& head)
{
    return head.count(http::field::origin) != 0 || head.count("Sec-Fetch-Site") != 0;
}

}  // namespace

std::optional<response> refuse_write(request_head const& head, bool from_here,
                                     std::string_view token)
{
    if (is_browser(head)) {
        return text_response(http::status::forbidden,
                             "No changes from a browser: a page of any site could ask for them.\n");
    }
    if (from_here) return {};
    constexpr std::string_view scheme = "Bearer ";
    std::string_view const given = head[http::field::authorization];
    bool const knows = !token.empty() && given.starts_with(scheme) &&
                       same_secret(given.substr(scheme.size()), token);
    if (knows) return {};
    auto answer = text_response(http::status::unauthorized,
                                "From another host, changes need the token of admin.token_file "
                                "(Authorization: Bearer ...).\n");
    answer.set(http::field::www_authenticate, "Bearer");
    return answer;
}

std::optional<std::string_view> query_value(request_head const& head, std::string_view name)
{
    std::string_view const target = head.target();
    std::optional<std::string_view> found;
    std::size_t at = target.find('?');
    while (at != std::string_view::npos) {
        std::size_t const end = target.find('&', at + 1);
        std::string_view const part = target.substr(at + 1, end - at - 1);
        at = end;
        if (part.size() <= name.size() || !part.starts_with(name) || part[name.size()] != '=')
            continue;
        if (found) return {};
        found = part.substr(name.size() + 1);
    }
    return found;
}

}  // namespace respguard::admin
