// Bytes that could not be passed on at once. Empty buffers own no memory and are one pointer:
// every connection has four, and nearly all of them are empty nearly all the time.
#pragma once

#include "respguard/base/bytes.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <new>
#include <span>

namespace respguard::relay {

/// Grows by doubling, without filling what is new (a vector would write zeros first).
class byte_buffer {
public:
    [[nodiscard]] bool empty() const noexcept { return !block_ || block_->begin == block_->end; }
    [[nodiscard]] std::size_t size() const noexcept
    {
        return block_ ? block_->end - block_->begin : 0;
    }
    [[nodiscard]] std::size_t capacity() const noexcept { return block_ ? block_->capacity : 0; }
    [[nodiscard]] std::span<char> bytes() noexcept
    {
        if (!block_) return {};
        return {block_->data() + block_->begin, size()};
    }
    [[nodiscard]] byte_view view() const noexcept
    {
        if (!block_) return {};
        return {block_->data() + block_->begin, size()};
    }

    void append(byte_view bytes)
    {
        if (bytes.empty()) return;
        auto const room = spare(bytes.size());
        std::memcpy(room.data(), bytes.data(), bytes.size());
        grew(bytes.size());
    }

    /// Room for at least `bytes` more behind the end; say with grew() how many were filled.
    [[nodiscard]] std::span<char> spare(std::size_t bytes)
    {
        if (!block_ || block_->capacity - block_->end < bytes) make_room(bytes);
        return {block_->data() + block_->end, block_->capacity - block_->end};
    }
    /// At most as many as the last spare() gave room for.
    void grew(std::size_t bytes) noexcept
    {
        if (bytes > 0) block_->end += bytes;
    }

    /// Drops bytes from the front; gives the memory back when nothing is left.
    void drop(std::size_t bytes) noexcept
    {
        if (!block_) return;
        block_->begin += bytes;
        if (block_->begin == block_->end) clear();
    }
    void clear() noexcept { block_.reset(); }

private:
    /// In front of the bytes, in the same piece of memory.
    struct block {
        std::size_t capacity;
        std::size_t begin = 0;
        std::size_t end = 0;

        [[nodiscard]] char* data() noexcept { return reinterpret_cast<char*>(this + 1); }
    };
    struct give_back {
        void operator()(block* gone) const noexcept { ::operator delete(gone); }
    };
    using owned_block = std::unique_ptr<block, give_back>;

    [[nodiscard]] static owned_block block_of(std::size_t capacity)
    {
        return owned_block(new (::operator new(sizeof(block) + capacity)) block{capacity});
    }

    void make_room(std::size_t bytes)
    {
        std::size_t const used = size();
        if (block_ && block_->capacity >= used + bytes && block_->begin >= block_->capacity / 2) {
            std::memmove(block_->data(), block_->data() + block_->begin, used);
        } else {
            auto bigger = block_of(std::max(used + bytes, capacity() * 2));
            if (used > 0) std::memcpy(bigger->data(), block_->data() + block_->begin, used);
            block_ = std::move(bigger);
        }
        block_->begin = 0;
        block_->end = used;
    }

    owned_block block_;
};
static_assert(sizeof(byte_buffer) == sizeof(void*));

}  // namespace respguard::relay
