// The addresses of upstream, kept ready so that a connection never waits for a name server.
#pragma once

#include "respguard/net/endpoint.hpp"
#include "respguard/net/event_loop.hpp"
#include "respguard/net/socket_address.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace respguard::net {

/// Belongs to one loop. Names are resolved on a thread of their own; in the meantime the last known
/// addresses go on being used.
class address_book {
public:
    address_book(event_loop& loop, endpoint where);
    ~address_book();
    address_book(address_book const&) = delete;
    address_book& operator=(address_book const&) = delete;

    /// The address to try now, or null if none is known (yet). Borrowed until the next call.
    [[nodiscard]] socket_address const* current() const noexcept;
    /// The current address did not answer: go on to the next one, and ask again for the name when
    /// all have been tried (containers change their address when they restart).
    void failed();
    [[nodiscard]] endpoint const& where() const noexcept { return where_; }
    /// Why no address is known; empty if one is.
    [[nodiscard]] std::string const& problem() const noexcept { return problem_; }

private:
    struct mailbox;

    void refresh();
    void take(parsed<std::vector<socket_address>> found);

    event_loop& loop_;
    endpoint where_;
    std::vector<socket_address> addresses_;
    std::size_t index_ = 0;
    std::string problem_;
    bool asking_ = false;
    std::uint64_t asked_ns_ = 0;
    std::shared_ptr<mailbox> mailbox_;
};

}  // namespace respguard::net
