// The options of `policy test` that say who sends the command.
#include "sender_options.hpp"

namespace respguard::proxy {

void add_sender_options(CLI::App& app, sender_options& into)
{
    app.add_option("--user", into.user);
    app.add_option("--client", into.client);
    app.add_option("--address", into.address);
    app.add_option("--listener", into.listener);
    app.add_option("--db", into.db);
}

std::optional<policy::sender> sender_of(sender_options const& chosen)
{
    policy::sender from;
    from.user.text = chosen.user;
    from.name.text = chosen.client;
    from.db = chosen.db;
    from.listener = chosen.listener;
    if (chosen.address == "unix") return from;
    from.address = policy::parse_ip(chosen.address);
    if (!from.address) return std::nullopt;
    return from;
}

}  // namespace respguard::proxy
