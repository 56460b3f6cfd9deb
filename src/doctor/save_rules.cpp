#include "doctor/save_rules.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace respguard::doctor {

namespace {

std::optional<std::int64_t> take_number(std::string_view& text)
{
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    std::int64_t out = 0;
    auto const [rest, ec] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (ec != std::errc{} || text.empty()) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(rest - text.data()));
    return out;
}

}  // namespace

std::vector<save_rule> parse_save_rules(std::string_view text)
{
    std::vector<save_rule> out;
    while (true) {
        auto const seconds = take_number(text);
        auto const changes = seconds ? take_number(text) : std::nullopt;
        if (!changes) return out;
        out.push_back({*seconds, *changes});
    }
}

}  // namespace respguard::doctor
