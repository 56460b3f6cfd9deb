#include "respguard/app/replay_file.hpp"

#include <cerrno>
#include <fstream>
#include <iostream>
#include <system_error>

#include "app/replay.hpp"

namespace respguard::app {

parsed<replay_outcome> replay_file(std::string const& path, policy::rule_set const& rules,
                                   policy::sender const& otherwise)
{
    std::ifstream file;
    if (path != "-") {
        errno = 0;
        file.open(path);
        // A folder can be opened, but not read.
        if (!file || file.peek() == std::ifstream::traits_type::eof()) {
            bool const is_empty = file.eof() && errno == 0;
            return problem{path + ": " +
                           (is_empty ? "is empty" : std::system_category().message(errno))};
        }
    }
    replay_summary summary(rules, otherwise);
    std::istream& in = path == "-" ? std::cin : file;
    for (std::string line; std::getline(in, line);)
        summary.add_line(line);
    return replay_outcome{summary.text(), summary.judged(), summary.changed()};
}

}  // namespace respguard::app
