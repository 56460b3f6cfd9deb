#include "target.hpp"

#include <charconv>

namespace respguard::bench {

target parse_target(std::string_view text)
{
    constexpr std::string_view pid_mark = ",pid=";
    auto const name_end = text.find('=');
    if (name_end == std::string_view::npos || name_end == 0) {
        throw bench_failure("expected name=address[,pid=N]: " + std::string(text));
    }
    target parsed;
    parsed.name = text.substr(0, name_end);
    std::string_view address = text.substr(name_end + 1);
    if (auto const mark = address.find(pid_mark); mark != std::string_view::npos) {
        std::string_view const number = address.substr(mark + pid_mark.size());
        auto const [end, error] =
            std::from_chars(number.data(), number.data() + number.size(), parsed.process);
        if (error != std::errc() || end != number.data() + number.size()) {
            throw bench_failure("no process id: " + std::string(text));
        }
        address = address.substr(0, mark);
    }
    parsed.where = parse_endpoint(address);
    return parsed;
}

}  // namespace respguard::bench
