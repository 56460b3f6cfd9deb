#include "admin/json_text.hpp"

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <cmath>
#include <utility>

namespace respguard::admin {

namespace {

namespace json = boost::json;

// What is on lines of its own: members of the outermost object (depth 1), elements of their arrays
// and members of their objects (depth 2).
constexpr int depth_of_lines = 2;

class writer {
public:
    void write(json::value const& value, int depth)
    {
        switch (value.kind()) {
        case json::kind::object: return write_object(value.get_object(), depth);
        case json::kind::array: return write_array(value.get_array(), depth);
        case json::kind::double_: return write_number(value.get_double());
        case json::kind::null:
        case json::kind::bool_:
        case json::kind::int64:
        case json::kind::uint64:
        case json::kind::string: out_ += json::serialize(value); return;
        }
    }

    void write_object(json::object const& object, int depth)
    {
        begin('{');
        for (auto const& member : object) {
            next(depth);
            out_ += json::serialize(json::value(member.key()));
            out_ += ": ";
            write(member.value(), depth + 1);
        }
        end('}', depth, object.empty());
    }

    [[nodiscard]] std::string take() { return std::move(out_); }

private:
    void write_array(json::array const& array, int depth)
    {
        begin('[');
        for (auto const& element : array) {
            next(depth);
            write(element, depth + 1);
        }
        end(']', depth, array.empty());
    }

    void write_number(double number)
    {
        // JSON knows no infinity. The shortest text that reads back the same: fmt's default.
        out_ += std::isfinite(number) ? fmt::format("{}", number) : "null";
    }

    void begin(char bracket)
    {
        out_ += bracket;
        first_ = true;
    }

    void next(int depth)
    {
        if (!first_) out_ += depth < depth_of_lines ? "," : ", ";
        if (depth < depth_of_lines) new_line(depth + 1);
        first_ = false;
    }

    void end(char bracket, int depth, bool empty)
    {
        if (!empty && depth < depth_of_lines) new_line(depth);
        out_ += bracket;
        first_ = false;
    }

    void new_line(int indent)
    {
        out_ += '\n';
        for (int i = 0; i < indent; ++i)
            out_ += ' ';
    }

    std::string out_;
    bool first_ = true;
};

}  // namespace

std::string json_text(json::object const& value)
{
    writer text;
    text.write_object(value, 0);
    return text.take() + '\n';
}

double microseconds(std::uint64_t ns) { return std::round(static_cast<double>(ns) / 100.0) / 10.0; }

double milliseconds(std::uint64_t ns)
{
    return std::round(static_cast<double>(ns) / 1'000.0) / 1'000.0;
}

}  // namespace respguard::admin
