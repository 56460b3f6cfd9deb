#include "respguard/net/address_book.hpp"

#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

namespace respguard::net {

namespace {

/// A name server is not asked more often than this, however many connections fail.
constexpr std::uint64_t refresh_pause_ns = 1'000'000'000;

}  // namespace

/// Getaddrinfo() can not be cancelled and may take many seconds, so a lookup may outlive the book
/// and its loop. This does not: it knows whether they are still there.
struct address_book::mailbox {
    std::mutex mutex;
    address_book* owner;  // Null once it is gone. The mutex is only for other threads.
};

address_book::address_book(event_loop& loop, endpoint where)
    : loop_(loop), where_(std::move(where)), mailbox_(std::make_shared<mailbox>())
{
    mailbox_->owner = this;
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
    std::lock_guard const lock(mailbox_->mutex);
    mailbox_->owner = nullptr;
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
    asked_ns_ = now;
    auto look_up = [mail = mailbox_, where = where_] {
        auto found = resolve(where);
        std::lock_guard const lock(mail->mutex);
        if (mail->owner == nullptr) return;
        mail->owner->loop_.post([mail, found = std::move(found)]() mutable {
            if (mail->owner != nullptr) mail->owner->take(std::move(found));
        });
    };
    try {
        std::thread(std::move(look_up)).detach();
        asking_ = true;
    } catch (std::system_error const& failed) {
        problem_ = failed.what();  // No thread to be had: asked again after the next failure.
    }
}

void address_book::take(parsed<std::vector<socket_address>> found)
{
    asking_ = false;
    if (!found.has_value()) {
        problem_ = found.error().text;
        return;
    }
    addresses_ = std::move(found.value());
    index_ = 0;
    problem_.clear();
}

}  // namespace respguard::net
