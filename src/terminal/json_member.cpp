#include "terminal/json_member.hpp"

#include <cmath>

namespace respguard::terminal {

namespace json = boost::json;

json::value const* member_at(json::object const& from, std::string_view path)
{
    auto const dot = path.find('.');
    auto const* const found = from.if_contains(path.substr(0, dot));
    if (found == nullptr || dot == std::string_view::npos) return found;
    return found->is_object() ? member_at(found->get_object(), path.substr(dot + 1)) : nullptr;
}

double number_at(json::object const& from, std::string_view path)
{
    auto const* const found = member_at(from, path);
    if (found == nullptr || !found->is_number()) return 0;
    return found->to_number<double>();
}

std::int64_t integer_at(json::object const& from, std::string_view path)
{
    return std::llround(number_at(from, path));
}

std::string text_at(json::object const& from, std::string_view path)
{
    auto const* const found = member_at(from, path);
    if (found == nullptr || !found->is_string()) return {};
    return std::string(found->get_string());
}

bool flag_at(json::object const& from, std::string_view path)
{
    auto const* const found = member_at(from, path);
    return found != nullptr && found->is_bool() && found->get_bool();
}

json::array const& rows_at(json::object const& from, std::string_view path)
{
    static json::array const none;
    auto const* const found = member_at(from, path);
    return found != nullptr && found->is_array() ? found->get_array() : none;
}

}  // namespace respguard::terminal
