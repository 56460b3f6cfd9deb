#include "respguard/doctor/facts.hpp"

#include "respguard/base/bytes.hpp"
#include "respguard/base/log.hpp"

#include <algorithm>
#include <charconv>
#include <system_error>

namespace respguard::doctor {

namespace {

std::optional<double> number(std::string_view text)
{
    double out = 0;
    auto const [rest, ec] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (ec != std::errc{} || rest != text.data() + text.size()) return std::nullopt;
    return out;
}

std::optional<std::string> find_pair(resp_value const* of, std::string_view key)
{
    if (of == nullptr || of->what != resp_value::kind::array) return std::nullopt;
    for (std::size_t i = 0; i + 1 < of->items.size(); i += 2) {
        if (of->items[i].as_text() == key) return of->items[i + 1].as_text();
    }
    return std::nullopt;
}

bool mentions(resp_value const& in, std::string_view text)
{
    if (in.text.find(text) != std::string::npos) return true;
    return std::any_of(in.items.begin(), in.items.end(),
                       [&](resp_value const& item) { return mentions(item, text); });
}

std::string dashes(std::string_view key)
{
    std::string out(key);
    std::replace(out.begin(), out.end(), '_', '-');
    return out;
}

}  // namespace

void facts::read_info()
{
    info_.clear();
    info_sections_.clear();
    auto const* const found = reply("INFO");
    if (found == nullptr || found->what != resp_value::kind::text) return;
    std::string_view rest = found->text;
    while (!rest.empty()) {
        auto const end = std::min(rest.find('\n'), rest.size());
        auto line = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (line.starts_with("# ")) {
            info_sections_.emplace_back(line.substr(2));
        } else if (auto const colon = line.find(':'); colon != std::string_view::npos) {
            info_.emplace(line.substr(0, colon), line.substr(colon + 1));
        }
    }
}

std::optional<std::string_view> facts::info(std::string_view field) const
{
    auto const found = info_.find(field);
    if (found == info_.end()) return std::nullopt;
    return std::string_view(found->second);
}

std::optional<double> facts::info_number(std::string_view field) const
{
    auto const text = info(field);
    return text ? number(*text) : std::nullopt;
}

bool facts::has_info_section(std::string_view name) const
{
    return std::find(info_sections_.begin(), info_sections_.end(), name) != info_sections_.end();
}

std::optional<std::string> facts::hello(std::string_view key) const
{
    if (auto found = find_pair(reply("HELLO 2"), key)) return found;
    return find_pair(reply("HELLO 3"), key);
}

bool facts::hello_modules_mention(std::string_view text) const
{
    for (auto const* const question : {"HELLO 2", "HELLO 3"}) {
        auto const* const found = reply(question);
        if (found == nullptr) continue;
        for (std::size_t i = 0; i + 1 < found->items.size(); i += 2) {
            if (found->items[i].text == "modules" && mentions(found->items[i + 1], text))
                return true;
        }
    }
    return false;
}

std::optional<std::string> facts::config(std::string_view key) const
{
    auto const* const found = reply("CONFIG GET " + std::string(key));
    if (auto value = find_pair(found, key)) return value;
    if (found == nullptr) return std::nullopt;
    // Dragonfly answers "tcp_keepalive" to "tcp-keepalive".
    for (std::size_t i = 0; i + 1 < found->items.size(); i += 2) {
        if (dashes(found->items[i].as_text()) == key) return found->items[i + 1].as_text();
    }
    return std::nullopt;
}

std::optional<double> facts::config_number(std::string_view key) const
{
    auto const text = config(key);
    return text ? number(*text) : std::nullopt;
}

resp_value const* facts::reply(std::string_view question) const
{
    auto const found = answers.find(question);
    return found == answers.end() || !found->second.reply ? nullptr : &*found->second.reply;
}

std::string facts::denied(std::string_view question) const
{
    auto const found = answers.find(question);
    if (found == answers.end()) return "not asked";
    if (!found->second.reply) return found->second.failure;
    auto const& reply = *found->second.reply;
    if (reply.is_error()) return printable(reply.text);
    if (reply.what == resp_value::kind::array && reply.items.empty()) return "the server has none";
    return "not in the answer";
}

bool is_denial(std::string_view error)
{
    if (error.starts_with("NOPERM")) return true;
    if (!error.starts_with("ERR")) return false;
    std::string const text = lowered(error);
    for (auto const* const words :
         {"unknown command", "not supported", "not allowed", "disabled", "unknown subcommand"}) {
        if (text.find(words) != std::string::npos) return true;
    }
    return false;
}

std::string printable(std::string_view bytes, std::size_t most)
{
    return bytes.size() > most ? log::escaped(bytes.substr(0, most)) + "..." : log::escaped(bytes);
}

}  // namespace respguard::doctor
