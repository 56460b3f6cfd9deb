#include "respguard/stats/near_limits.hpp"

#include "respguard/base/argument_walk.hpp"
#include "respguard/base/hash.hpp"
#include "respguard/base/units.hpp"
#include "respguard/stats/error_replies.hpp"

#include <algorithm>
#include <exception>
#include <utility>

namespace respguard::stats {

namespace {

/// From here on the smallest share of the limit begins.
std::uint64_t from_bytes(std::uint64_t limit) noexcept
{
    return limit == size_limit::none ? size_limit::none : limit / 100 * near_limits::shares.back();
}

std::uint64_t least_of(std::vector<size_limit> const& limits) noexcept
{
    std::uint64_t least = size_limit::none;
    for (auto const& each : limits)
        least = std::min(least, each.bytes);
    return least;
}

/// 1023 bytes as "1023 bytes", more as "1.2 MB", 1024-based.
std::string near_size(std::uint64_t bytes)
{
    constexpr std::uint64_t mib = 1024 * 1024;
    if (bytes < 1024) return std::to_string(bytes) + " bytes";
    if (bytes < mib) return std::to_string(bytes / 1024) + " KB";
    std::uint64_t const tenths = bytes * 10 / mib;
    return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " MB";
}

}  // namespace

// docs of EmailEngine 2.79 and its source: what each key holds, and what bounds it.
std::string_view size_advice(std::string_view queue, std::string_view family) noexcept
{
    if (queue == "notify") {
        return "EmailEngine: a webhook holds the mail's text up to notifyTextSize, and attachments "
               "if notifyAttachments is on";
    }
    if (queue == "submit" || family.starts_with("iaq:")) {
        return "EmailEngine: a mail to be sent is kept whole; EENGINE_MAX_SIZE bounds attachments, "
               "EENGINE_MAX_BODY_SIZE the request";
    }
    if (family.starts_with("iam:") && family.ends_with(":g")) {
        return "EmailEngine: an account's log is read at once; log fewer lines, or switch it off";
    }
    return {};
}

std::uint64_t longest_argument(byte_view request) noexcept
{
    std::uint64_t longest = 0;
    argument_walk walk(request);
    while (walk.next())
        longest = std::max(longest, walk.current().size_bytes);
    return longest;
}

void near_limits::replace(size_limits limits)
{
    limits_ = std::move(limits);
    command_interest wanted;
    wanted.request_bytes = from_bytes(std::min(least_of(limits_.requests), limits_.argument.bytes));
    wanted.reply_bytes = from_bytes(least_of(limits_.replies));
    watch_.add(*this, wanted);
}

void near_limits::on_finished(finished_command const& what) noexcept
{
    if (what.outcome > command_outcome::error) return;
    try {
        if (what.command < limits_.requests.size()) {
            judge(what, false, what.request_bytes, limits_.requests[what.command]);
        }
        if (what.request_bytes >= from_bytes(limits_.argument.bytes)) {
            judge(what, false, longest_argument(what.request), limits_.argument);
        }
        if (what.command < limits_.replies.size()) {
            judge(what, true, what.reply_bytes, limits_.replies[what.command]);
        }
    } catch (std::exception const&) {
        // Out of memory: the command was served all the same, and counted.
    }
}

void near_limits::judge(finished_command const& what, bool reply, std::uint64_t bytes,
                        size_limit const& limit)
{
    if (limit.bytes == size_limit::none || bytes < from_bytes(limit.bytes)) return;
    std::uint64_t const percent =
        limit.bytes == 0 ? 100 : bytes / std::max<std::uint64_t>(limit.bytes / 100, 1);
    for (std::size_t i = 0; i < shares.size(); ++i) {
        if (percent < shares[i]) continue;
        ++(reply ? replies_ : requests_)[i];
        std::uint64_t thing = hash_of(limit.name, what.command + 1ULL);
        for (std::string_view const each : {what.script, what.queue, what.family})
            thing = hash_of(each, thing);
        notices_.add(thing * 4 + i * 2 + (reply ? 1 : 0), what.at_ns, [&] {
            event made = event_about(what, event_type::near_limit);
            if (reply) made.reply_bytes = what.reply_bytes;
            made.reason = (reply ? "reply of " : "request of ") + near_size(bytes) + " is " +
                          std::to_string(percent) + " % of " + format_size(limit.bytes) + " (" +
                          limit.name + ")";
            std::string_view const advice = size_advice(what.queue, what.family);
            if (!advice.empty()) made.reason += "; " + std::string(advice);
            return made;
        });
        return;
    }
}

}  // namespace respguard::stats
