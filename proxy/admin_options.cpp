#include "admin_options.hpp"

#include "respguard/app/run.hpp"
#include "respguard/terminal/http_get.hpp"

#include <boost/json/parse.hpp>

#include <cstdio>

#include "config_options.hpp"

namespace respguard::proxy {

void add_admin_options(CLI::App& app, config::sources& from)
{
    add_admin_option(app, from);
    add_file_option(app, from);
}

admin_address find_admin(config::sources const& from)
{
    admin_address found;
    found.text = load_with_environment(from).values.admin.address;
    auto where = net::parse_endpoint(found.text);
    if (where) {
        found.where = *where;
    } else {
        found.problem = "admin.address '" + found.text +
                        "': " + (found.text.empty() ? "is off" : where.error().text);
    }
    return found;
}

admin_answer ask_admin(admin_address const& at, std::string const& path)
{
    auto const failed = [&at](std::string_view why, unsigned status = 0) {
        return admin_answer{{}, admin_failed(at, why, status)};
    };
    if (!at.where) return failed(at.problem);
    auto const answer = terminal::http_get(*at.where, path);
    if (!answer.failure.empty()) return failed(answer.failure);
    if (answer.status == 404) return failed("this guard has no " + path.substr(0, path.find('?')));
    if (answer.status != 200) {
        return failed(answer.body.substr(0, answer.body.find('\n')), answer.status);
    }
    boost::json::error_code bad;
    auto parsed = boost::json::parse(answer.body, bad);
    if (bad || !parsed.is_object()) return failed("no guard: the answer is no JSON");
    return {std::move(parsed.as_object()), 0};
}

int admin_failed(admin_address const& at, std::string_view why, unsigned status)
{
    std::string const place = at.where ? at.text + ": " : "";
    std::fprintf(stderr, "respguard: %s%.*s\n", place.c_str(), static_cast<int>(why.size()),
                 why.data());
    return status == 400 ? app::exit_usage : 1;
}

int stream_ended(admin_address const& at, std::string const& path, terminal::stream_end const& end)
{
    if (end.status == 404) return admin_failed(at, "this guard has no " + path);
    if (end.status != 0 && end.status != 200) {
        return admin_failed(at, end.body.substr(0, end.body.find('\n')), end.status);
    }
    return end.failure.empty() ? 0 : admin_failed(at, end.failure);
}

}  // namespace respguard::proxy
