// Feeds a request parser as the relay does, for tests and fuzzers.
#pragma once

#include "respguard/base/bytes.hpp"
#include "respguard/resp/protocol_error.hpp"
#include "respguard/resp/request_parser.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "support/exact_block.hpp"

namespace respguard::test {

/// What the caller does with the bytes of a request that is not complete.
enum class feed_way : std::uint8_t {
    hold,     ///< Keeps them all.
    drop,     ///< Drops what it may, as when it refuses the request.
    forward,  ///< Once decided, lets the last argument pass without the parser.
};
inline constexpr feed_way feed_ways[] = {feed_way::hold, feed_way::drop, feed_way::forward};

struct fed_request {
    resp::request_parser::status what = resp::request_parser::status::complete;
    std::string wire;  ///< Its bytes as they would be forwarded; of a line as they came.
    std::string line;  ///< Of a line: without its end.
    bool operator==(fed_request const&) const = default;
};

struct feed_result {
    std::vector<fed_request> requests;
    std::string error;        ///< The reply to malformed bytes, or empty.
    bool is_pending = false;  ///< The bytes ended inside a request.
    bool operator==(feed_result const&) const = default;
};

class request_feed {
public:
    using status = resp::request_parser::status;

    request_feed(resp::request_limits const& limits, feed_way way) : parser_(limits), way_(way) {}
    virtual ~request_feed() = default;

    void feed(byte_view piece)
    {
        if (!result_.error.empty()) return;
        held_ += piece;
        if (tail_left_ > 0) pass_tail();
        while (!held_.empty() && tail_left_ == 0 && parse()) {
        }
    }

    [[nodiscard]] feed_result result() const
    {
        auto result = result_;
        result.is_pending = result.error.empty() && (!parser_.idle() || tail_left_ > 0);
        return result;
    }

protected:
    [[nodiscard]] feed_way way() const noexcept { return way_; }

    /// Called after each call of parse(). `request` is the current request from its true first byte
    /// on, and what is behind it.
    virtual void on_parsed(resp::request_parser const& parser, status what, byte_view request)
    {
        static_cast<void>(parser), static_cast<void>(what), static_cast<void>(request);
    }

private:
    /// @return false if more bytes are needed.
    bool parse()
    {
        exact_block input(held_);
        auto const what = parser_.parse(input.span());
        held_ = input.view();
        on_parsed(parser_, what, dropped_ + held_);
        switch (what) {
        case status::need_more: drop(); return false;
        case status::decided:
            if (way_ == feed_way::forward) forward();
            drop();
            return false;
        case status::malformed: result_.error = resp::to_reply(parser_.error()); return false;
        case status::complete:
        case status::line:
        case status::empty: break;
        }
        take(what);
        return true;
    }

    void take(status what)
    {
        fed_request request{what, {}, {}};
        if (what == status::line) {
            auto const [offset, size] = parser_.line();
            request.line = held_.substr(offset, size);
        }
        auto const size = static_cast<std::size_t>(parser_.size_bytes()) - dropped_.size();
        request.wire = dropped_ + held_.substr(0, size);
        held_.erase(0, size);
        dropped_.clear();
        parser_.next();
        result_.requests.push_back(std::move(request));
    }

    void drop()
    {
        if (way_ != feed_way::drop) return;
        auto const bytes = parser_.droppable_bytes(held_.size());
        dropped_ += held_.substr(0, bytes);
        held_.erase(0, bytes);
        parser_.release(bytes);
    }

    void forward()
    {
        dropped_ = held_.substr(0, static_cast<std::size_t>(parser_.header_bytes()));
        held_.erase(0, dropped_.size());
        tail_left_ = parser_.tail_bytes();
        parser_.next();
        pass_tail();
    }

    void pass_tail()
    {
        auto const size = std::min<std::size_t>(static_cast<std::size_t>(tail_left_), held_.size());
        dropped_ += held_.substr(0, size);
        held_.erase(0, size);
        tail_left_ -= size;
        if (tail_left_ > 0) return;
        dropped_.replace(dropped_.size() - 2, 2, "\r\n");  // As the relay does.
        result_.requests.push_back({status::complete, dropped_, {}});
        dropped_.clear();
    }

    resp::request_parser parser_;
    feed_way way_;
    feed_result result_;
    std::string held_;
    std::string dropped_;  ///< Bytes of the current request that are in front of held_.
    std::uint64_t tail_left_ = 0;
};

}  // namespace respguard::test
