#include "support/vectors.hpp"

#include <boost/json.hpp>

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string_view>

namespace respguard::test {
namespace {

namespace json = boost::json;

bool flag(json::object const& object, char const* name)
{
    auto const* const value = object.if_contains(name);
    return value != nullptr && value->is_bool() && value->as_bool();
}

std::string text(json::object const& object, char const* name)
{
    auto const* const value = object.if_contains(name);
    return value != nullptr && value->is_string() ? json::value_to<std::string>(*value) : "";
}

std::string decode_string(std::string_view escaped)
{
    std::string bytes;
    for (std::size_t i = 0; i < escaped.size(); ++i) {
        if (escaped[i] != '\\') {
            bytes += escaped[i];
            continue;
        }
        switch (escaped.at(++i)) {
        case 'r': bytes += '\r'; break;
        case 'n': bytes += '\n'; break;
        case 't': bytes += '\t'; break;
        case '\\': bytes += '\\'; break;
        case 'x':
            bytes +=
                static_cast<char>(std::stoi(std::string(escaped.substr(i + 1, 2)), nullptr, 16));
            i += 2;
            break;
        default: throw std::runtime_error("unknown escape in a vector");
        }
    }
    return bytes;
}

request_vector::request to_request(json::object const& frame)
{
    request_vector::request request;
    request.is_empty = flag(frame, "empty");
    request.is_inline = text(frame, "form") == "inline";
    if (auto const* const arguments = frame.if_contains("argv")) {
        for (auto const& argument : arguments->as_array()) {
            request.arguments.push_back(decode_bytes(argument));
        }
    }
    return request;
}

}  // namespace

std::string decode_bytes(json::value const& value)
{
    if (value.is_string()) return decode_string(value.as_string());
    if (value.is_object()) {
        auto const unit = decode_bytes(value.at("rep"));
        std::string bytes;
        for (auto n = json::value_to<std::size_t>(value.at("n")); n > 0; --n)
            bytes += unit;
        return bytes;
    }
    std::string bytes;
    for (auto const& part : value.as_array())
        bytes += decode_bytes(part);
    return bytes;
}

json::array load_vectors(std::string const& file)
{
    auto const path = std::string(RESPGUARD_TEST_DATA "/vectors/") + file;
    std::ifstream stream(path, std::ios::binary);
    if (!stream) throw std::runtime_error("cannot read " + path);
    std::string const content(std::istreambuf_iterator<char>(stream), {});
    return json::parse(content).at("vectors").as_array();
}

std::vector<request_vector> load_request_vectors()
{
    std::vector<request_vector> vectors;
    for (auto const& value : load_vectors("requests.json")) {
        auto const& object = value.as_object();
        request_vector vector;
        vector.id = text(object, "id");
        vector.bytes = decode_bytes(object.at("in"));
        for (auto const& frame : object.at("frames").as_array()) {
            vector.requests.push_back(to_request(frame.as_object()));
        }
        vector.error = text(object, "error");
        vector.is_closed = flag(object, "closed");
        vector.is_pending = flag(object, "pending");
        vector.is_coarse = text(object, "segmentation") == "coarse";
        auto const* const guard = object.if_contains("guard");
        vector.is_upstream = guard != nullptr && flag(guard->as_object(), "upstream");
        vectors.push_back(std::move(vector));
    }
    return vectors;
}

std::vector<reply_vector> load_reply_vectors()
{
    std::vector<reply_vector> vectors;
    for (auto const& value : load_vectors("replies.json")) {
        auto const& object = value.as_object();
        reply_vector vector;
        vector.id = text(object, "id");
        vector.bytes = decode_bytes(object.at("in"));
        for (auto const& frame : object.at("frames").as_array()) {
            auto const& fields = frame.as_object();
            vector.frames.push_back({text(fields, "type").at(0),
                                     json::value_to<std::size_t>(fields.at("len")),
                                     flag(fields, "attr")});
        }
        vector.pending_bytes = json::value_to<std::size_t>(object.at("pending"));
        vector.is_malformed = !text(object, "error").empty();
        vectors.push_back(std::move(vector));
    }
    return vectors;
}

}  // namespace respguard::test
