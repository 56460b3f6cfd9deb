#include "relay/request_owner.hpp"

#include "respguard/base/arguments.hpp"
#include "respguard/command/keys.hpp"

namespace respguard::relay {

namespace {

constexpr std::size_t sha_bytes = 40;

/// The first key that is one of a queue.
class queue_finder final : public command::key_visitor {
public:
    void on_key(command::named_key const& key) noexcept override
    {
        if (found.empty()) found = queue_of(key.bytes);
    }
    byte_view found;
};

byte_view script_of(byte_view canonical) noexcept
{
    auto const words = arguments(canonical);
    auto at = words.begin();
    if (at == words.end()) return {};
    byte_view const name = *at;
    ++at;
    bool const sends_text = equals_lower(name, "eval") || equals_lower(name, "eval_ro");
    if (sends_text) return "EVAL";
    return at == words.end() ? byte_view() : (*at).substr(0, sha_bytes);
}

}  // namespace

byte_view queue_of(byte_view key) noexcept
{
    constexpr byte_view mark = "bull:";
    for (auto at = key.find(mark); at != byte_view::npos; at = key.find(mark, at + 1)) {
        if (at > 0 && key[at - 1] != ':') continue;
        auto const rest = key.substr(at + mark.size());
        auto const end = rest.find(':');
        return end == byte_view::npos ? byte_view() : rest.substr(0, end);
    }
    return {};
}

request_owner owner_of(command::command_id id, byte_view canonical) noexcept
{
    request_owner out;
    if (command::traits_of(id).has(command::trait::script)) out.script = script_of(canonical);
    queue_finder finder;
    (void)command::visit_keys(id, canonical, finder);
    out.queue = finder.found;
    return out;
}

}  // namespace respguard::relay
