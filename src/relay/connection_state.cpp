#include "relay/connection_state.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>

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
    auto const count = [](std::int64_t said) {
        constexpr std::int64_t most = std::numeric_limits<std::uint32_t>::max();
        return static_cast<std::uint32_t>(std::clamp(said, std::int64_t{0}, std::int64_t{most}));
    };
    // Redis prints channels + patterns together, sharded channels apart.
    if (kind == "ssubscribe" || kind == "sunsubscribe") {
        sharded_ = count(total);
    } else if (kind.front() == 'p') {
        patterns_ = count(total - channels_);
    } else {
        channels_ = count(total - patterns_);
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
    if (entry.what != owed::select && entry.what != owed::reset) {
        if (select_in_multi) db_end = number + 1;
        db_asked_twice = select_in_multi;
        select_in_multi = false;
        return;
    }
    bool const resets = entry.what == owed::reset;
    if (!resets && entry.in_multi) {
        select_in_multi = true;
        return;
    }
    db_asked_twice = db_end > oldest;
    db_end = number + 1;
    db_asked = resets ? 0 : entry.detail;
    if (resets) select_in_multi = false;
}

void identity_part::ask(byte_view wanted, std::uint64_t number, std::uint64_t oldest)
{
    asked_twice = asked_end > oldest;
    asked_end = number + 1;
    asked = wanted;
}

void identity_part::settle(std::string& wanted, bool agreed)
{
    if (agreed) value = std::move(wanted);
}

void identity_part::reset(std::uint64_t number) noexcept
{
    value.clear();
    // What was lost behind the RESET, while it was in flight, stays so.
    if (lost_end <= number) lost_end = 0;
}

policy::said_by_client identity_part::said(std::uint64_t oldest) const noexcept
{
    policy::said_by_client now;
    now.text = value;
    // What was cut may go on in any way.
    bool const lost = lost_end != 0 || value.size() >= shown_bytes_max;
    now.is_sure = !lost && asked_end <= oldest;
    if (now.is_sure || lost || asked_twice || asked.size() >= shown_bytes_max) return now;
    now.asked = asked;
    return now;
}

void reply_state::reset(std::uint64_t number) noexcept
{
    replies_off = false;
    resp = 2;
    db = 0;
    db_in_multi.reset();
    subscriptions.clear();
    if (identity) {
        identity->name.reset(number);
        identity->user.reset(number);
    }
}

void reply_state::settle_hello(bool agreed, std::uint64_t number)
{
    if (!agreed && identity && !identity->staged.empty()) {
        auto const& wanted = identity->staged.front();
        if (wanted.user) identity->user.lost_end = std::max(identity->user.lost_end, number + 1);
        if (wanted.name) identity->name.lost_end = std::max(identity->name.lost_end, number + 1);
    }
    settle_identity(agreed);
}

void reply_state::settle_identity(bool agreed)
{
    if (!identity || identity->staged.empty()) return;
    auto& oldest = identity->staged.front();
    if (oldest.name) identity->name.settle(*oldest.name, agreed);
    if (oldest.user) identity->user.settle(*oldest.user, agreed);
    identity->staged.pop_front();
}

}  // namespace respguard::relay
