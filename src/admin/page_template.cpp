#include "admin/page_template.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include <vector>

namespace respguard::admin {

namespace {

namespace json = boost::json;

constexpr std::string_view open_tag = "{{";
constexpr std::string_view close_tag = "}}";

void append_escaped(std::string& out, std::string_view text)
{
    for (char const c : text) {
        switch (c) {
        case '&': out += "&amp;"; break;
        case '<': out += "&lt;"; break;
        case '>': out += "&gt;"; break;
        case '"': out += "&quot;"; break;
        case '\'': out += "&#39;"; break;
        default: out += c;
        }
    }
}

class filler {
public:
    explicit filler(json::object const& values) : scopes_{&values} {}

    void fill(std::string_view text)
    {
        while (true) {
            auto const open = text.find(open_tag);
            auto const close = text.find(close_tag, open);
            if (close == std::string_view::npos) break;
            out_ += text.substr(0, open);
            auto const tag = text.substr(open + open_tag.size(), close - open - open_tag.size());
            text.remove_prefix(close + close_tag.size());
            if (tag.starts_with('#') || tag.starts_with('^')) {
                text = fill_section(tag, text);
            } else {
                append_value(tag);
            }
        }
        out_ += text;
    }

    [[nodiscard]] std::string take() { return std::move(out_); }

private:
    /// @return What follows the section in `text`.
    std::string_view fill_section(std::string_view tag, std::string_view text)
    {
        auto const name = tag.substr(1);
        // A section does not contain one of the same name, so its first end is its own.
        std::string const end = std::string(open_tag).append("/").append(name).append(close_tag);
        auto const length = text.find(end);
        if (length == std::string_view::npos) return {};
        auto const inside = text.substr(0, length);
        auto const* const value = find(name);
        auto const* const rows = value == nullptr ? nullptr : value->if_array();
        if (tag.front() == '^') {
            if (!is_shown(value)) fill(inside);
        } else if (rows != nullptr) {
            for (auto const& row : *rows) {
                scopes_.push_back(&row.as_object());
                fill(inside);
                scopes_.pop_back();
            }
        } else if (is_shown(value)) {
            fill(inside);
        }
        return text.substr(length + end.size());
    }

    void append_value(std::string_view name)
    {
        auto const* const value = find(name);
        if (value == nullptr) return;
        if (auto const* const text = value->if_string()) append_escaped(out_, *text);
    }

    [[nodiscard]] static bool is_shown(json::value const* value)
    {
        if (value == nullptr) return false;
        if (auto const* const flag = value->if_bool()) return *flag;
        if (auto const* const text = value->if_string()) return !text->empty();
        if (auto const* const rows = value->if_array()) return !rows->empty();
        return false;
    }

    [[nodiscard]] json::value const* find(std::string_view name) const
    {
        for (auto scope = scopes_.rbegin(); scope != scopes_.rend(); ++scope) {
            if (auto const* const value = (*scope)->if_contains(name)) return value;
        }
        return nullptr;
    }

    std::vector<json::object const*> scopes_;
    std::string out_;
};

}  // namespace

std::string fill_template(std::string_view text, json::object const& values)
{
    filler page(values);
    page.fill(text);
    return page.take();
}

}  // namespace respguard::admin
