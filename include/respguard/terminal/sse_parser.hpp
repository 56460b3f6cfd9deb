// Server-sent events out of the bytes of a stream. No I/O.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace respguard::terminal {

struct sse_event {
    std::string type = "message";
    std::string data;
};

/// What of the format our guard uses: `event` and `data` lines, ended by LF or CR LF; comments and
/// other fields are passed over.
class sse_parser {
public:
    /// Longer lines than this are not ours: their event is left out.
    static constexpr std::size_t line_bytes_max = 1'048'576;

    /// The events that these bytes complete, in order. Those without data are left out.
    [[nodiscard]] std::vector<sse_event> feed(std::string_view bytes);

private:
    void end_line(std::vector<sse_event>& into);

    std::string line_;
    sse_event next_;
    bool has_data_ = false;
    bool too_long_ = false;
};

}  // namespace respguard::terminal
