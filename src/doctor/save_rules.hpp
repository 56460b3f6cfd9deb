// The value of CONFIG GET save: "3600 1 300 100".
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace respguard::doctor {

struct save_rule {
    std::int64_t seconds = 0;
    std::int64_t changes = 0;
};

/// Rules as they stand; what is no pair of numbers ends the list. Empty: RDB is off.
[[nodiscard]] std::vector<save_rule> parse_save_rules(std::string_view text);

}  // namespace respguard::doctor
