// Flags of `run`: --set key=value and those with a name of their own.
#include "config/flag_source.hpp"

#include <utility>

#include "config/key_value.hpp"
#include "config/toml_text.hpp"

namespace respguard::config {

namespace {

void read_set(std::string const& text, draft& into)
{
    place const at{"--set"};
    std::size_t const mark = text.find('=');
    std::string const name = text.substr(0, mark);
    if (mark == std::string::npos || name.empty()) {
        into.fail(at, "", "expected key=value, such as --set upstream.hold=30s");
        return;
    }
    key const* const k = find_key(name);
    if (k == nullptr) {
        into.fail(at, name,
                  name == "policy.rule" ? "rules are written in the file only"
                                        : unknown_key_text(name));
        return;
    }
    std::string_view const written = std::string_view(text).substr(mark + 1);
    // Lists and quoted strings are TOML; anything else is taken as it stands, so that nobody has to
    // quote for the shell and for TOML at once.
    if (written.starts_with('[') || written.starts_with('"') || written.starts_with('\'')) {
        auto content = parse_toml_value(written, at);
        if (auto* error = std::get_if<mistake>(&content)) {
            error->key = name;
            into.errors.push_back(*error);
        } else {
            into.set(*k, std::get<value>(content), rank::flag);
        }
        return;
    }
    into.set(*k, bare_value(written, at), rank::flag);
}

void read_flag(std::string_view key_name, std::string_view text, draft& into)
{
    key const* const k = find_key(key_name);
    into.set(*k, bare_value(text, place{std::string(k->flag)}), rank::flag);
}

}  // namespace

void read_flags(sources const& from, draft& into)
{
    for (std::string const& text : from.set)
        read_set(text, into);
    if (!from.listen.empty()) {
        std::string all;  // Commas are no part of an address, so one flag may hold several, too.
        for (std::string const& address : from.listen)
            all += (all.empty() ? "" : ",") + address;
        read_flag("listen.addresses", all, into);
    }
    if (from.upstream) read_flag("upstream.url", *from.upstream, into);
    if (from.admin) read_flag("admin.address", *from.admin, into);
    if (from.log_level) read_flag("log.level", *from.log_level, into);
    if (from.log_format) read_flag("log.format", *from.log_format, into);
    if (from.require_upstream) read_flag("upstream.require", "true", into);
}

}  // namespace respguard::config
