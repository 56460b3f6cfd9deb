// What the subcommands share.
#include "respguard/base/version.hpp"

#include <algorithm>
#include <utility>

#include "commands.hpp"

namespace respguard::proxy {

std::vector<std::string> cut_tail(int argc, char** argv, outcome& result)
{
    std::vector<std::string> own;
    for (int i = 1; i < argc; ++i) {
        std::string text = argv[i];
        if (result.has_tail) {
            result.tail.push_back(std::move(text));
        } else if (text == "--") {
            result.has_tail = true;
        } else if (text.starts_with("--") && text.ends_with('=')) {
            text.pop_back();  // CLI11 would take the next argument as the value of `--admin=`.
            own.push_back(std::move(text));
            own.emplace_back();
        } else {
            own.push_back(std::move(text));
        }
    }
    std::reverse(own.begin(), own.end());  // CLI11 takes them from the back.
    return own;
}

std::string version_line()
{
    std::string out = "respguard " + std::string(version_text) + " (";
    if (!revision_text.empty()) out += std::string(revision_text) + ", ";
    return out + std::string(compiler_text) + ", " + std::string(build_type_text) + ")";
}

std::string without_passwords(std::string text)
{
    constexpr std::string_view mark = "://";
    for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at + 1)) {
        auto const from = at + mark.size();
        auto const end = text.substr(0, text.find(mark, from)).rfind('@');
        if (end != std::string::npos && end >= from) text.replace(from, end - from, "***");
    }
    return text;
}

void set_help(CLI::App& app, std::string_view text)
{
    app.formatter_fn([text](CLI::App const*, std::string const&, CLI::AppFormatMode) {
        return std::string(text);
    });
}

}  // namespace respguard::proxy
