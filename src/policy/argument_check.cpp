#include "policy/argument_check.hpp"

#include "respguard/base/argument_walk.hpp"

#include <algorithm>
#include <utility>

#include "policy/offset_check.hpp"

namespace respguard::policy {

namespace {

parsed<std::vector<glob>> parse_keys(std::vector<std::string> const& texts)
{
    std::vector<glob> made;
    for (std::string const& text : texts) {
        auto one = glob::parse(text, letter_case::matters);
        if (!one) return one.error();
        made.push_back(std::move(one).value());
    }
    return made;
}

/// Index of the first argument that may be the text of a script; 0: the command has none.
std::size_t script_index(command::command_id id) noexcept
{
    static command::command_id const eval = command::find("eval");
    static command::command_id const eval_ro = command::find("eval_ro");
    static command::command_id const script_load = command::find("script|load");
    static command::command_id const function_load = command::find("function|load");
    if (id == eval || id == eval_ro) return 1;
    return id == script_load || id == function_load ? 2 : 0;
}

}  // namespace

/// What the keys of one request say to the rule's key conditions.
class argument_check::keys_seen final : public command::key_visitor {
public:
    explicit keys_seen(argument_check const& check) noexcept : check_(check) {}

    void on_key(command::named_key const& key) noexcept override
    {
        if (check_.key_bytes_over_ && key.size_bytes > *check_.key_bytes_over_) long_ = true;
        if (!key.is_whole()) {
            cut_ = true;
            return;
        }
        byte_view const text = key.bytes;
        if (key.is_pattern) {
            matched_ = either(matched_, overlap(check_.keys_, text));
            auto const has = [&](glob const& g) { return g.contains(text); };
            if (std::none_of(check_.outside_.begin(), check_.outside_.end(), has)) outside_ = true;
            return;
        }
        auto const takes = [&](glob const& g) { return g.matches(text); };
        if (std::any_of(check_.keys_.begin(), check_.keys_.end(), takes)) matched_ = tri::yes;
        if (std::none_of(check_.outside_.begin(), check_.outside_.end(), takes)) outside_ = true;
    }

    [[nodiscard]] tri verdict(command::keys_found found) const noexcept
    {
        // Some key is not there, and it may be any.
        tri const rest = cut_ || found == command::keys_found::cut ? tri::maybe : tri::no;
        tri result = tri::yes;
        if (check_.key_bytes_over_) result = both(result, either(certainly(long_), rest));
        if (!check_.keys_.empty()) result = both(result, either(matched_, rest));
        bool const unknown = check_.unknown_ && found == command::keys_found::unknown;
        if (!check_.outside_.empty()) {
            result = both(result, either(certainly(outside_ || unknown), rest));
        } else if (check_.unknown_) {
            result = both(result, either(certainly(unknown), rest));
        }
        return result;
    }

private:
    static tri overlap(std::vector<glob> const& globs, byte_view pattern) noexcept
    {
        tri found = tri::no;
        for (glob const& g : globs) {
            if (g.contains(pattern)) return tri::yes;
            if (g.may_overlap(pattern)) found = tri::maybe;
        }
        return found;
    }

    argument_check const& check_;
    bool long_ = false;
    bool outside_ = false;
    bool cut_ = false;
    tri matched_ = tri::no;
};

bool argument_check::is_wanted(condition_settings const& match) noexcept
{
    return match.arguments_over || match.argument_bytes_over || match.key_bytes_over ||
           match.offset_over || !match.keys.empty() || !match.keys_outside.empty() ||
           match.keys_unknown || !match.scripts_containing.empty();
}

parsed<argument_check> argument_check::make(condition_settings const& match)
{
    argument_check made;
    made.arguments_over_ = match.arguments_over;
    made.argument_bytes_over_ = match.argument_bytes_over;
    made.key_bytes_over_ = match.key_bytes_over;
    made.offset_over_ = match.offset_over;
    auto keys = parse_keys(match.keys);
    if (!keys) return keys.error();
    made.keys_ = std::move(keys).value();
    auto outside = parse_keys(match.keys_outside);
    if (!outside) return outside.error();
    made.outside_ = std::move(outside).value();
    made.unknown_ = match.keys_unknown.value_or(!match.keys_outside.empty());
    if (!made.unknown_ && match.keys_outside.empty() && match.keys_unknown) {
        return problem{"keys_unknown = false says nothing without keys_outside"};
    }
    for (std::string const& word : match.scripts_containing) {
        if (word.empty()) return problem{"scripts_containing has an empty word"};
        made.words_.push_back(lowered(word));
    }
    return made;
}

bool argument_check::concerns(command::command_id id) const noexcept
{
    if (looks_at_keys() && !command::may_touch_keys(id)) return false;
    if (offset_over_ && !writes_at_offset(id)) return false;
    return words_.empty() || script_index(id) != 0;
}

tri argument_check::matches(request_facts const& facts) const noexcept
{
    tri found = tri::yes;
    if (arguments_over_) found = certainly(facts.arguments > *arguments_over_);
    if (argument_bytes_over_ && found != tri::no) found = both(found, has_long_argument(facts));
    if (offset_over_ && found != tri::no) found = both(found, writes_beyond(facts, *offset_over_));
    if (looks_at_keys() && found != tri::no) found = both(found, touches(facts));
    if (!words_.empty() && found != tri::no) found = both(found, has_script(facts));
    return found;
}

tri argument_check::has_long_argument(request_facts const& facts) const noexcept
{
    argument_walk walk(facts.canonical);
    while (walk.next()) {
        if (walk.current().size_bytes > *argument_bytes_over_) return tri::yes;
    }
    // The header of the last one is enough.
    return walk.index() + 1 == facts.arguments ? tri::no : tri::maybe;
}

tri argument_check::touches(request_facts const& facts) const noexcept
{
    keys_seen seen(*this);
    command::keys_found const found = command::visit_keys(facts.command, facts.canonical, seen);
    return seen.verdict(found);
}

tri argument_check::has_script(request_facts const& facts) const noexcept
{
    std::size_t const first = script_index(facts.command);
    argument_walk walk(facts.canonical);
    bool cut = true;
    while (walk.next()) {
        if (walk.index() < first) continue;
        if (has_word(walk.current().bytes)) return tri::yes;
        cut = !walk.current().is_whole();
        // Only FUNCTION LOAD has options in front of its text.
        if (first == 1 || cut) break;
    }
    return cut ? tri::maybe : tri::no;
}

bool argument_check::has_word(byte_view script) const noexcept
{
    auto const same = [](char a, char b) { return to_lower(a) == b; };
    return std::any_of(words_.begin(), words_.end(), [&](std::string const& word) {
        return std::search(script.begin(), script.end(), word.begin(), word.end(), same) !=
               script.end();
    });
}

}  // namespace respguard::policy
