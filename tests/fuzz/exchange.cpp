// A conversation between a client and upstream: whatever both say, and however their bytes are cut,
// the same gets through, and nothing that was to be refused.
//
// Input: a byte of options, then one byte for each thing that happens
// (tests/support/conversation.hpp).
#include "respguard/base/arguments.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "support/conversation.hpp"
#include "support/exchange_harness.hpp"
#include "support/wire.hpp"

namespace {

using namespace respguard;
using test::conversation;
using test::exchange_harness;

void require(bool holds)
{
    if (!holds) __builtin_trap();
}

/// How much may be held of what is not decided: see exchange::undecided_bytes().
constexpr std::size_t undecided_max = 300;

policy::rule_settings rule(char const* id, std::vector<std::string> commands, policy::action what)
{
    policy::rule_settings made;
    made.id = id;
    made.match.commands = std::move(commands);
    made.what = what;
    return made;
}

policy::rule_set make_rules(std::uint64_t size_limit, bool takeover)
{
    policy::policy_settings settings;
    settings.rules.push_back(rule("flush", {"flushall", "debug"}, policy::action::reject));
    settings.rules.push_back(rule("keys", {"keys"}, policy::action::alert));
    settings.rules.push_back(rule("eviction", {"config|set"}, policy::action::reject));
    settings.rules.back().match.params = {"maxmemory-policy"};
    settings.rules.back().match.values = {"allkeys-*"};
    if (!takeover) {
        settings.rules.push_back(
            rule("stream", {"monitor", "sync", "psync", "replconf"}, policy::action::reject));
    }
    if (size_limit > 0) {
        settings.rules.push_back(rule("size", {}, policy::action::reject));
        settings.rules.back().match.request_bytes_over = size_limit;
    }
    return policy::rule_set::compile(settings).value();
}

struct setup {
    explicit setup(std::uint8_t choice)
        : rules(rules_of(choice & 3U)), is_tight((choice & 4U) != 0), takes_over((choice & 3U) == 3)
    {
        settings.hold_bytes = (choice & 8U) != 0 ? 1'024 : 64 * 1'024;
        settings.skip_bytes = 16 * 1'024;
        settings.bulk_bytes = 1'024 * 1'024;
        if (is_tight) {
            settings.inflight_max = 6;
            settings.buffer_bytes = 256;
        }
    }

