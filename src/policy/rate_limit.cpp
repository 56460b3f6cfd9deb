#include "respguard/policy/rate_limit.hpp"

#include <charconv>

namespace respguard::policy {

namespace {

constexpr std::uint64_t second_ns = 1'000'000'000;
/// Above it, one request takes less than a nanosecond.
constexpr std::uint64_t count_max = 1'000'000'000;

std::uint64_t period_of(std::string_view unit) noexcept
{
    if (unit == "s") return second_ns;
    if (unit == "m") return 60 * second_ns;
    if (unit == "h") return 3'600 * second_ns;
    return 0;
}

}  // namespace

parsed<rate_limit> rate_limit::parse(std::string_view text)
{
    std::size_t const bar = text.find('/');
    std::string_view const number = text.substr(0, bar);
    rate_limit made;
    auto const read = std::from_chars(number.data(), number.data() + number.size(), made.count);
    if (bar != std::string_view::npos) made.period_ns = period_of(text.substr(bar + 1));
    bool const whole = read.ec == std::errc{} && read.ptr == number.data() + number.size();
    if (!whole || made.period_ns == 0 || made.count == 0 || made.count > count_max) {
        return problem{"'" + std::string(text) +
                       "' is no rate; write a number from 1 and s, m or h, such as 1000/s"};
    }
    return made;
}

std::string rate_limit::to_string() const
{
    char const* const unit = period_ns == second_ns        ? "/s"
                             : period_ns == 60 * second_ns ? "/m"
                                                           : "/h";
    return std::to_string(count) + unit;
}

}  // namespace respguard::policy
