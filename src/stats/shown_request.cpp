#include "respguard/stats/shown_request.hpp"

#include "respguard/base/argument_walk.hpp"
#include "respguard/command/keys.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <span>

namespace respguard::stats {

namespace {

using command::role;
using command::trait;

constexpr std::string_view redacted = "(redacted)";
constexpr std::string_view hidden = "(hidden)";

class key_places final : public command::key_visitor {
public:
    void on_key(command::named_key const& key) noexcept override
    {
        if (count_ < places_.size()) places_[count_++] = key.bytes.data();
    }
    [[nodiscard]] bool has(char const* place) const noexcept
    {
        auto const known = std::span(places_).first(count_);
        return std::find(known.begin(), known.end(), place) != known.end();
    }

private:
    std::array<char const*, shown_arguments_max> places_{};
    std::size_t count_ = 0;
};

std::string as_it_is(argument const& what)
{
    std::string out(what.bytes.substr(0, shown_argument_bytes));
    if (what.size_bytes > out.size()) {
        out += "... (" + std::to_string(what.size_bytes - out.size()) + " more bytes)";
    }
    return out;
}

std::string as_size(argument const& what)
{
    return "(" + std::to_string(what.size_bytes) + (what.size_bytes == 1 ? " byte)" : " bytes)");
}

/// Of CONFIG SET: may the value of this parameter be a secret?
bool is_secret_parameter(byte_view name)
{
    static constexpr std::string_view marks[] = {"pass", "auth", "user", "secret", "key"};
    std::string const lower = lowered(name.substr(0, shown_argument_bytes));
    return std::any_of(std::begin(marks), std::end(marks), [&](std::string_view mark) {
        return lower.find(mark) != std::string::npos;
    });
}

/// From which argument on everything may be a secret: behind a command that is only tried, and of
/// a Sentinel's settings, which have passwords and new names of commands.
class secret_tail {
public:
    /// To be asked for each argument in turn.
    bool has(std::string_view name, argument const& what, std::size_t index)
    {
        if (index == 0 && name == "acl|dryrun") from_ = 4;  // ACL DRYRUN user command ...
        if (index == 0 && name == "other") is_sentinel_ = says(what, "sentinel");
        if (index == 1 && is_sentinel_ && (says(what, "set") || says(what, "config"))) from_ = 2;
        return index >= from_;
    }

private:
    static bool says(argument const& what, std::string_view word)
    {
        return what.bytes.size() == word.size() && lowered(what.bytes) == word;
    }

    std::size_t from_ = shown_arguments_max;
    bool is_sentinel_ = false;
};

/// How many of the first arguments are the command's name.
std::size_t name_arguments(command::command_traits const& traits) noexcept
{
    return traits.name.find('|') == std::string_view::npos ? 1 : 2;
}

class shower {
public:
    shower(command::command_id id, byte_view request, privacy show)
        : traits_(command::traits_of(id)), show_(show)
    {
        if (show != privacy::none) (void)command::visit_keys(id, request, keys_);
    }

    std::string operator()(argument const& what, std::size_t index)
    {
        if (tail_.has(traits_.name, what, index)) return std::string(redacted);
        if (index < name_arguments(traits_)) return as_it_is(what);
        bool const is_key = keys_.has(what.bytes.data()) && what.bytes.data() != nullptr;
        if (traits_.has(trait::secret)) return secret(what, index, is_key);
        if (show_ == privacy::all || is_key || names_script(index)) return as_it_is(what);
        return as_size(what);
    }

private:
    std::string secret(argument const& what, std::size_t index, bool is_key)
    {
        if (is_key) return as_it_is(what);
        if (traits_.what != role::config_set) return std::string(redacted);
        bool const is_name = index % 2 == 0;  // CONFIG SET name value name value ...
        if (is_name) {
            hides_value_ = is_secret_parameter(what.bytes);
            return show_ == privacy::none ? as_size(what) : as_it_is(what);
        }
        if (hides_value_) return std::string(redacted);
        return show_ == privacy::all ? as_it_is(what) : as_size(what);
    }
    /// A digest or a function's name says nothing about anybody, an EVAL's text may.
    [[nodiscard]] bool names_script(std::size_t index) const noexcept
    {
        return index == 1 && show_ != privacy::none && traits_.has(trait::script) &&
               (traits_.name.starts_with("evalsha") || traits_.name.starts_with("fcall"));
    }

    command::command_traits const& traits_;
    privacy show_;
    key_places keys_;
    secret_tail tail_;
    bool hides_value_ = false;
};

}  // namespace

std::optional<privacy> privacy_named(std::string_view name) noexcept
{
    auto const at = std::find(std::begin(privacy_names), std::end(privacy_names), name);
    if (at == std::end(privacy_names)) return {};
    return static_cast<privacy>(at - std::begin(privacy_names));
}

std::vector<std::string> shown_arguments(command::command_id id, byte_view request,
                                         std::uint32_t count, privacy show)
{
    shower shown(id, request, show);
    std::vector<std::string> out;
    // The last place says how many more there are, if there are.
    std::size_t const places =
        count > shown_arguments_max ? shown_arguments_max - 1 : shown_arguments_max;
    argument_walk walk(request);
    while (out.size() < places && walk.next())
        out.push_back(shown(walk.current(), walk.index()));
    if (count > out.size()) {
        out.push_back("... (" + std::to_string(count - out.size()) + " more arguments)");
    }
    return out;
}

void hide_arguments(command::command_id id, std::vector<std::string>& shown, std::uint32_t count)
{
    // What says how many more there are stays; behind a cut request it may go as well.
    auto const end =
        shown.size() < count ? shown.size() - std::min<std::size_t>(shown.size(), 1) : shown.size();
    for (auto i = name_arguments(command::traits_of(id)); i < end; ++i)
        shown[i] = hidden;
}

}  // namespace respguard::stats
