// "did you mean ...?"
#include "config/nearest.hpp"

#include "respguard/base/bytes.hpp"

#include <algorithm>
#include <cstddef>

namespace respguard::config {

namespace {

char folded(char c) { return c == '_' ? '-' : to_lower(c); }

/// Optimal string alignment distance.
std::size_t distance(std::string_view a, std::string_view b)
{
    std::vector<std::size_t> before(b.size() + 1);  // Row i-2.
    std::vector<std::size_t> above(b.size() + 1);   // Row i-1.
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j)
        above[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            bool const same = folded(a[i - 1]) == folded(b[j - 1]);
            row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (same ? 0 : 1)});
            bool const swapped = i > 1 && j > 1 && folded(a[i - 1]) == folded(b[j - 2]) &&
                                 folded(a[i - 2]) == folded(b[j - 1]);
            if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
        }
        std::swap(before, above);
        std::swap(above, row);
    }
    return above[b.size()];
}

/// Mistakes that one makes in a word of this length; more is another word.
std::size_t mistakes_max(std::size_t size)
{
    if (size < 4) return 1;
    return size < 8 ? 2 : 3;
}

}  // namespace

std::string_view nearest(std::string_view written, std::span<std::string_view const> candidates)
{
    constexpr std::size_t written_max = 128;  // Nobody mistypes more; bounds the work, too.
    if (written.size() > written_max) return {};
    std::size_t best = mistakes_max(written.size()) + 1;
    std::string_view found;
    for (std::string_view const candidate : candidates) {
        std::size_t const d = distance(written, candidate);
        if (d < best) {
            best = d;
            found = candidate;
        }
    }
    if (!found.empty()) return found;
    // "warning" for "warn", "addr" for "address".
    constexpr std::size_t common_min = 3;
    for (std::string_view const candidate : candidates) {
        std::size_t const common = std::min(candidate.size(), written.size());
        if (common < common_min) continue;
        if (equals_lower(written.substr(0, common), candidate.substr(0, common))) return candidate;
    }
    return {};
}

std::string joined(std::span<std::string_view const> names, std::string_view separator)
{
    std::string out;
    for (std::string_view const name : names) {
        if (!out.empty()) out += separator;
        out += name;
    }
    return out;
}

std::string suggestion(std::string_view written, std::span<std::string_view const> candidates)
{
    std::string_view const meant = nearest(written, candidates);
    if (meant.empty()) return "; known: " + joined(candidates);
    std::string out = ", did you mean '";
    out += meant;
    return out += "'?";
}

}  // namespace respguard::config
