// What was read of a session before it wanted it: it may have stopped reading since.
#pragma once

#include "respguard/base/side.hpp"
#include "respguard/net/stream.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <span>
#include <utility>

#include "relay/byte_buffer.hpp"

namespace respguard::relay {

/// Bytes of both sides in their order, and behind them the error that came behind them. An end is
/// not kept: the socket tells it again.
class early_bytes {
public:
    void add(side from, net::io_result how, std::span<char const> bytes)
    {
        auto& to = sides_[place(from)];
        if (how.what == net::io_status::ok) to.bytes.append({bytes.data(), bytes.size()});
        if (how.what == net::io_status::error) to.error = how.error;
    }

    /// Reads the next, as of a socket. Call only if has().
    [[nodiscard]] net::io_result take(side from, std::span<char> into)
    {
        auto& of = sides_[place(from)];
        if (of.bytes.empty()) return {net::io_status::error, 0, std::exchange(of.error, 0)};
        std::size_t const size = std::min(into.size(), of.bytes.size());
        std::memcpy(into.data(), of.bytes.view().data(), size);
        of.bytes.drop(size);
        return {net::io_status::ok, static_cast<std::uint32_t>(size), 0};
    }

    [[nodiscard]] bool has(side from) const noexcept
    {
        auto const& of = sides_[place(from)];
        return !of.bytes.empty() || of.error != 0;
    }
    [[nodiscard]] bool empty() const noexcept { return !has(side::client) && !has(side::upstream); }
    [[nodiscard]] std::size_t size_bytes() const noexcept
    {
        return sides_[0].bytes.size() + sides_[1].bytes.size();
    }

    /// Somebody will look at it without being asked again.
    bool is_awaited = false;

private:
    struct one_side {
        byte_buffer bytes;
        int error = 0;
    };
    static std::size_t place(side which) noexcept { return which == side::client ? 0 : 1; }

    std::array<one_side, 2> sides_;
};

}  // namespace respguard::relay
