#include "admin/family_builder.hpp"

#include <cassert>
#include <cstddef>

namespace respguard::admin {

using prometheus::ClientMetric;
using prometheus::MetricType;

family_builder::family_builder(std::string name, std::string help, MetricType type)
{
    family_.name = std::move(name);
    family_.help = std::move(help);
    family_.type = type;
}

ClientMetric& family_builder::series(labels const& of)
{
    auto& metric = family_.metric.emplace_back();
    for (auto const& [name, value] : of) {
        metric.label.push_back({std::string(name), std::string(value)});
    }
    return metric;
}

family_builder& family_builder::add(labels const& of, double value)
{
    assert(family_.type != MetricType::Histogram && "a histogram takes no single value");
    auto& metric = series(of);
    if (family_.type == MetricType::Counter) {
        metric.counter.value = value;
    } else {
        metric.gauge.value = value;
    }
    return *this;
}

family_builder& family_builder::add(labels const& of, std::uint64_t value)
{
    return add(of, static_cast<double>(value));
}

family_builder& family_builder::add(labels const& of, stats::latency_histogram const& durations)
{
    auto& histogram = series(of).histogram;
    histogram.sample_count = durations.count();
    histogram.sample_sum = static_cast<double>(durations.sum_ns()) / 1e9;
    auto const counts = durations.bound_counts();
    std::uint64_t below = 0;
    for (std::size_t i = 0; i < stats::duration_bounds_ns.size(); ++i) {
        below += counts[i];
        // The serializer itself adds the bucket of +Inf.
        histogram.bucket.push_back(
            {below, static_cast<double>(stats::duration_bounds_ns[i]) / 1e9});
    }
    return *this;
}

family_builder& family_builder::add(labels const& of, stats::size_histogram const& sizes)
{
    auto& histogram = series(of).histogram;
    histogram.sample_count = sizes.count;
    histogram.sample_sum = static_cast<double>(sizes.sum);
    std::uint64_t below = 0;
    for (std::size_t i = 0; i < stats::size_bounds.size(); ++i) {
        below += sizes.counts[i];
        histogram.bucket.push_back({below, static_cast<double>(stats::size_bounds[i])});
    }
    return *this;
}

}  // namespace respguard::admin
