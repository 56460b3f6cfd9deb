#include "relay/connection_state.hpp"

#include <algorithm>

namespace respguard::relay {

bool is_subscribe_kind(byte_view kind) noexcept
{
    return kind == "subscribe" || kind == "psubscribe" || kind == "ssubscribe";
}

bool is_unsubscribe_kind(byte_view kind) noexcept
{
    return kind == "unsubscribe" || kind == "punsubscribe" || kind == "sunsubscribe";
}

bool is_message_kind(byte_view kind) noexcept
{
    return kind == "message" || kind == "pmessage" || kind == "smessage";
}

void subscription_counts::note(byte_view kind, std::int64_t total) noexcept
{
    // Redis prints channels + patterns together, sharded channels apart.
    if (kind == "ssubscribe" || kind == "sunsubscribe") {
        sharded_ = total;
    } else if (kind.front() == 'p') {
        patterns_ = std::max<std::int64_t>(total - channels_, 0);
    } else {
        channels_ = std::max<std::int64_t>(total - patterns_, 0);
    }
}

std::int64_t subscription_counts::of(byte_view kind) const noexcept
{
    if (kind == "ssubscribe" || kind == "sunsubscribe") return sharded_;
    return kind.front() == 'p' ? patterns_ : channels_;
}

void request_state::note_change(inflight_entry const& entry, std::uint64_t number,
                                std::uint64_t oldest) noexcept
{
    if (entry.what == owed::exec) {
        if (select_in_multi) db_end = number + 1;
        db_asked_twice = select_in_multi;
        select_in_multi = false;
        return;
    }
    bool const resets = entry.what == owed::reset;
    if (resets || entry.what != owed::select) identity_end = number + 1;
    if (!resets && entry.what != owed::select) return;
    if (!resets && entry.in_multi) {
        select_in_multi = true;
        return;
    }
    db_asked_twice = db_end > oldest;
    db_end = number + 1;
    db_asked = resets ? 0 : entry.detail;
    if (resets) select_in_multi = false;
}

void reply_state::reset() noexcept
{
    replies_off = false;
    resp = 2;
    db = 0;
    db_in_multi.reset();
    subscriptions.clear();
    if (identity) {
        identity->name.clear();
        identity->user.clear();
        identity->lost = false;
    }
}

void reply_state::settle_hello(bool agreed)
{
    if (!agreed && identity) identity->lost = true;
    settle_identity(agreed);
}

void reply_state::settle_identity(bool agreed)
{
    if (!identity || identity->staged.empty()) return;
    auto& oldest = identity->staged.front();
    if (agreed && oldest.name) identity->name = std::move(*oldest.name);
    if (agreed && oldest.user) identity->user = std::move(*oldest.user);
    identity->staged.pop_front();
}

}  // namespace respguard::relay
