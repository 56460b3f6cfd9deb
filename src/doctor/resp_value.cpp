#include "respguard/doctor/resp_value.hpp"

#include <charconv>
#include <system_error>
#include <utility>

namespace respguard::doctor {

namespace {

using kind = resp_value::kind;

/// Takes frames off the front of the bytes.
class reader {
public:
    explicit reader(byte_view bytes) : rest_(bytes) {}

    std::optional<resp_value> value(int depth)
    {
        if (depth > resp_depth_max || rest_.empty()) return std::nullopt;
        char const type = rest_.front();
        rest_.remove_prefix(1);
        auto const head = line();
        if (!head) return std::nullopt;
        switch (type) {
        case '+':
        case ',':
        case '(':
        case '#': return resp_value{kind::text, std::string(*head), 0, {}};
        case '-': return resp_value{kind::error, std::string(*head), 0, {}};
        case '_': return resp_value{};
        case ':': return integer(*head);
        case '$': return body(*head, kind::text, 0);
        case '=': return body(*head, kind::text, 4);  // "txt:"
        case '!': return body(*head, kind::error, 0);
        case '*':
        case '~':
        case '>': return array(*head, 1, depth);
        case '%': return array(*head, 2, depth);
        case '|': return array(*head, 2, depth) ? value(depth) : std::nullopt;
        default: return std::nullopt;
        }
    }

    [[nodiscard]] bool at_end() const noexcept { return rest_.empty(); }

private:
    std::optional<byte_view> line()
    {
        auto const end = rest_.find("\r\n");
        if (end == byte_view::npos) return std::nullopt;
        auto const text = rest_.substr(0, end);
        rest_.remove_prefix(end + 2);
        return text;
    }

    static std::optional<std::int64_t> number(byte_view text)
    {
        std::int64_t out = 0;
        auto const [rest, ec] = std::from_chars(text.data(), text.data() + text.size(), out);
        if (ec != std::errc{} || rest != text.data() + text.size()) return std::nullopt;
        return out;
    }

    static std::optional<resp_value> integer(byte_view head)
    {
        auto const value = number(head);
        if (!value) return std::nullopt;
        return resp_value{kind::integer, {}, *value, {}};
    }

    std::optional<resp_value> body(byte_view head, kind what, std::size_t prefix)
    {
        auto const size = number(head);
        if (!size) return std::nullopt;
        if (*size < 0) return resp_value{};
        auto const bytes = static_cast<std::size_t>(*size);
        if (bytes < prefix || rest_.size() < 2 || rest_.size() - 2 < bytes) return std::nullopt;
        resp_value out{what, std::string(rest_.substr(prefix, bytes - prefix)), 0, {}};
        rest_.remove_prefix(bytes + 2);
        return out;
    }

    std::optional<resp_value> array(byte_view head, std::int64_t each, int depth)
    {
        auto const count = number(head);
        if (!count) return std::nullopt;
        if (*count < 0) return resp_value{};
        resp_value out{kind::array, {}, 0, {}};
        // Not reserved by what was announced: every element needs bytes, and those are here.
        for (std::int64_t i = 0; i < *count * each; ++i) {
            auto item = value(depth + 1);
            if (!item) return std::nullopt;
            out.items.push_back(std::move(*item));
        }
        return out;
    }

    byte_view rest_;
};

}  // namespace

std::string resp_value::as_text() const
{
    return what == kind::integer ? std::to_string(integer) : what == kind::text ? text : "";
}

std::optional<resp_value> decode_reply(byte_view frame)
{
    reader from(frame);
    auto out = from.value(0);
    if (!from.at_end()) return std::nullopt;
    return out;
}

std::string encode_request(std::vector<std::string> const& words)
{
    std::string out = "*" + std::to_string(words.size()) + "\r\n";
    for (auto const& word : words)
        out += "$" + std::to_string(word.size()) + "\r\n" + word + "\r\n";
    return out;
}

}  // namespace respguard::doctor
