#include "respguard/net/address_book.hpp"

#include <thread>
#include <utility>

namespace respguard::net {

namespace {

/// A name server is not asked more often than this, however many connections fail.
constexpr std::uint64_t refresh_pause_ns = 1'000'000'000;

}  // namespace

address_book::address_book(event_loop& loop, endpoint where)
    : loop_(loop), where_(std::move(where)), alive_(std::make_shared<bool>(true))
{
    if (!is_numeric(where_)) {
        refresh();
        return;
    }
    auto found = resolve(where_);
    if (found.has_value()) {
        addresses_ = std::move(found.value());
    } else {
        problem_ = found.error().text;
    }
}

address_book::~address_book()
{
    *alive_ = false;
}

socket_address const* address_book::current() const noexcept
{
    return addresses_.empty() ? nullptr : &addresses_[index_];
}

void address_book::failed()
{
    if (!addresses_.empty()) index_ = (index_ + 1) % addresses_.size();
    if (index_ == 0 && !is_numeric(where_)) refresh();
}

void address_book::refresh()
{
    std::uint64_t const now = monotonic_ns();
    if (asking_ || (asked_ns_ != 0 && now - asked_ns_ < refresh_pause_ns)) return;
    asking_ = true;
    asked_ns_ = now;
    // Detached: getaddrinfo() can not be cancelled and may take many seconds. It touches nothing of
    // ours; the loop outlives the process's last session, and *alive_ is only read on its thread.
    std::thread([this, &loop = loop_, alive = alive_, where = where_] {
        auto found = resolve(where);
        loop.post([this, alive, found = std::move(found)]() mutable {
            if (!*alive) return;
            asking_ = false;
            if (!found.has_value()) {
                problem_ = found.error().text;
                return;
            }
            addresses_ = std::move(found.value());
            index_ = 0;
            problem_.clear();
        });
    }).detach();
}

}  // namespace respguard::net
