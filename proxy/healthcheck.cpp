// respguard healthcheck
#include "respguard/terminal/http_get.hpp"

#include <cstdio>
#include <memory>

#include "admin_options.hpp"
#include "commands.hpp"

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

int check(config::sources const& from)
{
    auto const at = find_admin(from);
    if (!at.where) {
        std::fprintf(stderr, "not reachable: %s\n", at.problem.c_str());
        return 1;
    }
    auto const answer = terminal::http_get(*at.where, "/readyz");
    if (!answer.failure.empty()) {
        std::fprintf(stderr, "not reachable: %s: %s\n", at.text.c_str(), answer.failure.c_str());
        return 1;
    }
    std::string const line = answer.body.substr(0, answer.body.find('\n'));
    std::printf("%s (%s, HTTP %u)\n", line.c_str(), at.text.c_str(), answer.status);
    return answer.status == 200 ? 0 : 1;
}

}  // namespace

void add_healthcheck(CLI::App& app, outcome& result)
{
    auto const from = std::make_shared<config::sources>();
    CLI::App* const command = app.add_subcommand("healthcheck");
    set_help(*command, help);
    add_admin_options(*command, *from);
    command->callback([from, &result] { result.work = [from] { return check(*from); }; });
}

}  // namespace respguard::proxy
