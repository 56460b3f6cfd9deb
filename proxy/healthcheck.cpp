// respguard healthcheck
#include "respguard/net/endpoint.hpp"

#include <cstdio>
#include <memory>

#include "commands.hpp"
#include "config_options.hpp"
#include "http_get.hpp"

namespace respguard::proxy {

namespace {

constexpr std::string_view help = R"(Usage: respguard healthcheck [--admin ADDR] [-c FILE]

Asks the running guard whether it is ready (GET /readyz): it takes clients, and
Redis answers. One line, at most 2 seconds. For containers without curl.

  --admin ADDR         host:port, [v6]:port or unix:/path [127.0.0.1:9379]
                       [or RESPGUARD_ADMIN_ADDRESS]
  -c, --config FILE    take admin.address from this file [or RESPGUARD_CONFIG]

  HEALTHCHECK CMD ["respguard", "healthcheck"]          # Dockerfile

Ends with 0 ready, 1 not ready or not reachable, 64 usage.
)";

/// Where a client connects to reach a listener on every address.
net::endpoint reachable(net::endpoint where)
{
    if (where.host == "0.0.0.0") where.host = "127.0.0.1";
    if (where.host == "::") where.host = "::1";
    return where;
}

int check(config::sources const& from)
{
    // Other mistakes are not our concern: the guard may run with other settings.
    std::string const address = load_with_environment(from).values.admin.address;
    auto const where = net::parse_endpoint(address);
    if (!where) {
        std::fprintf(stderr, "not reachable: admin.address '%s': %s\n", address.c_str(),
                     address.empty() ? "is off" : where.error().text.c_str());
        return 1;
    }
    http_answer const answer = http_get(reachable(*where), "/readyz");
    if (!answer.failure.empty()) {
        std::fprintf(stderr, "not reachable: %s: %s\n", address.c_str(), answer.failure.c_str());
        return 1;
    }
    std::string const line = answer.body.substr(0, answer.body.find('\n'));
    std::printf("%s (%s, HTTP %u)\n", line.c_str(), address.c_str(), answer.status);
    return answer.status == 200 ? 0 : 1;
}

}  // namespace

void add_healthcheck(CLI::App& app, outcome& result)
{
    auto const from = std::make_shared<config::sources>();
    CLI::App* const command = app.add_subcommand("healthcheck");
    set_help(*command, help);
    add_admin_option(*command, *from);
    add_file_option(*command, *from);
    command->callback([from, &result] { result.work = [from] { return check(*from); }; });
}

}  // namespace respguard::proxy
