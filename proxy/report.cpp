// respguard report limits
#include "respguard/base/units.hpp"

#include <cstdio>
#include <memory>

#include "admin_help.hpp"
#include "admin_options.hpp"
#include "commands.hpp"
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
)" RESPGUARD_ADMIN_HELP R"(
Ends with 0, 1 the guard was not reached, 64 usage.
)";

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
    auto const at = find_admin(from);
    auto const stats = ask_admin(at, "/stats");
    if (!stats) return stats.exit_code;
    if (!stats->contains("limits")) return admin_failed(at, "no guard of this version");
    std::fputs(limits_report(*stats, limit).c_str(), stdout);
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
    add_admin_options(*command, chosen->from);
    command->add_option("--limit", chosen->limit);
    command->callback([chosen, &result] {
        result.work = [chosen] { return limits(chosen->from, chosen->limit); };
    });
}

}  // namespace respguard::proxy
