#include "respguard/terminal/json_line.hpp"

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <cmath>

namespace respguard::terminal {

namespace {

namespace json = boost::json;

void append_json(std::string& to, json::value const& value)
{
    if (auto const* const object = value.if_object()) {
        char before = '{';
        for (auto const& member : *object) {
            to += before + json::serialize(json::string(member.key())) + ":";
            append_json(to, member.value());
            before = ',';
        }
        to += object->empty() ? "{}" : "}";
    } else if (auto const* const array = value.if_array()) {
        char before = '[';
        for (auto const& element : *array) {
            to += before;
            append_json(to, element);
            before = ',';
        }
        to += array->empty() ? "[]" : "]";
    } else if (auto const* const number = value.if_double()) {
        // The shortest text that reads back the same: fmt's default.
        to += std::isfinite(*number) ? fmt::format("{}", *number) : "null";
    } else {
        to += json::serialize(value);
    }
}

}  // namespace

std::string json_line(json::value const& value)
{
    std::string out;
    append_json(out, value);
    return out;
}

}  // namespace respguard::terminal
