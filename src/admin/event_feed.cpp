#include "admin/event_feed.hpp"

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include "admin/event_json.hpp"

namespace respguard::admin {

event_feed::event_feed(stats::event_ring const& from, std::string const& run,
                       event_query const& wanted)
    : from_(from), run_(run), which_(wanted.which),
      last_(wanted.says_since ? wanted.which.after_id : from.newest())
{
}

std::string event_feed::next()
{
    std::string text;
    auto const batch = from_.after(last_, batch_max);
    if (!batch.empty()) text = gap_before(batch.front().id);
    for (stats::event const& each : batch) {
        last_ = each.id;
        if (!which_.takes(each)) continue;
        text += fmt::format("id: {}-{}\nevent: {}\ndata: {}\n\n", run_, each.id,
                            to_string(each.type), boost::json::serialize(event_json(each)));
    }
    begun_ = true;
    // All of a full batch may be of other types.
    return text.empty() && batch.size() == batch_max ? next() : text;
}

std::string event_feed::gap_before(std::uint64_t id)
{
    auto const lost = id - last_ - 1;
    // Whoever asks for the last ten minutes does not miss what was before.
    if (lost == 0 || (!begun_ && which_.from_unix_ns > 0)) return {};
    if (begun_) dropped_ += lost;
    return fmt::format("event: dropped\ndata: {{\"dropped\":{}}}\n\n", lost);
}

}  // namespace respguard::admin