    /// Compiled once: that takes longer than most conversations.
    static policy::rule_set const& rules_of(unsigned choice)
    {
        static policy::rule_set const all[] = {make_rules(0, false), make_rules(600, false),
                                               make_rules(4'000, false), make_rules(0, true)};
        return all[choice];
    }

    policy::rule_set const& rules;
    relay::relay_settings settings;
    bool is_tight;
    bool takes_over;
};

// --- what must hold whenever somebody looks

struct forwarded {
    std::vector<std::string> whole;
    bool has_part = false;  ///< Behind them, a request that is not whole.
};

/// Takes apart what upstream got; traps if it is not canonical.
forwarded take_apart(std::string bytes)
{
    forwarded found;
    resp::request_limits limits;
    while (!bytes.empty()) {
        resp::request_parser parser(limits);
        std::string const sent = bytes;
        auto const what = parser.parse(bytes);
        require(sent == bytes);  // The parser had nothing to patch.
        if (what != resp::request_parser::status::complete) {
            require(what == resp::request_parser::status::need_more ||
                    what == resp::request_parser::status::decided);
            found.has_part = true;
            break;
        }
        auto const size = static_cast<std::size_t>(parser.size_bytes());
        found.whole.push_back(bytes.substr(0, size));
        std::string again;
        std::size_t count = 0;
        for (byte_view const argument : arguments(found.whole.back())) {
            again += test::bulk(argument);
            ++count;
        }
        require("*" + std::to_string(count) + "\r\n" + again == found.whole.back());
        bytes.erase(0, size);
    }
    return found;
}

relay::judgement judge_again(std::string const& request, policy::rule_set const& rules)
{
    relay::request_head head;
    std::size_t index = 0;
    for (byte_view const argument : arguments(request)) {
        byte_view const cut = argument.substr(0, relay::name_bytes_max);
        if (index == 0) head.name = cut;
        if (index == 1 && command::needs_subcommand(head.name)) head.subcommand = cut;
        ++index;
    }
    head.is = command::identify(head.name, head.subcommand);
    policy::request_facts facts;
    facts.command = head.is.id;
    facts.name = head.name;
    facts.subcommand = head.subcommand;
    facts.size_bytes = request.size();
    facts.canonical = request;
    facts.arguments = static_cast<std::uint32_t>(index);
    return relay::judge(head, facts, rules, false);
}

bool is_exec(std::string bytes)
{
    resp::request_parser parser;
    if (!bytes.starts_with('*') || parser.parse(bytes) != resp::request_parser::status::complete) {
        return false;
    }
    return equals_lower(*arguments(bytes).begin(), "exec");
}

/// One run of a conversation.
class run {
public:
    explicit run(setup const& with) : guard(with.rules, with.settings), with_(with) {}

    void say(test::said const& what, std::size_t piece_bytes)
    {
        byte_view rest(what.bytes);
        do {
            byte_view const piece = rest.substr(0, piece_bytes);
            say_piece(what.by, piece);
            rest.remove_prefix(piece.size());
        } while (!rest.empty());
    }

    void check() const
    {
        auto const sent = take_apart(to_upstream);
        for (auto const& request : sent.whole) {
            auto const judged = judge_again(request, with_.rules);
            require(!judged.refusal && !judged.close);
        }
        if (!guard.core().requested().taken_over) check_balance(sent);
    }

    exchange_harness guard;
    std::string to_upstream;
    std::string to_client;

private:
    void say_piece(side by, byte_view piece)
    {
        auto const& core = guard.core();
        bool const was_poisoned = core.requested().poisoned;
        std::uint64_t const refused_before = core.counted().rejected;
        if (by == side::client) {
            guard.client(piece);
        } else {
            guard.upstream(piece);
            completed_ += core.end() ? 0 : core.replies_completed();
        }
        std::string const fresh = guard.to_upstream();
        to_upstream += fresh;
        to_client += guard.to_client();
        require(core.undecided_bytes() < undecided_max);
        // What comes while no request is wanted stays in the client's socket, not with us.
        require(!core.wants_requests() || guard.held_bytes() <= with_.settings.hold_bytes + 70'000);
        // One byte can not bring two requests, so these belong together.
        if (by != side::client || piece.size() != 1 || with_.is_tight) return;
        if (was_poisoned) require(!is_exec(fresh));
        bool const refused = core.counted().rejected > refused_before;
        if (refused && core.requested().in_multi) require(core.requested().poisoned);
        if (refused) require(fresh.empty());
    }

    /// Every request that upstream got is answered, or owed, exactly once.
    void check_balance(forwarded const& sent) const
    {
        if (guard.core().end()) return;
        std::size_t const accounted = completed_ + guard.core().owed_by_upstream();
        std::size_t const least = sent.whole.size();
        require(accounted == least || (sent.has_part && accounted == least + 1));
    }

    setup const& with_;
    std::size_t completed_ = 0;
};

// --- whole against cut

/// What the client got, taken apart: replies in their order, and pushes, whose place among replies
/// of our own may depend on where reads ended.
struct shown {
    std::vector<std::string> replies;
    std::vector<std::string> pushes;
};

bool is_told(resp::reply_framer const& frame)
{
    if (frame.type() == '>') return true;
    return frame.type() == '*' &&
           (relay::is_message_kind(frame.kind()) || relay::is_subscribe_kind(frame.kind()) ||
            relay::is_unsubscribe_kind(frame.kind()));
}

shown take_apart_shown(std::string const& bytes)
{
    shown found;
    resp::reply_framer framer;
    byte_view rest(bytes);
    while (!rest.empty()) {
        auto const step = framer.scan(rest);
        if (step.what != resp::reply_framer::status::frame_end) break;
        std::string frame(rest.substr(0, step.consumed));
        // Before a request is whole, less is known of why it is refused.
        if (frame.starts_with("-ERR respguard: ")) frame = "-ERR respguard: refused\r\n";
        (is_told(framer) ? found.pushes : found.replies).push_back(frame);
        rest.remove_prefix(step.consumed);
    }
    return found;
}

bool is_prefix(std::vector<std::string> const& one, std::vector<std::string> const& other)
{
    return std::equal(one.begin(),
                      one.begin() + static_cast<std::ptrdiff_t>(std::min(one.size(), other.size())),
                      other.begin());
}

/// Replies of ours wait while a frame has begun that may be a push: one read can be all that is
/// between them and the client, or the end.
bool waits_for_a_frame(relay::exchange const& core)
{
    return core.undecided_bytes() > 0 && core.inflight() > core.owed_by_upstream();
}

void compare(run const& whole, run const& cut)
{
    require(whole.to_upstream == cut.to_upstream);
    if (whole.guard.core().requested().taken_over) return;
    auto const one = take_apart_shown(whole.to_client);
    auto const other = take_apart_shown(cut.to_client);
    require(is_prefix(one.pushes, other.pushes));
    require(is_prefix(one.replies, other.replies));
    if (waits_for_a_frame(whole.guard.core()) || waits_for_a_frame(cut.guard.core())) return;
    require((whole.guard.core().end() == nullptr) == (cut.guard.core().end() == nullptr));
    if (whole.guard.core().end()) return;  // Which of two ends came first may depend on the reads.
    require(one.pushes.size() == other.pushes.size());
    require(one.replies.size() == other.replies.size());
    require(whole.to_client.size() == cut.to_client.size());
    require(whole.guard.core().inflight() == cut.guard.core().inflight());
    require(whole.guard.held_bytes() == cut.guard.held_bytes());
    require(whole.guard.core().undecided_bytes() == cut.guard.core().undecided_bytes());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    if (size < 2 || size > 600) return 0;
    setup const with(data[0]);
    conversation talk({reinterpret_cast<char const*>(data + 1), size - 1});
    std::vector<test::said> script;
    run whole(with);
    while (auto const next = talk.next(whole.guard.core())) {
        script.push_back(*next);
        whole.say(*next, std::string::npos);
        whole.check();
    }
    for (std::size_t const piece_bytes : {std::size_t{1}, std::size_t{1} + data[1] % 40U}) {
        run cut(with);
        for (auto const& each : script)
            cut.say(each, piece_bytes);
        cut.check();
        if (!with.is_tight) compare(whole, cut);
    }
    return 0;
}
