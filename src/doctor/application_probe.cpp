#include "doctor/application_probe.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <vector>

namespace respguard::doctor {

namespace {

constexpr std::array<char const*, 4> queue_names{"notify", "submit", "documents", "export"};
constexpr std::size_t databases_max = 16;

std::uint64_t number_of(answer const& heard)
{
    bool const counts = heard.reply && heard.reply->what == resp_value::kind::integer;
    return counts ? static_cast<std::uint64_t>(std::max<std::int64_t>(heard.reply->integer, 0)) : 0;
}

/// Databases that hold keys, by INFO's Keyspace lines.
std::vector<std::uint32_t> used_databases(facts const& from)
{
    std::vector<std::uint32_t> out;
    for (std::uint32_t db = 0; db < 64 && out.size() < databases_max; ++db) {
        if (from.info("db" + std::to_string(db))) out.push_back(db);
    }
    return out;
}

bool select(asker& from, std::uint32_t db)
{
    auto const heard = from.ask({"SELECT", std::to_string(db)});
    bool const ok = heard.reply && !heard.reply->is_error();
    if (ok) from.selected(db);
    return ok;
}

/// The mailboxes of the URL's database, else of the first that has some.
void count_mailboxes(asker& from, facts& into)
{
    std::string const key = into.prefix + "ia:accounts";
    auto const* const here = from.note(into, {"SCARD", key});
    if (here == nullptr || here->what != resp_value::kind::integer) return;
    into.application.mailboxes = static_cast<std::uint64_t>(here->integer);
    into.application.db = into.db;
    if (here->integer > 0) return;
    for (auto const db : used_databases(into)) {
        if (db == into.db || !select(from, db)) continue;
        auto const count = number_of(from.ask({"SCARD", key}));
        if (count == 0) continue;
        into.application.mailboxes = count;
        into.application.db = db;
        return;
    }
    (void)select(from, into.db);
}

void read_queue(asker& from, facts& into, std::string const& name)
{
    std::string const base = into.prefix + "bull:" + name + ":";
    auto const meta = from.ask({"HGET", base + "meta", "version"});
    if (!meta.reply || meta.reply->is_error()) {
        into.application.queues_denied = meta.reply ? meta.reply->text : meta.failure;
        return;
    }
    queue_facts queue;
    queue.name = name;
    queue.version = meta.reply->as_text();
    queue.waiting = number_of(from.ask({"LLEN", base + "wait"}));
    if (queue.version.empty() && queue.waiting == 0) return;  // No such queue.
    queue.waiting += number_of(from.ask({"ZCARD", base + "prioritized"}));
    queue.active = number_of(from.ask({"LLEN", base + "active"}));
    queue.delayed = number_of(from.ask({"ZCARD", base + "delayed"}));
    queue.failed = number_of(from.ask({"ZCARD", base + "failed"}));
    into.application.queues.push_back(std::move(queue));
}

/// The largest of at most three messages of each of at most ten accounts: 50 short questions.
void sample_messages(asker& from, facts& into)
{
    auto const accounts = from.ask({"SRANDMEMBER", into.prefix + "ia:accounts", "10"});
    if (!accounts.reply || accounts.reply->what != resp_value::kind::array) {
        into.application.messages_denied = accounts.reply ? accounts.reply->text : accounts.failure;
        return;
    }
    std::uint64_t largest = 0;
    for (auto const& account : accounts.reply->items) {
        std::string const key = into.prefix + "iaq:" + account.as_text();
        if (number_of(from.ask({"HLEN", key})) == 0) continue;
        auto const fields = from.ask({"HRANDFIELD", key, "3"});
        if (!fields.reply || fields.reply->is_error()) {  // Before Redis 6.2: no such command.
            into.application.messages_denied = fields.reply ? fields.reply->text : fields.failure;
            return;
        }
        for (auto const& field : fields.reply->items)
            largest = std::max(largest, number_of(from.ask({"HSTRLEN", key, field.as_text()})));
    }
    into.application.largest_message_bytes = largest;
}

}  // namespace

void probe_application(asker& from, facts& into)
{
    count_mailboxes(from, into);
    for (auto const* const name : queue_names)
        read_queue(from, into, name);
    if (into.application.mailboxes.value_or(0) > 0) sample_messages(from, into);
}

}  // namespace respguard::doctor
