// Feeds a reply framer as the relay does, for tests and fuzzers.
#pragma once

#include "respguard/base/bytes.hpp"
#include "respguard/resp/reply_framer.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "support/exact_block.hpp"

namespace respguard::test {

struct fed_frame {
    char type = '\0';
    bool has_attribute = false;
    std::uint64_t size_bytes = 0;
    std::int64_t top_count = 0;
    std::string kind;
    std::string line;
    std::optional<std::int64_t> third;
    bool operator==(fed_frame const&) const = default;
};

/// For messages of failed tests.
inline std::ostream& operator<<(std::ostream& out, fed_frame const& frame)
{
    return out << frame.type << (frame.has_attribute ? " with attribute, " : ", ")
               << frame.size_bytes << " bytes, count " << frame.top_count << ", kind \""
               << frame.kind << "\", line \"" << frame.line << "\", third "
               << (frame.third ? std::to_string(*frame.third) : "none");
}

struct reply_feed_result {
    std::vector<fed_frame> frames;
    std::string error;
    std::uint64_t error_offset = 0;   ///< Bytes taken before the error was seen.
    std::uint64_t pending_bytes = 0;  ///< Of an unfinished frame at the end.
    bool operator==(reply_feed_result const&) const = default;
};

class reply_feed {
public:
    using status = resp::reply_framer::status;

    /// @param skips True to let the bytes of bodies pass without the framer where it allows that.
    explicit reply_feed(bool skips = false) : skips_(skips) {}
    virtual ~reply_feed() = default;

    void feed(byte_view piece)
    {
        exact_block const block(piece);
        for (auto rest = block.view(); !rest.empty() && result_.error.empty();) {
            if (skips_ && framer_.opaque_bytes() > 0)
                skip(rest);
            else
                scan(rest);
        }
    }

    [[nodiscard]] reply_feed_result result() const
    {
        auto result = result_;
        if (result.error.empty() && !framer_.at_start())
            result.pending_bytes = framer_.size_bytes();
        return result;
    }

protected:
    /// Called after each call of scan().
    virtual void on_scanned(resp::reply_framer const& framer, status what)
    {
        static_cast<void>(framer), static_cast<void>(what);
    }

private:
    void skip(byte_view& rest)
    {
        auto const bytes = std::min<std::uint64_t>(framer_.opaque_bytes(), rest.size());
        framer_.skip(bytes);
        rest.remove_prefix(static_cast<std::size_t>(bytes));
        offset_ += bytes;
    }

    void scan(byte_view& rest)
    {
        auto const step = framer_.scan(rest);
        if (step.what == status::need_more && step.consumed != rest.size()) {
            result_.error = "need_more, but bytes are left";
            return;
        }
        rest.remove_prefix(step.consumed);
        offset_ += step.consumed;
        on_scanned(framer_, step.what);
        switch (step.what) {
        case status::need_more: break;
        case status::frame_end: take(); break;
        case status::malformed:
            result_.error = framer_.reason();
            result_.error_offset = offset_;
            break;
        }
    }

    void take()
    {
        fed_frame frame;
        frame.type = framer_.type();
        frame.has_attribute = framer_.has_attribute();
        frame.size_bytes = framer_.size_bytes();
        frame.top_count = framer_.top_count();
        frame.kind = framer_.kind();
        frame.line = framer_.line();
        frame.third = framer_.third();
        result_.frames.push_back(std::move(frame));
    }

    resp::reply_framer framer_;
    bool skips_;
    reply_feed_result result_;
    std::uint64_t offset_ = 0;
};

}  // namespace respguard::test
