// Text in lines of a given width.
#include "config/wrapped.hpp"

#include <algorithm>

namespace respguard::config {

std::vector<std::string> wrapped(std::string_view text, std::size_t columns)
{
    std::vector<std::string> lines;
    std::string line;
    while (!text.empty()) {
        std::size_t const end = std::min(text.find(' '), text.size());
        std::string_view const word = text.substr(0, end);
        if (!line.empty() && line.size() + 1 + word.size() > columns) {
            lines.push_back(std::move(line));
            line.clear();
        }
        if (!line.empty() && !word.empty()) line += ' ';
        line += word;
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    if (!line.empty()) lines.push_back(std::move(line));
    return lines;
}

}  // namespace respguard::config
