// What is to be written to one side: pieces in order, without copying what is in a buffer already.
#pragma once

#include "respguard/base/bytes.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace respguard::relay {

/// One per shard and side, used by one session at a time: filled by the exchange, written by the
/// session, cleared. Keeps its memory between uses.
class output {
public:
    /// Borrowed until clear(). Adjacent bytes become one piece, so that a pipeline leaves in one
    /// write.
    [[gnu::always_inline]] void append(byte_view bytes)
    {
        if (bytes.empty()) return;
        size_bytes_ += bytes.size();
        if (bytes.data() == end_) {
            byte_view& last = pieces_[count_ - 1];
            last = byte_view(last.data(), last.size() + bytes.size());
        } else {
            if (count_ == capacity_) [[unlikely]]
                grow();
            pieces_[count_++] = bytes;
        }
        end_ = bytes.data() + bytes.size();
    }
    /// Copied: for bytes that do not outlive the call, such as an error text.
    void append_copy(byte_view bytes);

    [[nodiscard]] std::span<byte_view const> pieces() const noexcept
    {
        return {pieces_.get(), count_};
    }
    [[nodiscard]] std::uint64_t size_bytes() const noexcept { return size_bytes_; }
    [[nodiscard]] bool empty() const noexcept { return size_bytes_ == 0; }
    /// Nothing of it was copied: it may outlive clear().
    [[nodiscard]] bool is_borrowed() const noexcept { return chunk_used_ == 0; }
    void clear() noexcept
    {
        count_ = 0;
        size_bytes_ = 0;
        end_ = nullptr;
        if (chunk_used_ > 0) [[unlikely]]
            drop_chunks();
    }

private:
    static constexpr std::size_t chunk_bytes = 16 * 1024;

    void grow();
    void drop_chunks() noexcept;

    std::size_t capacity_ = 64;
    std::unique_ptr<byte_view[]> pieces_ = std::make_unique<byte_view[]>(capacity_);
    std::size_t count_ = 0;  // Of the pieces in use.
    std::uint64_t size_bytes_ = 0;
    char const* end_ = nullptr;  // Of the last piece.
    // Chunks, because pieces point into them: a growing string would move.
    std::vector<std::unique_ptr<char[]>> chunks_;
    std::size_t chunk_used_ = 0;  // Of the last chunk.
};

}  // namespace respguard::relay
