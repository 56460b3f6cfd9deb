#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <vector>

#include "app/replay.hpp"

namespace respguard::app {

namespace {

constexpr char const* passes = "passes";

std::string counted_as(std::uint64_t count, std::string_view singular)
{
    return fmt::format("{} {}{}", count, singular, count == 1 ? "" : "s");
}

std::string before(logged_request const& request)
{
    if (request.action.empty()) return passes;
    return request.rule.empty() ? request.action : request.action + " by " + request.rule;
}

/// "flushall 12, config|set 3, ..." with the most frequent first.
std::string most_frequent(std::map<std::string, std::uint64_t> const& commands)
{
    constexpr std::size_t shown_max = 3;
    std::vector<std::pair<std::string, std::uint64_t>> sorted(commands.begin(), commands.end());
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](auto const& a, auto const& b) { return a.second > b.second; });
    std::string out;
    for (std::size_t i = 0; i < std::min(sorted.size(), shown_max); ++i) {
        out += (out.empty() ? "" : ", ") + sorted[i].first;
        if (commands.size() > 1) out += fmt::format(" {}", sorted[i].second);
    }
    return sorted.size() > shown_max ? out + ", ..." : out;
}

}  // namespace

replay_summary::replay_summary(policy::rule_set const& rules, policy::sender const& otherwise)
    : rules_(rules), otherwise_(otherwise)
{
}

void replay_summary::add_line(std::string_view line)
{
    ++lines_;
    auto const read = read_logged_line(line);
    if (read.what == logged_line::kind::not_understood && ++not_understood_ == 1) {
        first_not_understood_ = lines_;
    }
    for (logged_request const& request : read.requests)
        add(request);
}

void replay_summary::add(logged_request const& request)
{
    left_out_ += request.left_out;
    auto const seen = replay(request, rules_, otherwise_);
    if (!seen.why_not.empty()) {
        count(not_judged_[seen.why_not], seen.command);
        return;
    }
    ++judged_;
    note_missing(request);
    if (seen.verdict.shadow != policy::no_rule) {
        count(shadows_[rules_.rules()[seen.verdict.shadow].id], seen.command);
    }
    std::string const from = before(request);
    std::string const to = now(seen, request);
    if (from == to) return;
    ++changed_;
    count(changes_[{from, to}], seen.command);
}

void replay_summary::note_missing(logged_request const& request)
{
    if (!rules_.looks_at_sender()) return;
    if (!request.client) ++missing_["address"];
    if (!request.name) ++missing_["client name"];
    if (!request.user) ++missing_["user"];
    if (!request.db) ++missing_["database"];
    if (!request.listener) ++missing_["listener"];
}

void replay_summary::count(tally& in, std::string const& command) const
{
    if (++in.count == 1) in.first_line = lines_;
    ++in.commands[command];
}

std::string replay_summary::now(replayed const& seen, logged_request const& request) const
{
    auto const what = seen.verdict.what;
    bool const was_shadow = request.action == "shadow";
    if (was_shadow && seen.verdict.shadow != policy::no_rule &&
        rules_.rules()[seen.verdict.shadow].id == request.rule) {
        return before(request);
    }
    if (what == policy::action::allow) return passes;
    std::string const verdict(policy::to_string(what));
    if (seen.built_in) return verdict + " by built-in";
    return verdict + " by " + rules_.rules()[seen.verdict.rule].id;
}

std::string replay_summary::text() const
{
    std::uint64_t not_judged = 0;
    for (auto const& [why, each] : not_judged_)
        not_judged += each.count;
    std::string text =
        fmt::format("{}, {}: {} judged, {} not\n", counted_as(lines_, "line"),
                    counted_as(judged_ + not_judged, "request"), judged_, not_judged);
    auto const out = std::back_inserter(text);
    if (not_understood_ > 0) {
        fmt::format_to(out, "not understood: {}, the first is line {}\n",
                       counted_as(not_understood_, "line"), first_not_understood_);
    }
    fmt::format_to(out, "\n{} would change\n", changed_);
    for (auto const& [what, each] : changes_) {
        fmt::format_to(out, "{:>8}  {} -> {}  ({}; first in line {})\n", each.count, what.first,
                       what.second, most_frequent(each.commands), each.first_line);
    }
    if (!not_judged_.empty()) fmt::format_to(out, "\n{} can not be judged\n", not_judged);
    for (auto const& [why, each] : not_judged_) {
        fmt::format_to(out, "{:>8}  {}  ({}; first in line {})\n", each.count, why,
                       most_frequent(each.commands), each.first_line);
    }
    if (!shadows_.empty()) text += "\nshadow rules would count\n";
    for (auto const& [rule, each] : shadows_) {
        fmt::format_to(out, "{:>8}  {}  ({})\n", each.count, rule, most_frequent(each.commands));
    }
    std::string notes;
    auto const note = std::back_inserter(notes);
    for (auto const& [what, times] : missing_) {
        fmt::format_to(note, "note: {} without {}: taken from the options\n",
                       counted_as(times, "request"), what);
    }
    if (left_out_ > 0) {
        fmt::format_to(note, "note: {} without a line in the log, see left_out\n",
                       counted_as(left_out_, "more hit"));
    }
    if (rules_.has_limits()) notes += "note: rates are taken to be exceeded\n";
    bool const about_replies =
        std::any_of(rules_.rules().begin(), rules_.rules().end(),
                    [](auto const& rule) { return rule.match.reply_bytes_over.has_value(); });
    if (about_replies) notes += "note: rules about replies are left out\n";
    return notes.empty() ? text : text + "\n" + notes;
}

}  // namespace respguard::app
