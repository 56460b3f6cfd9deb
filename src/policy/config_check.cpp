#include "policy/config_check.hpp"

#include <algorithm>
#include <string>

#include "policy/memory_value.hpp"

namespace respguard::policy {

namespace {

bool parameter_matches(glob const& pattern, parameter_name const& name) noexcept
{
    if (name.too_long()) return pattern.matches_everything();
    if (pattern.matches(name.primary())) return true;
    // A glob such as "slave-*" is not turned into the primary names that it means.
    return !pattern.is_literal() && pattern.matches(name.written());
}

first_letters letter_bit(char c) noexcept
{
    return first_letters{1} << (static_cast<unsigned char>(c) & 63U);
}

/// With what a name can start that the pattern matches.
first_letters first_letters_of(glob const& pattern) noexcept
{
    std::string const& text = pattern.text();
    bool const plain =
        !text.empty() &&
        (pattern.is_literal() || std::string_view("*?[\\").find(text[0]) == std::string_view::npos);
    return plain ? letter_bit(text[0]) : any_letter;
}

parsed<std::vector<glob>> parse_all(std::vector<std::string> const& patterns)
{
    std::vector<glob> made;
    made.reserve(patterns.size());
    for (std::string const& pattern : patterns) {
        auto one = glob::parse(pattern);
        if (!one) return one.error();
        made.push_back(std::move(one).value());
    }
    return made;
}

parsed<glob> parse_parameter(std::string const& written)
{
    if (written.empty()) return problem{"a parameter name is empty"};
    return glob::parse(normal_parameter(written));
}

}  // namespace

first_letters first_letters_of(parameter_name const& name) noexcept
{
    if (name.written().empty()) return any_letter;  // Or too long.
    return letter_bit(name.written()[0]) | letter_bit(name.primary()[0]);
}

bool config_check::is_wanted(condition_settings const& match) noexcept
{
    return !match.params.empty() || !match.values.empty() || match.value_between ||
           match.value_bytes_between || match.also_sets;
}

parsed<config_check> config_check::make(condition_settings const& match)
{
    config_check made;
    for (std::string const& written : match.params) {
        auto parameter = parse_parameter(written);
        if (!parameter) return parameter.error();
        made.parameters_.push_back(std::move(parameter).value());
    }
    if (!made.parameters_.empty()) made.first_letters_ = 0;
    for (glob const& parameter : made.parameters_)
        made.first_letters_ |= first_letters_of(parameter);
    auto values = parse_all(match.values);
    if (!values) return values.error();
    made.values_ = std::move(values).value();
    if (match.value_between && match.value_between->first > match.value_between->second) {
        return problem{"value_between has its lower bound above its upper one"};
    }
    made.between_ = match.value_between;
    auto const& sizes = match.value_bytes_between;
    if (sizes && sizes->first > sizes->second) {
        return problem{"value_between has its lower bound above its upper one"};
    }
    made.bytes_between_ = sizes;
    if (match.also_sets) {
        auto parameter = parse_parameter(match.also_sets->first);
        if (!parameter) return parameter.error();
        auto value = glob::parse(match.also_sets->second);
        if (!value) return value.error();
        made.also_parameter_ = std::move(parameter).value();
        made.also_value_ = std::move(value).value();
    }
    return made;
}

bool config_check::matches(config_pair const& pair) const noexcept
{
    auto const takes_name = [&](glob const& p) { return parameter_matches(p, pair.name); };
    auto const takes_value = [&](glob const& p) { return p.matches(pair.value); };
    if (!parameters_.empty() && std::none_of(parameters_.begin(), parameters_.end(), takes_name)) {
        return false;
    }
    if (!values_.empty() && std::none_of(values_.begin(), values_.end(), takes_value)) return false;
    if (bytes_between_) {
        auto const size = memory_value(pair.value);
        return size && *size >= bytes_between_->first && *size <= bytes_between_->second;
    }
    if (!between_) return true;
    auto const number = strict_integer(pair.value);
    return number && *number >= between_->first && *number <= between_->second;
}

bool config_check::is_also_set_by(config_pair const& pair) const noexcept
{
    return parameter_matches(*also_parameter_, pair.name) && also_value_->matches(pair.value);
}

}  // namespace respguard::policy
