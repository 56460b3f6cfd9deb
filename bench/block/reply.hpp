// What must come back for what was sent, and the check that it did.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace respguard::bench {

/// One request in RESP's canonical form: an array of bulk strings.
std::string encode_request(std::vector<std::string_view> const& args);

/// Size of the RESP2 or RESP3 frame at the front of `bytes`, 0 while it is not complete. Streamed
/// forms are not known, because Redis sends none. Throws bench_failure for a byte that starts no
/// frame.
std::size_t frame_size(std::string_view bytes);

/// The reply to one batch. Exact bytes where they are known, else one entry per frame.
struct expected_reply {
    /// All bytes of all replies of the batch. Not empty: `frames` is not used.
    std::string exact;
    /// For each reply the type bytes it may start with, for instance "$_" for a bulk or null. An
    /// error anywhere inside a frame is wrong in any case.
    std::vector<std::string> frames;
};

/// Follows the reply to one batch through the pieces in which it is received.
class reply_reader {
public:
    enum class status { partial, complete, wrong };

    /// Begins a new batch. `expected` is borrowed until the next start().
    void start(expected_reply const& expected);

    /// @param ends_only Compare only the two ends of a piece of several KiB. A value without
    ///        repetition that lost, gained or moved bytes still shows at once, and the client's own
    ///        work stays small beside that of the proxy it measures.
    /// @return wrong for any surplus byte too: it would be taken for the start of the next reply.
    status consume(std::string_view piece, bool ends_only);

    /// What arrived of the reply so far, shortened and printable, for the message of a failure.
    [[nodiscard]] std::string received() const;

private:
    status consume_exact(std::string_view piece, bool ends_only);
    status consume_frames(std::string_view piece);

    expected_reply const* expected_ = nullptr;
    std::size_t matched_bytes_ = 0;   // Of expected_->exact.
    std::size_t matched_frames_ = 0;  // Of expected_->frames.
    std::string unread_;              // An incomplete frame, or what was wrong.
};

/// Counts the pushes that a subscribed connection receives.
class push_reader {
public:
    /// @return how many whole push frames have been received since construction. Throws
    /// bench_failure for any other frame.
    std::size_t consume(std::string_view piece);

private:
    std::string unread_;
    std::size_t count_ = 0;
};

/// `bytes` for a message: control characters escaped, cut after 100.
std::string printable(std::string_view bytes);

}  // namespace respguard::bench
