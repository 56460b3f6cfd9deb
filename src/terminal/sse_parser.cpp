#include "respguard/terminal/sse_parser.hpp"

#include <utility>

namespace respguard::terminal {

namespace {

/// "data: x" and "data:x" are the same.
std::string_view value_of(std::string_view line, std::string_view name)
{
    line.remove_prefix(name.size());
    return line.starts_with(' ') ? line.substr(1) : line;
}

}  // namespace

std::vector<sse_event> sse_parser::feed(std::string_view bytes)
{
    std::vector<sse_event> found;
    while (true) {
        auto const end = bytes.find('\n');
        auto const part = bytes.substr(0, end);
        too_long_ = too_long_ || line_.size() + part.size() > line_bytes_max;
        if (too_long_) {
            line_.clear();
        } else {
            line_ += part;
        }
        if (end == std::string_view::npos) return found;
        end_line(found);
        bytes.remove_prefix(end + 1);
    }
}

void sse_parser::end_line(std::vector<sse_event>& into)
{
    if (line_.ends_with('\r')) line_.pop_back();
    std::string_view const line = line_;
    if (line.empty() && !too_long_) {
        if (has_data_) into.push_back(std::move(next_));
        next_ = {};
        has_data_ = false;
    } else if (line.starts_with("event:")) {
        next_.type = value_of(line, "event:");
    } else if (line.starts_with("data:")) {
        if (has_data_) next_.data += '\n';
        next_.data += value_of(line, "data:");
        has_data_ = true;
    }
    line_.clear();
    too_long_ = false;
}

}  // namespace respguard::terminal
