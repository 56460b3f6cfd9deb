#include "relay/key_family.hpp"

#include "respguard/base/hash.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <string_view>

#include "relay/key_parts.hpp"

namespace respguard::relay {

namespace {

using namespace std::string_view_literals;

/// Further parts of a key are one `*`.
constexpr std::size_t parts_max = 6;
/// A longer first part is no word.
constexpr std::size_t word_bytes_max = 24;

constexpr std::array roots{"settings"sv, "tokens"sv, "ia"sv,  "iad"sv,         "ial"sv,   "iah"sv,
                           "iac"sv,      "iap"sv,    "iam"sv, "iaq"sv,         "iar"sv,   "tomb"sv,
                           "stats"sv,    "wh"sv,     "tpl"sv, "oapp"sv,        "lists"sv, "sess"sv,
                           "rl"sv,       "exp"sv,    "exq"sv, "idempotency"sv, "bull"sv};

struct known_part {
    std::string_view root;
    std::size_t behind;  ///< So many parts behind the root.
    std::string_view part;
};
constexpr std::array known_parts{known_part{"ia", 1, "accounts"},
                                 known_part{"tokens", 1, "access"},
                                 known_part{"stats", 1, "keys"},
                                 known_part{"lists", 1, "unsub"},
                                 known_part{"idempotency", 1, "bucket"},
                                 known_part{"iar", 1, "b"},
                                 known_part{"iar", 1, "s"},
                                 known_part{"wh", 1, "i"},
                                 known_part{"wh", 1, "c"},
                                 known_part{"wh", 1, "l"},
                                 known_part{"iam", 2, "h"},
                                 known_part{"iam", 2, "l"},
                                 known_part{"iam", 2, "n"},
                                 known_part{"iam", 2, "g"}};

constexpr std::array queue_parts{"wait"sv,    "active"sv,       "delayed"sv, "completed"sv,
                                 "failed"sv,  "marker"sv,       "meta"sv,    "events"sv,
                                 "stalled"sv, "id"sv,           "paused"sv,  "pc"sv,
                                 "repeat"sv,  "prioritized"sv,  "limiter"sv, "waiting-children"sv,
                                 "metrics"sv, "stalled-check"sv};

/// Words of at most 16 bytes, found by their hash in a table that is nearly empty.
class word_set {
public:
    template <typename Words>
    explicit word_set(Words const& words)
    {
        for (auto const& each : words)
            add(hash_of(each));
    }
    word_set() = default;

    void add(std::uint64_t hash)
    {
        std::size_t i = hash % slots_.size();
        while (slots_[i] != 0)
            i = (i + 1) % slots_.size();
        slots_[i] = hash;
    }
    [[nodiscard]] bool has(std::uint64_t hash) const noexcept
    {
        for (std::size_t i = hash % slots_.size(); slots_[i] != 0; i = (i + 1) % slots_.size()) {
            if (slots_[i] == hash) return true;
        }
        return false;
    }

private:
    std::array<std::uint64_t, 256> slots_{};
};

std::uint64_t part_hash(std::uint64_t root, std::size_t behind, std::uint64_t part) noexcept
{
    return mix(root ^ part, part + behind);
}

word_set const root_set(roots);

word_set const queue_part_set(queue_parts);

word_set const part_set = [] {
    word_set set;
    for (auto const& each : known_parts)
        set.add(part_hash(hash_of(each.root), each.behind, hash_of(each.part)));
    return set;
}();

constexpr std::size_t root_bytes_min = 2;
static_assert(std::all_of(roots.begin(), roots.end(), [](std::string_view root) {
    return root.size() >= root_bytes_min && root.size() <= telling_bytes_max &&
           is_lower_letter(root.front());
}));
static_assert(std::all_of(known_parts.begin(), known_parts.end(), [](known_part const& each) {
    return each.part.size() <= telling_bytes_max && is_lower_letter(each.part.front());
}));

bool is_root(byte_view part, std::uint64_t& hash) noexcept
{
    if (part.size() < root_bytes_min || part.size() > telling_bytes_max) return false;
    hash = hash_of(part);
    return root_set.has(hash);
}

constexpr auto letters = [] {
    std::array<bool, 256> is{};
    for (char c = 'a'; c <= 'z'; ++c)
        is[static_cast<unsigned char>(c)] = is[static_cast<unsigned char>(c - 'a' + 'A')] = true;
    is['_'] = is['-'] = true;  // No dot: it would be a domain, or bob.smith.
    return is;
}();

bool is_word(byte_view part) noexcept
{
    if (part.empty() || part.size() > word_bytes_max) return false;
    return std::all_of(part.begin(), part.end(),
                       [](char c) { return letters[static_cast<unsigned char>(c)]; });
}

constexpr byte_view masked = "*";

/// Gives each part of the family to `sink`: a part of the key, or `*`.
template <typename Sink>
void walk_family(byte_view key, Sink&& sink) noexcept
{
    std::size_t root_at = parts_max;  // No root yet.
    std::uint64_t root = 0;
    std::size_t begin = 0;
    for (std::size_t i = 0;; ++i) {
        std::size_t const end = i + 1 == parts_max ? byte_view::npos : find_colon(key, begin);
        bool const last = end == byte_view::npos;
        byte_view const part(key.data() + begin, (last ? key.size() : end) - begin);
        bool shown = false;
        if (root_at < i) {
            shown = part.size() <= word_bytes_max &&
                    part_set.has(part_hash(root, i - root_at, hash_of(part)));
        } else if (i <= 1 && is_root(part, root)) {
            shown = true;
            root_at = i;
        } else {
            shown = i == 0 && !last && is_word(part);
        }
        sink(shown ? part : masked, shown);
        if (last) return;
        begin = end + 1;
    }
}

}  // namespace

std::uint64_t family_hash(byte_view key) noexcept
{
    // "word:id", as most keys are: what the walk below would find, without its questions.
    if (std::size_t const colon = find_colon(key, 0); colon != byte_view::npos) {
        byte_view const word(key.data(), colon);
        std::uint64_t root = 0;
        if (!is_root(word, root) && find_colon(key, colon + 1) == byte_view::npos &&
            !is_root(key.substr(colon + 1), root)) {
            constexpr std::uint64_t two_parts = 0x9E37'79B9'7F4A'7C15;
            return is_word(word) ? hash_of(word, two_parts) : two_parts;
        }
    }
    std::uint64_t hash = 1;
    walk_family(key, [&](byte_view part, bool shown) {
        hash = shown ? hash_of(part, hash) : mix(hash, 0xD6E8'FEB8'6659'FD93);
    });
    return hash;
}

std::string family_name(byte_view key)
{
    std::string name;
    walk_family(key, [&](byte_view part, bool) {
        if (!name.empty()) name += ':';
        name += part;
    });
    return name;
}

bool is_queue_part(byte_view part) noexcept
{
    return part.size() <= word_bytes_max && queue_part_set.has(hash_of(part));
}

}  // namespace respguard::relay
