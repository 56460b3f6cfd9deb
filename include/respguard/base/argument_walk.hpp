// Walks the arguments of a canonical request that may not be whole.
#pragma once

#include "respguard/base/bytes.hpp"

#include <cstddef>
#include <cstdint>

namespace respguard {

/// One argument, as far as it is there.
struct argument {
    byte_view bytes;               ///< What is there of it; borrowed.
    std::uint64_t size_bytes = 0;  ///< What its header says.

    [[nodiscard]] bool is_whole() const noexcept { return bytes.size() == size_bytes; }
};

/// `while (walk.next()) use(walk.current());`. Unlike `arguments`, it also shows an argument whose
/// header is there but whose body is cut. The bytes must be in canonical form.
class argument_walk {
public:
    explicit argument_walk(byte_view canonical_request) noexcept;

    /// False if nothing more is known.
    [[nodiscard]] bool next() noexcept;
    [[nodiscard]] argument const& current() const noexcept { return current_; }
    /// Index of current(): 0 is the command's name.
    [[nodiscard]] std::size_t index() const noexcept { return next_index_ - 1; }
    /// How many arguments the request announces; 0 if even that is cut.
    [[nodiscard]] std::uint32_t count() const noexcept { return count_; }

private:
    byte_view rest_;
    argument current_;
    std::size_t next_index_ = 0;
    std::uint32_t count_ = 0;
};

}  // namespace respguard
