#include "config/script_names.hpp"

#include "respguard/base/bytes.hpp"

#include <algorithm>
#include <cctype>
#include <string>
#include <string_view>

#include "config/file_text.hpp"

namespace respguard::config {

namespace {

constexpr std::size_t names_file_max = std::size_t{1} << 20U;
constexpr std::size_t digest_digits = 40;

std::string_view without_blanks(std::string_view text) noexcept
{
    constexpr std::string_view blanks = " \t\r";
    auto const from = text.find_first_not_of(blanks);
    if (from == std::string_view::npos) return {};
    return text.substr(from, text.find_last_not_of(blanks) - from + 1);
}

bool is_digest(std::string_view text) noexcept
{
    return text.size() == digest_digits && std::all_of(text.begin(), text.end(), [](char c) {
               return std::isxdigit(static_cast<unsigned char>(c)) != 0;
           });
}

}  // namespace

void read_script_names(draft& into)
{
    constexpr std::string_view key = "scripts.names";
    std::string const& path = into.values.script_names_file;
    if (path.empty() || into.is_broken(key)) return;
    auto const file = read_whole_file(path, names_file_max);
    if (!file) {
        into.fail(key, path + " " + file.error().text);
        return;
    }
    std::string_view rest = file->bytes;
    for (std::size_t number = 1; !rest.empty(); ++number) {
        std::size_t const end = std::min(rest.find('\n'), rest.size());
        std::string_view const line = without_blanks(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (line.empty() || line.front() == '#') continue;
        auto const equals = std::min(line.find('='), line.size());
        std::string_view const digest = without_blanks(line.substr(0, equals));
        std::string_view const name =
            without_blanks(line.substr(std::min(equals + 1, line.size())));
        if (!is_digest(digest) || name.empty()) {
            into.fail(key, path + " line " + std::to_string(number) +
                               ": expected a SHA-1, '=' and a name");
            return;
        }
        into.values.relay.script_names.emplace_back(lowered(digest), name);
    }
}

}  // namespace respguard::config
