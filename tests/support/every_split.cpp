#include "support/every_split.hpp"

#include <algorithm>
#include <random>

namespace respguard::test {
namespace {

using user = std::function<void(pieces const&)>;

constexpr int three_way_splits = 64;
constexpr std::size_t places_sampled = 24;
constexpr std::size_t edge_bytes =
    24;  // Headers are short: their ends are near those of the bytes.

pieces cut_in_two(byte_view bytes, std::size_t at)
{
    return {bytes.substr(0, at), bytes.substr(at)};
}

pieces cut_in_three(byte_view bytes, std::size_t first, std::size_t second)
{
    auto const [low, high] = std::minmax(first, second);
    return {bytes.substr(0, low), bytes.substr(low, high - low), bytes.substr(high)};
}

pieces cut_evenly(byte_view bytes, std::size_t piece_bytes)
{
    pieces cut;
    for (; !bytes.empty(); bytes.remove_prefix(cut.back().size())) {
        cut.push_back(bytes.substr(0, piece_bytes));
    }
    return cut;
}

void cut_in_three_at_random(byte_view bytes, user const& use)
{
    std::mt19937 random(static_cast<std::mt19937::result_type>(bytes.size()));
    std::uniform_int_distribution<std::size_t> place(0, bytes.size());
    for (int i = 0; i < three_way_splits; ++i)
        use(cut_in_three(bytes, place(random), place(random)));
}

}  // namespace

void for_every_split(byte_view bytes, user const& use)
{
    if (bytes.size() > every_split_bytes_max) return for_some_splits(bytes, use);
    use({bytes});
    for (std::size_t at = 1; at < bytes.size(); ++at)
        use(cut_in_two(bytes, at));
    use(cut_evenly(bytes, 1));
    cut_in_three_at_random(bytes, use);
}

void for_some_splits(byte_view bytes, user const& use)
{
    use({bytes});
    std::mt19937 random(static_cast<std::mt19937::result_type>(bytes.size()));
    std::uniform_int_distribution<std::size_t> place(0, bytes.size());
    for (std::size_t i = 0; i < places_sampled; ++i) {
        use(cut_in_two(bytes, place(random)));
        use(cut_in_three(bytes, place(random), place(random)));
    }
    for (std::size_t at = 1; at < std::min(edge_bytes, bytes.size()); ++at) {
        use(cut_in_two(bytes, at));
        use(cut_in_two(bytes, bytes.size() - at));
    }
    use(cut_evenly(bytes, std::max<std::size_t>(1'448, bytes.size() / 64)));
}

std::string to_string(pieces const& cut)
{
    std::string text;
    for (auto const piece : cut)
        text += (text.empty() ? "" : "+") + std::to_string(piece.size());
    return text;
}

}  // namespace respguard::test
