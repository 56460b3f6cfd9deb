// One value as somebody wrote it, whatever the source.
#include "config/value.hpp"

namespace respguard::config {

std::string place::origin() const
{
    return line == 0 ? source : source + ":" + std::to_string(line);
}

std::string place::where() const
{
    return line == 0 ? source : origin() + ":" + std::to_string(column);
}

std::string value::describe() const
{
    switch (what) {
    case kind::text: return "a string";
    case kind::bare: return text.empty() ? "nothing" : "a word";
    case kind::integer: return "the number " + std::to_string(integer);
    case kind::fraction: return "the number " + text;
    case kind::boolean: return boolean ? "true" : "false";
    case kind::date: return "a date or time";
    case kind::list: return "a list";
    case kind::table: return "a table";
    }
    return "something else";
}

value const* value::find(std::string_view name) const
{
    for (table_entry const& entry : entries) {
        if (entry.name == name) return &entry.content;
    }
    return nullptr;
}

value bare_value(std::string_view text, place at)
{
    value out;
    out.what = value::kind::bare;
    out.text = text;
    out.at = std::move(at);
    return out;
}

}  // namespace respguard::config
