#include "app/event_log.hpp"

#include "respguard/base/log.hpp"
#include "respguard/net/event_loop.hpp"

#include <string>
#include <system_error>
#include <utility>

namespace respguard::app {

namespace {

std::string error_text(int error)
{
    return error == 0 ? std::string() : std::system_category().message(error);
}

stats::event event_about(relay::client_info const& client, stats::event_type type)
{
    stats::event made;
    made.type = type;
    made.unix_ns = net::wall_clock_ns();
    made.client = client.address;
    made.client_id = client.id;
    made.name = client.name;
    made.user = client.user;
    made.db = client.db;
    return made;
}

std::string_view told(policy::action what) noexcept
{
    switch (what) {
    case policy::action::allow:
    case policy::action::alert: return "request let through with an alert";
    case policy::action::reject: return "request refused";
    case policy::action::close: return "connection closed for a request";
    }
    return "";
}

}  // namespace

event_log::event_log(policy::rule_set const& rules, event_sink tell)
    : rules_(rules), tell_(std::move(tell)), budgets_(rules.rules().size() + 1)
{
    read_intervals();
}

void event_log::renumber_rules(policy::rule_places const& places)
{
    // With what was left out so far, which the next line has to tell.
    std::vector<budget> moved(places.rules_after() + 1);
    for (std::size_t i = 0; i < places.rules_before(); ++i) {
        auto const place = places.of(static_cast<std::uint16_t>(i));
        if (place != policy::no_rule) moved[place] = budgets_[i];
    }
    moved.back() = budgets_.back();
    budgets_ = std::move(moved);
    read_intervals();
}

void event_log::read_intervals()
{
    for (std::size_t i = 0; i < rules_.rules().size(); ++i) {
        budgets_[i].every_ns = static_cast<std::uint64_t>(rules_.rules()[i].every.count());
    }
}

bool event_log::may_write(budget& of, std::uint64_t& left_out) noexcept
{
    std::uint64_t const now = net::monotonic_ns();
    if (of.every_ns > 0) {
        if (of.last_ns != 0 && now - of.last_ns < of.every_ns) {
            ++of.left_out;
            return false;
        }
        of.last_ns = now;
        left_out = std::exchange(of.left_out, 0);
        return true;
    }
    std::uint64_t const second = now / 1'000'000'000U;
    if (of.second != second) {
        of.second = second;
        of.lines = 0;
    }
    if (of.lines == lines_per_second) {
        ++of.left_out;
        return false;
    }
    ++of.lines;
    left_out = of.left_out;
    of.left_out = 0;
    return true;
}

void event_log::on_judged(relay::client_info const& client, relay::judged_request const& request)
{
    bool const by_rule = request.verdict.rule != policy::no_rule;
    std::uint64_t left_out = 0;
    budget& of = by_rule ? budgets_[request.verdict.rule] : budgets_.back();
    if (!may_write(of, left_out)) return;
    std::string_view const rule = by_rule
                                      ? std::string_view(rules_.rules()[request.verdict.rule].id)
                                      : std::string_view("built-in");
    std::string_view const what = request.shadow
                                      ? "shadow rule matched: request judged by other rules"
                                      : told(request.verdict.what);
    std::string_view const action =
        request.shadow ? std::string_view("shadow") : policy::to_string(request.verdict.what);
    log::write(log::level::warn, what,
               {{"event", to_string(stats::event_type::rule_hit)},
                {"rule", rule},
                {"action", action},
                {"command", command::traits_of(request.command).name},
                {"reason", std::string_view(request.reason)},
                {"client", std::string_view(client.address)},
                {"client_id", client.id},
                {"name", client.name},
                {"user", client.user},
                {"db", std::uint64_t{client.db}},
                {"request_bytes", request.size_bytes},
                {"arguments", std::uint64_t{request.arguments}},
                {"lines_left_out", left_out}});
    stats::event made = event_about(client, stats::event_type::rule_hit);
    made.rule = rule;
    made.action = action;
    made.command = command::traits_of(request.command).name;
    bool const explains = by_rule && !rules_.rules()[request.verdict.rule].message.empty();
    made.reason = explains ? rules_.rules()[request.verdict.rule].message : request.reason;
    made.request_bytes = request.size_bytes;
    made.arguments = request.arguments;
    made.left_out = left_out;
    tell_(std::move(made));
}

void event_log::on_storm(relay::client_info const& client, relay::refused_storm const& what)
{
    log::write(log::level::error, "client is refused and reconnects again and again",
               {{"event", to_string(stats::event_type::storm)},
                {"rule", std::string_view(rules_.rules()[what.rule].id)},
                {"client", std::string_view(client.address)},
                {"name", client.name},
                {"user", client.user},
                {"connections", std::uint64_t{what.connections}},
                {"within_ms", what.within_ns / 1'000'000U}});
    stats::event made = event_about(client, stats::event_type::storm);
    made.rule = rules_.rules()[what.rule].id;
    made.reason = std::to_string(what.connections) + " connections refused and ended within " +
                  std::to_string(what.within_ns / 1'000'000U) + " ms";
    tell_(std::move(made));
}

void event_log::on_logged(stats::logged_command const& entry)
{
    auto const kind = static_cast<std::size_t>(entry.kind);
    std::uint64_t left_out = 0;
    if (!log::is_on(log::level::warn) || !may_write(logged_[kind], left_out)) return;
    static constexpr std::array<std::string_view, 3> words{"slow command", "large request",
                                                           "large reply"};
    std::string const where = stats::in_words(entry.parts, entry.round_trip_ns);
    std::string arguments;
    for (auto const& each : entry.arguments)
        arguments += (arguments.empty() ? "" : " ") + each;
    log::write(log::level::warn, words[kind],
               {{"event", stats::log_kind_names[kind]},
                {"command", command::traits_of(entry.command).name},
                {"arguments", std::string_view(arguments)},
                {"script", std::string_view(entry.script)},
                {"queue", std::string_view(entry.queue)},
                {"family", std::string_view(entry.family)},
                {"rtt_us", entry.round_trip_ns / 1'000U},
                {"where", std::string_view(where)},
                {"guard_us", entry.parts.guard_ns / 1'000U},
                {"behind_us", entry.parts.behind_ns / 1'000U},
                {"upstream_us", entry.parts.upstream_ns / 1'000U},
                {"transfer_us", entry.parts.transfer_ns / 1'000U},
                {"client_us", entry.parts.client_ns / 1'000U},
                {"request_bytes", entry.request_bytes},
                {"reply_bytes", entry.reply_bytes},
                {"outcome", to_string(entry.outcome)},
                {"error", std::string_view(entry.error)},
                {"client", std::string_view(entry.client)},
                {"client_id", entry.client_id},
                {"name", std::string_view(entry.name)},
                {"user", std::string_view(entry.user)},
                {"db", std::uint64_t{entry.db}},
                {"lines_left_out", left_out}});
}

void event_log::on_connected(relay::client_info const& client)
{
    if (!log::is_on(log::level::debug)) return;
    log::write(log::level::debug, "client connected",
               {{"client", std::string_view(client.address)}, {"client_id", client.id}});
}

void event_log::on_refused(std::string_view address, std::uint32_t clients_max)
{
    std::uint64_t left_out = 0;
    if (!may_write(refused_, left_out)) return;
    log::write(log::level::warn, "client refused",
               {{"by", to_string(side::guard)},
                {"reason", std::string_view("too many clients")},
                {"clients_max", std::uint64_t{clients_max}},
                {"client", address},
                {"lines_left_out", left_out}});
}

void event_log::on_held(relay::client_info const& client, int error)
{
    std::uint64_t left_out = 0;
    if (!may_write(held_, left_out)) return;
    std::string const why = error_text(error);
    log::write(log::level::warn, "upstream can not be reached, client is held",
               {{"error", std::string_view(why)},
                {"client", std::string_view(client.address)},
                {"client_id", client.id},
                {"lines_left_out", left_out}});
}

void event_log::on_closed(relay::client_info const& client, relay::closed_client const& how)
{
    if (tell_end_) tell_end_(client, how);
    log::level const level = how.orderly ? log::level::debug : log::level::info;
    if (!log::is_on(level)) return;
    std::uint64_t left_out = 0;
    if (!how.orderly && !may_write(closed_, left_out)) return;
    std::string const error = error_text(how.error);
    log::write(level, "connection closed",
               {{"by", to_string(how.by)},
                {"reason", std::string_view(how.reason)},
                {"error", std::string_view(error)},
                {"client", std::string_view(client.address)},
                {"client_id", client.id},
                {"name", client.name},
                {"age_ms", how.age_ns / 1'000'000U},
                {"commands", how.commands},
                {"cancelled", std::uint64_t{how.cancelled}},
                {"lines_left_out", left_out}});
}

}  // namespace respguard::app
