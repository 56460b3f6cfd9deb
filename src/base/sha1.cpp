#include "respguard/base/sha1.hpp"

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace respguard {

namespace {

constexpr std::size_t sha1_block = 64;

using sha1_state = std::array<std::uint32_t, 5>;

// FIPS 180-4, 6.1.2.
void sha1_add(sha1_state& state, unsigned char const* block) noexcept
{
    std::array<std::uint32_t, 80> w{};
    for (std::size_t i = 0; i < 16; ++i) {
        w[i] = std::uint32_t{block[4 * i]} << 24 | std::uint32_t{block[4 * i + 1]} << 16 |
               std::uint32_t{block[4 * i + 2]} << 8 | std::uint32_t{block[4 * i + 3]};
    }
    for (std::size_t i = 16; i < 80; ++i)
        w[i] = std::rotl(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
    auto [a, b, c, d, e] = state;
    for (std::size_t i = 0; i < 80; ++i) {
        std::uint32_t f = 0;
        std::uint32_t k = 0;
        if (i < 20) {
            f = (b & c) | (~b & d);
            k = 0x5A82'7999;
        } else if (i < 40) {
            f = b ^ c ^ d;
            k = 0x6ED9'EBA1;
        } else if (i < 60) {
            f = (b & c) | (b & d) | (c & d);
            k = 0x8F1B'BCDC;
        } else {
            f = b ^ c ^ d;
            k = 0xCA62'C1D6;
        }
        std::uint32_t const next = std::rotl(a, 5) + f + e + k + w[i];
        e = d;
        d = c;
        c = std::rotl(b, 30);
        b = a;
        a = next;
    }
    state[0] += a;
    state[1] += b;
    state[2] += c;
    state[3] += d;
    state[4] += e;
}

}  // namespace

std::string sha1_hex(byte_view bytes)
{
    sha1_state state{0x6745'2301, 0xEFCD'AB89, 0x98BA'DCFE, 0x1032'5476, 0xC3D2'E1F0};
    std::array<unsigned char, sha1_block> block{};
    std::size_t const whole = bytes.size() / sha1_block;
    for (std::size_t i = 0; i < whole; ++i) {
        std::memcpy(block.data(), bytes.data() + i * sha1_block, sha1_block);
        sha1_add(state, block.data());
    }
    std::size_t const rest = bytes.size() % sha1_block;
    block.fill(0);
    if (rest > 0) std::memcpy(block.data(), bytes.data() + whole * sha1_block, rest);
    block[rest] = 0x80;
    if (rest >= sha1_block - 8) {
        sha1_add(state, block.data());
        block.fill(0);
    }
    std::uint64_t const bits = std::uint64_t{bytes.size()} * 8;
    for (std::size_t i = 0; i < 8; ++i)
        block[sha1_block - 1 - i] = static_cast<unsigned char>(bits >> (8 * i));
    sha1_add(state, block.data());

    constexpr std::string_view digits = "0123456789abcdef";
    std::string hex;
    for (std::uint32_t const word : state) {
        for (int shift = 28; shift >= 0; shift -= 4)
            hex += digits[word >> static_cast<unsigned>(shift) & 15U];
    }
    return hex;
}

}  // namespace respguard
