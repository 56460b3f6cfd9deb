// respguard report limits
#include "respguard/base/units.hpp"
#include "respguard/net/endpoint.hpp"

#include <boost/json/parse.hpp>

#include <cstdio>
#include <memory>

#include "commands.hpp"
#include "config_options.hpp"
#include "http_get.hpp"
#include "limits_report.hpp"

namespace respguard::proxy {

namespace {

constexpr std::string_view group_help = R"(Usage: respguard report limits [options]

  limits    which commands a hosted Redis with a size limit would refuse
)";

constexpr std::string_view help =
    R"(Usage: respguard report limits [--limit SIZE] [--admin ADDR] [-c FILE]

Asks the running guard what share of the requests so far was over 1 MB, 10 MB
and SIZE, which commands have the largest, and how many commands a month come
together at the present rate: what Upstash and the like bill and refuse.

  --limit SIZE         one more limit, such as 5mb
  --admin ADDR         the guard's admin address [127.0.0.1:9379]
                       [or RESPGUARD_ADMIN_ADDRESS]
  -c, --config FILE    take admin.address from this file [or RESPGUARD_CONFIG]

Ends with 0, 1 the guard was not reached, 64 usage.
)";

int failed(std::string const& text)
{
    std::fprintf(stderr, "respguard: %s\n", text.c_str());
    return 1;
}

int limits(config::sources const& from, std::string const& custom)
{
    std::uint64_t limit = 0;
    if (!custom.empty()) {
        auto const size = parse_size(custom);
        if (!size) {
            std::fprintf(stderr, "respguard: --limit: %s\n", size.error().text.c_str());
            return 64;
        }
        limit = *size;
    }
    std::string const address = load_with_environment(from).values.admin.address;
    auto const where = net::parse_endpoint(address);
    if (!where) return failed("admin.address: " + where.error().text);
    auto const answer = http_get(*where, "/stats");
    if (!answer.failure.empty()) return failed(address + ": " + answer.failure);
    boost::json::error_code bad;
    auto const stats = boost::json::parse(answer.body, bad);
    bool const whole = !bad && answer.status == 200 && stats.is_object();
    if (!whole || !stats.as_object().contains("limits"))
        return failed(address + ": no guard of this version");
    std::fputs(limits_report(stats.as_object(), limit).c_str(), stdout);
    return 0;
}

}  // namespace

void add_report(CLI::App& app, outcome& result)
{
    struct options {
        config::sources from;
        std::string limit;
    };
    auto const chosen = std::make_shared<options>();
    CLI::App* const group = app.add_subcommand("report");
    set_help(*group, group_help);
    group->require_subcommand(1);
    CLI::App* const command = group->add_subcommand("limits");
    set_help(*command, help);
    add_admin_option(*command, chosen->from);
    add_file_option(*command, chosen->from);
    command->add_option("--limit", chosen->limit);
    command->callback([chosen, &result] {
        result.work = [chosen] { return limits(chosen->from, chosen->limit); };
    });
}

}  // namespace respguard::proxy
