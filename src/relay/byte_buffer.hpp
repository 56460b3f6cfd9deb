// Bytes that could not be passed on at once. Empty buffers own no memory.
#pragma once

#include "respguard/base/bytes.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <span>

namespace respguard::relay {

/// Grows by doubling, without filling what is new (a vector would write zeros first).
class byte_buffer {
public:
    [[nodiscard]] bool empty() const noexcept { return begin_ == end_; }
    [[nodiscard]] std::size_t size() const noexcept { return end_ - begin_; }
    [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }
    [[nodiscard]] std::span<char> bytes() noexcept { return {data_.get() + begin_, size()}; }
    [[nodiscard]] byte_view view() const noexcept { return {data_.get() + begin_, size()}; }

    void append(byte_view bytes)
    {
        if (bytes.empty()) return;
        auto const room = spare(bytes.size());
        std::memcpy(room.data(), bytes.data(), bytes.size());
        end_ += bytes.size();
    }

    /// Room for at least `bytes` more behind the end; say with grew() how many were filled.
    [[nodiscard]] std::span<char> spare(std::size_t bytes)
    {
        if (capacity_ - end_ < bytes) make_room(bytes);
        return {data_.get() + end_, capacity_ - end_};
    }
    void grew(std::size_t bytes) noexcept { end_ += bytes; }

    /// Drops bytes from the front; gives the memory back when nothing is left.
    void drop(std::size_t bytes) noexcept
    {
        begin_ += bytes;
        if (begin_ == end_) clear();
    }
    void clear() noexcept
    {
        data_.reset();
        begin_ = end_ = capacity_ = 0;
    }

private:
    void make_room(std::size_t bytes)
    {
        std::size_t const used = size();
        if (capacity_ >= used + bytes && begin_ >= capacity_ / 2) {
            std::memmove(data_.get(), data_.get() + begin_, used);
        } else {
            std::size_t const wanted = std::max(used + bytes, capacity_ * 2);
            auto bigger = std::make_unique_for_overwrite<char[]>(wanted);
            if (used > 0) std::memcpy(bigger.get(), data_.get() + begin_, used);
            data_ = std::move(bigger);
            capacity_ = wanted;
        }
        begin_ = 0;
        end_ = used;
    }

    std::unique_ptr<char[]> data_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    std::size_t capacity_ = 0;
};

}  // namespace respguard::relay
