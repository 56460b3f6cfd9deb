// The configuration while it is being put together.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "config/key_table.hpp"
#include "config/mistake.hpp"
#include "config/value.hpp"

namespace respguard::config {

/// Who wins: the later one.
enum class rank : std::uint8_t { built_in, file, environment, flag };

class draft {
public:
    settings values;
    mistakes errors;
    mistakes warnings;

    /// Sets one key, or notes why not. Call in the order of ranks. The place is kept even if the
    /// value is wrong, so that what is said about the key later still points there.
    void set(key const& k, value const& written, rank by);

    /// A mistake in the value of a key that was read without a complaint.
    void fail(std::string_view key_name, std::string text);
    /// A mistake anywhere else.
    void fail(place const& at, std::string key_name, std::string text);

    /// True if something is wrong with this key, so that nothing should follow from its value.
    [[nodiscard]] bool is_broken(std::string_view key_name) const;

    [[nodiscard]] rank rank_of(std::string_view key_name) const;
    /// "default" if nobody set it.
    [[nodiscard]] place place_of(std::string_view key_name) const;
    /// From now on, this is said to be where the value came from.
    void came_from(std::string_view key_name, place at);

    [[nodiscard]] std::map<std::string, std::string> origins() const;

private:
    struct mark {
        place at;
        rank by = rank::built_in;
    };
    std::map<std::string, mark, std::less<>> marks_;
};

/// What to say of a key that is not in the table: ", did you mean 'upstream.hold'?"
[[nodiscard]] std::string unknown_key_text(std::string_view name);

}  // namespace respguard::config
