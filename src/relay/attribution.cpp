#include "relay/attribution.hpp"

#include "respguard/base/argument_walk.hpp"
#include "respguard/base/hash.hpp"
#include "respguard/base/sha1.hpp"
#include "respguard/command/function_library.hpp"
#include "respguard/command/script_catalogue.hpp"

#include <algorithm>
#include <string_view>

#include "relay/key_family.hpp"

namespace respguard::relay {

namespace {

using command::first_key_place;
using command::sha1_digits;

/// Another one learned than these is an attack, or no prefix.
constexpr std::size_t prefixes_max = 8;
/// Longer queue names are no names; BullMQ has no limit of its own.
constexpr std::size_t queue_name_max = 128;
/// A reply of moveToActive or moveToFinished without a job is 20 or 4 bytes.
constexpr std::uint64_t job_reply_bytes = 64;

// So that a digest, a text and a function of the same bytes are three things.
constexpr std::uint64_t digest_seed = 1;
constexpr std::uint64_t text_seed = 2;
constexpr std::uint64_t function_seed = 3;
constexpr std::uint64_t cut_seed = 4;
/// Of a text that is not wholly there, so much tells it apart.
constexpr std::size_t cut_text_bytes = 512;

class first_key_finder final : public command::key_visitor {
public:
    void on_key(command::named_key const& key) noexcept override
    {
        if (found.data() == nullptr && key.is_whole() && !key.is_pattern) found = key.bytes;
    }
    byte_view found;
};

/// Argument `index`, whole or cut; an empty one if it is not there.
argument argument_of(recorded_request const& request, std::size_t index) noexcept
{
    if (index < request.leading.size()) [[likely]] {
        auto const where = request.leading[index];
        return {byte_view(request.canonical.data() + where.offset, where.size), where.size};
    }
    argument_walk walk(request.canonical);
    while (walk.next()) {
        if (walk.index() == index) return walk.current();
    }
    return {};
}

std::string label_text(byte_view name)
{
    std::string out(name.substr(0, queue_name_max));
    for (char& c : out) {
        if (c < ' ' || c > '~') c = '?';
    }
    return out;
}

}  // namespace

attribution::attribution(stats::shard_stats& stats, relay_settings const& settings)
    : stats_(stats), settings_(settings), bzpopmin_(command::find("bzpopmin")),
      brpoplpush_(command::find("brpoplpush")), blmove_(command::find("blmove")),
      script_load_(command::find("script|load")), function_load_(command::find("function|load"))
{
    for (std::size_t id = 0; id < command::table().size(); ++id)
        places_.push_back(command::first_key_of(static_cast<command::command_id>(id)));
    add_prefix("bull");
    for (auto const& prefix : settings.queue_prefixes)
        add_prefix(prefix);
}

void attribution::add_prefix(std::string_view prefix)
{
    std::string text(prefix);
    text += ':';
    bool const known = std::any_of(prefixes_.begin(), prefixes_.end(),
                                   [&](queue_prefix const& each) { return each.text == text; });
    if (known || prefixes_.size() >= prefixes_max) return;
    std::uint64_t const hash = hash_of(text);
    prefixes_.push_back({std::move(text), hash});
}

void attribution::on_request(request_note& note, recorded_request const& request)
{
    note.script = script_of(request);
    if (note.script != stats::no_label) {
        stats_.scripts.count_request(note.script, request.size_bytes);
    }
    byte_view const key = first_key(request);
    if (key.data() == nullptr) return;
    learn_prefix(request, note.script, key);
    attribute_key(note, key);
    stats_.families.count_request(note.family, request.size_bytes);
    if (note.queue == stats::no_label) return;
    stats_.queues.count_request(note.queue, request.size_bytes);
    auto& workers = stats_.queues.of(note.queue).workers;
    workers.request_ns = request.now_ns;
    if (sign_of(note, request.command) == worker_sign::none) return;
    workers.sign_ns = request.now_ns;
    if (waits_for_job(request.command)) {
        ++workers.waiting;
        workers.busy = false;
    }
}

void attribution::on_whole(request_note const& note, std::uint64_t bytes) noexcept
{
    if (note.family != stats::no_label) stats_.families.of(note.family).add_request(bytes);
    if (note.script != stats::no_label) stats_.scripts.of(note.script).add_request(bytes);
    if (note.queue != stats::no_label) stats_.queues.of(note.queue).add_request(bytes);
}

void attribution::on_reply(request_note const& note, command::command_id id,
                           std::uint64_t reply_bytes, bool error, std::uint64_t round_trip_ns,
                           bool blocking, std::uint64_t now_ns)
{
    if (note.family == stats::no_label && note.script == stats::no_label) return;
    if (note.family != stats::no_label) {
        stats_.families.count_reply(note.family, reply_bytes, error, round_trip_ns, blocking);
    }
    if (note.script != stats::no_label) {
        stats_.scripts.count_reply(note.script, reply_bytes, error, round_trip_ns, blocking);
    }
    if (note.queue == stats::no_label) return;
    stats_.queues.count_reply(note.queue, reply_bytes, error, round_trip_ns, blocking);
    auto& workers = stats_.queues.of(note.queue).workers;
    if (waits_for_job(id)) {
        workers.waiting -= workers.waiting > 0 ? 1 : 0;
        workers.sign_ns = now_ns;
    } else if (sign_of(note, id) == worker_sign::fetches) {
        workers.busy = reply_bytes >= job_reply_bytes;
        workers.sign_ns = now_ns;
    }
}

void attribution::on_cancelled(request_note const& note, command::command_id id) noexcept
{
    if (note.family != stats::no_label) ++stats_.families.of(note.family).cancelled;
    if (note.script != stats::no_label) ++stats_.scripts.of(note.script).cancelled;
    if (note.queue == stats::no_label) return;
    auto& row = stats_.queues.of(note.queue);
    ++row.cancelled;
    if (waits_for_job(id) && row.workers.waiting > 0) --row.workers.waiting;
}

request_note attribution::known(recorded_request const& request) const
{
    request_note note;
    byte_view const key = first_key(request);
    if (key.data() != nullptr) note.family = stats_.families.find(family_hash(key));
    return note;
}

attribution::worker_sign attribution::sign_of(request_note const& note,
                                              command::command_id id) const noexcept
{
    if (waits_for_job(id)) return worker_sign::alive;
    return note.script < signs_.size() ? signs_[note.script] : worker_sign::none;
}

stats::label attribution::script_of(recorded_request const& request)
{
    if (request.command == script_load_) {
        auto const text = argument_of(request, 2);
        if (text.is_whole() && !text.bytes.empty()) (void)of_text(text.bytes, true);
        return stats::no_label;
    }
    if (request.command == function_load_) learn_library(request);
    if (!command::traits_of(request.command).has(command::trait::script)) return stats::no_label;
    auto const first = argument_of(request, 1);
    byte_view const name = command::traits_of(request.command).name;
    if (name.starts_with("evalsha")) return of_digest(first.bytes);
    if (name.starts_with("eval")) return of_text(first.bytes, first.is_whole());
    std::uint64_t const key = hash_of(first.bytes, function_seed);
    auto const found = stats_.scripts.find(key);
    if (found != stats::no_label) return found;
    return add_script(key, label_text(first.bytes.substr(0, command::script_name_max)), {});
}

// FUNCTION LOAD [REPLACE] text. From now on FCALL's functions are shown with their library.
void attribution::learn_library(recorded_request const& request)
{
    auto const last = request.arguments == 0 ? 2 : request.arguments - 1U;
    auto const text = argument_of(request, last).bytes;
    std::string const library = label_text(command::library_name_in(text));
    if (library.empty()) return;
    for (byte_view const name : command::functions_in(text)) {
        std::uint64_t const key = hash_of(name, function_seed);
        if (stats_.scripts.find(key) == stats::no_label) {
            (void)add_script(key, label_text(name.substr(0, command::script_name_max)), library);
        }
    }
}

stats::label attribution::of_digest(byte_view digest)
{
    std::uint64_t const key = hash_of(digest, digest_seed);
    auto const found = stats_.scripts.find(key);
    if (found != stats::no_label) [[likely]]
        return found;
    if (digest.size() != sha1_digits) return stats::no_label;  // The server refuses it.
    std::string const lower = lowered(digest);
    return add_script(key, name_of(lower, {}), lower);
}

stats::label attribution::of_text(byte_view text, bool whole)
{
    std::uint64_t const key =
        whole ? hash_of(text, text_seed) : hash_of(text.substr(0, cut_text_bytes), cut_seed);
    auto const found = stats_.scripts.find(key);
    if (found != stats::no_label) return found;
    if (!whole) return add_script(key, command::script_name_in(text), {});
    // With no place left, a digest of each text that somebody makes up would be work for nothing.
    if (stats_.scripts.is_full()) {
        std::string const said = command::script_name_in(text);
        if (!command::is_builtin_script_name(said)) return stats_.scripts.add(key, said);
    }
    std::string const digest = sha1_hex(text);
    std::string const name = name_of(digest, text);
    // From now on by its digest as well, whoever says it.
    (void)add_script(hash_of(digest, digest_seed), name, digest);
    return add_script(key, name, digest);
}

std::string attribution::name_of(std::string_view digest, byte_view text) const
{
    for (auto const& [sha1, name] : settings_.script_names) {
        if (sha1 == digest) return label_text(byte_view(name).substr(0, command::script_name_max));
    }
    if (auto const name = command::builtin_script_name(digest); !name.empty()) {
        return std::string(name);
    }
    std::string said = command::script_name_in(text);
    std::string digits = command::short_script_name(digest);
    if (said.empty()) return digits;
    if (!command::is_named_by_code(text)) return said;
    return said.substr(0, command::script_name_max - digits.size() - 1) + ' ' + digits;
}

stats::label attribution::add_script(std::uint64_t key, std::string_view name,
                                     std::string_view digest)
{
    std::string_view const builtin = command::builtin_script_name(digest);
    auto const is_this = [&](auto const& named) { return named.first == digest; };
    bool const known =
        !builtin.empty() || command::is_builtin_script_name(name) ||
        std::any_of(settings_.script_names.begin(), settings_.script_names.end(), is_this);
    stats::label const made = stats_.scripts.add(key, name.empty() ? "?" : name, digest, known);
    // Whatever has found no place is many things: no sign of anything.
    if (made == stats::label_of_overflow) return made;
    if (signs_.size() <= made) signs_.resize(made + std::size_t{1}, worker_sign::none);
    if (!builtin.empty()) name = builtin;  // However it is called here.
    if (name == "moveToActive" || name == "moveToFinished") {
        signs_[made] = worker_sign::fetches;
    } else if (name == "extendLocks" || name == "extendLock" || name == "moveToDelayed" ||
               name == "moveToWaitingChildren" || name == "retryJob") {
        signs_[made] = worker_sign::alive;
    }
    return made;
}

byte_view attribution::first_key(recorded_request const& request) const noexcept
{
    auto const& place = places_[request.command];
    switch (place.how) {
    case first_key_place::kind::none: return {};
    case first_key_place::kind::counted: {
        if (argument_of(request, place.count_index).bytes == "0") return {};
        [[fallthrough]];
    }
    case first_key_place::kind::fixed: {
        auto const key = argument_of(request, place.index);
        return key.is_whole() ? key.bytes : byte_view();
    }
    case first_key_place::kind::search: break;
    }
    first_key_finder finder;
    (void)command::visit_keys(request.command, request.canonical, finder);
    return finder.found;
}

bool attribution::take_apart(byte_view key, queue_key& into) const noexcept
{
    for (std::size_t i = 0; i < prefixes_.size(); ++i) {
        // Nearly all keys of others differ in their first byte: no call for those.
        if (key.empty() || key.front() != prefixes_[i].text.front()) continue;
        if (!key.starts_with(prefixes_[i].text)) continue;
        byte_view const rest = key.substr(prefixes_[i].text.size());
        auto const end = rest.find(':');
        if (end == byte_view::npos || end == 0) continue;
        into = {i, rest.substr(0, end), rest.substr(end + 1)};
        return true;
    }
    return false;
}

void attribution::attribute_key(request_note& note, byte_view key)
{
    queue_key apart;
    if (!take_apart(key, apart)) {
        std::uint64_t const family = family_hash(key);
        note.family = stats_.families.find(family);
        if (note.family == stats::no_label) {
            note.family = stats_.families.add(family, family_name(key));
        }
        // Such a key has one colon: it is of no queue, whatever prefixes there will be.
        std::uint64_t const word = family_memo::word_of(key);
        if (word != 0 && note.family != stats::label_of_overflow) {
            known_families_.remember(word, note.family);
        }
        return;
    }
    queue_prefix const& prefix = prefixes_[apart.prefix];
    std::uint64_t const queue = hash_of(apart.queue, prefix.hash);
    note.queue = stats_.queues.find(queue);
    if (note.queue == stats::no_label) {
        byte_view const named(prefix.text.data(), prefix.text.size() - 1);
        // Two queues of one name under two prefixes are two.
        std::string name = apart.prefix == 0 ? label_text(apart.queue)
                                             : label_text(named) + ':' + label_text(apart.queue);
        bool const free = std::none_of(stats_.queues.rows().begin(), stats_.queues.rows().end(),
                                       [&](stats::usage const& row) {
                                           return row.name == byte_view(label_text(apart.queue));
                                       });
        if (free) name = label_text(apart.queue);
        note.queue = stats_.queues.add(queue, name, label_text(named));
    }
    bool const is_part = is_queue_part(apart.part);
    std::uint64_t const family = is_part ? hash_of(apart.part, queue) : queue ^ 1;
    note.family = stats_.families.find(family);
    if (note.family != stats::no_label) return;
    std::string name = label_text(prefix.text) + label_text(apart.queue) + ':';
    name += is_part ? std::string(apart.part) : "*";
    note.family = stats_.families.add(family, name);
}

// BullMQ waits for jobs at `<prefix>:<queue>:marker`, and its workers' scripts have a key like that
// in front. Its queues' names hold no `:` (queue-base.js refuses it), a prefix may.
void attribution::learn_prefix(recorded_request const& request, stats::label script, byte_view key)
{
    bool const by_script =
        script != stats::no_label && script < signs_.size() && signs_[script] != worker_sign::none;
    if (!by_script && !waits_for_job(request.command)) return;
    queue_key known;
    if (take_apart(key, known)) return;
    auto const part = key.rfind(':');
    if (part == byte_view::npos || part == 0) return;
    if (waits_for_job(request.command) && !is_queue_part(key.substr(part + 1))) return;
    byte_view const queue = key.substr(0, part);
    auto const prefix = queue.rfind(':');
    if (prefix == byte_view::npos || prefix == 0) return;
    add_prefix(queue.substr(0, prefix));
}

}  // namespace respguard::relay
