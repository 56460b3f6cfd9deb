// Remembers by name (a script, a queue) which requests were the largest.
//
// For the question "what would a size limit refuse?": hosted services refuse commands over 1 MB.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace respguard::stats {

/// Smaller requests are not looked at by name: no service has a limit so low, and looking costs.
inline constexpr std::uint64_t large_request_bytes = 16'384;

/// Touched by its shard's thread only.
class large_requests {
public:
    /// When full, the name with the smallest maximum makes room for a larger one.
    static constexpr std::size_t names_max = 64;
    static constexpr std::size_t name_bytes_max = 64;

    struct row {
        std::string name;             ///< Cut to name_bytes_max; a peer's bytes.
        std::uint64_t bytes_max = 0;  ///< The largest request.
        std::uint64_t count = 0;      ///< Requests of large_request_bytes and more.
    };

    /// An empty name is not remembered.
    void add(std::string_view name, std::uint64_t bytes, std::uint64_t count = 1);
    void merge(large_requests const& other);
    /// In no order.
    [[nodiscard]] std::span<row const> rows() const noexcept { return rows_; }

private:
    std::vector<row> rows_;
};

}  // namespace respguard::stats
