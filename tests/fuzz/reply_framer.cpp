// The same upstream bytes whole and cut give the same frames and errors.
//
// Input: a byte that chooses the cuts, and upstream's bytes.
#include <cstddef>
#include <cstdint>
#include <string>

#include "support/reply_feed.hpp"

namespace {

using namespace respguard;
using status = resp::reply_framer::status;

void require(bool holds)
{
    if (!holds) __builtin_trap();
}

/// What must hold after every single call, whatever the bytes.
class checked_feed : public test::reply_feed {
public:
    using reply_feed::reply_feed;

private:
    void on_scanned(resp::reply_framer const& framer, status what) override
    {
        if (what == status::malformed) return;
        require(framer.at_start() == (what == status::frame_end));
        if (what == status::frame_end) require(framer.type() != '\0' && framer.kind_known());
        if (was_known_) require(framer.kind() == kind_);
        was_known_ = what != status::frame_end && framer.kind_known();
        kind_ = framer.kind();
        require(framer.line().size() <= 63 && kind_.size() <= 16);
    }

    bool was_known_ = false;
    std::string kind_;
};

test::reply_feed_result feed_cut(byte_view bytes, bool skips, std::uint32_t random)
{
    checked_feed feed(skips);
    while (!bytes.empty()) {
        random = random * 1'664'525 + 1'013'904'223;
        auto const piece = bytes.substr(0, 1 + (random >> 24) % ((random >> 20) % 2 != 0 ? 4 : 40));
        feed.feed(piece);
        bytes.remove_prefix(piece.size());
    }
    return feed.result();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    if (size < 1) return 0;
    byte_view const bytes(reinterpret_cast<char const*>(data + 1), size - 1);
    checked_feed feed;
    feed.feed(bytes);
    auto const whole = feed.result();
    require(feed_cut(bytes, false, data[0]) == whole);
    require(feed_cut(bytes, true, data[0]) == whole);
    return 0;
}
