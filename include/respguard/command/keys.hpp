// Which keys does a request name?
//
// By the server's own key specifications (src/command/key_data.inc) where those can be trusted,
// else by a walk over the options as the server does it. No allocation, linear in what is there.
#pragma once

#include "respguard/base/bytes.hpp"
#include "respguard/command/command_table.hpp"

#include <cstdint>

namespace respguard::command {

/// One key that a request names.
struct named_key {
    byte_view bytes;               ///< As far as it is there; borrowed.
    std::uint64_t size_bytes = 0;  ///< Announced.
    bool is_pattern = false;       ///< Stands for all keys that match it (SCAN MATCH, SORT BY).

    [[nodiscard]] bool is_whole() const noexcept { return bytes.size() == size_bytes; }
};

enum class keys_found : std::uint8_t {
    all,      ///< Every key was shown; there may be none.
    cut,      ///< Some stand behind the end of what is there.
    unknown,  ///< It may touch keys that it does not name, or the server would refuse it.
};

class key_visitor {
public:
    virtual void on_key(named_key const& key) noexcept = 0;

protected:
    key_visitor() = default;
    ~key_visitor() = default;
    key_visitor(key_visitor const&) = default;
    key_visitor& operator=(key_visitor const&) = default;
};

/// True if a request of this command may name or touch keys at all; known without the request.
[[nodiscard]] bool may_touch_keys(command_id id) noexcept;

/// Where the first key of a request of this command stands, as far as that is the same for all of
/// them; the server's own key specifications.
struct first_key_place {
    enum class kind : std::uint8_t {
        none,     ///< It has no keys.
        fixed,    ///< Argument `index`.
        counted,  ///< The same, but argument `count_index` may say that there are none ("0").
        search,   ///< Depends on its options: visit_keys().
    };
    kind how = kind::none;
    std::uint8_t index = 0;
    std::uint8_t count_index = 0;
};
[[nodiscard]] first_key_place first_key_of(command_id id) noexcept;

/// Shows the keys of one request. Where the server would read one of two arguments as a key, both
/// are shown (GEORADIUS ... STORE a STORE b).
///
/// @param canonical The request from its `*`; may be cut.
keys_found visit_keys(command_id id, byte_view canonical, key_visitor& visitor) noexcept;

}  // namespace respguard::command
