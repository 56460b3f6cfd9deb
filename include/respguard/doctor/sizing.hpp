// What to provision for so many mailboxes, by EmailEngine's page.
#pragma once

#include <cstdint>
#include <string>

namespace respguard::doctor {

struct sizing {
    std::uint64_t mailboxes = 0;
    std::uint64_t data_min_bytes = 0;       ///< 1 MiB per mailbox,
    std::uint64_t data_max_bytes = 0;       ///< and 2 MiB.
    std::uint64_t maxmemory_min_bytes = 0;  ///< Twice that, as the page wants.
    std::uint64_t maxmemory_max_bytes = 0;
    std::uint64_t ram_bytes = 0;       ///< So that maxmemory is 75 % of it.
    std::uint64_t rdb_disk_bytes = 0;  ///< The dump, and the one being written.
    std::uint64_t aof_disk_bytes = 0;  ///< Base and increments up to 100 %, twice while rewriting.
};

[[nodiscard]] sizing size_for(std::uint64_t mailboxes) noexcept;
/// A screen of at most 80 columns, with the formula behind each line.
[[nodiscard]] std::string sizing_text(sizing const& of);
[[nodiscard]] std::string sizing_json(sizing const& of);

}  // namespace respguard::doctor
