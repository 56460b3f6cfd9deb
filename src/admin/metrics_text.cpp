#include "admin/metrics_text.hpp"

#include <boost/beast/http/rfc7230.hpp>

#include <algorithm>
#include <charconv>
#include <prometheus/text_serializer.h>
#include <sstream>

namespace respguard::admin {

namespace {

using prometheus::MetricFamily;

constexpr std::string_view total_suffix = "_total";

// prometheus-cpp writes format 0.0.4 only. OpenMetrics 1.0 differs for what we have in two things:
// the end mark, and that HELP and TYPE name a counter's family, which is the name without `_total`.

/// How the family of counter `name` is called in OpenMetrics.
struct openmetrics_head {
    std::string name;
    std::string type = "counter";
};

/// respguard_client_connections is a gauge and respguard_client_connections_total a counter: as a
/// family both would be called the same, which OpenMetrics forbids. Such a counter goes out as
/// `unknown` under its full name: the samples stay as they are, in both formats.
openmetrics_head head_of(std::string const& name, std::vector<MetricFamily> const& families)
{
    std::string family = name.substr(0, name.size() - total_suffix.size());
    auto const has_it = [&](MetricFamily const& other) { return other.name == family; };
    if (std::any_of(families.begin(), families.end(), has_it)) return {name, "unknown"};
    return {std::move(family)};
}

/// `text` is one counter's, from the serializer: HELP, TYPE, samples.
std::string with_head(std::string const& text, std::string const& name,
                      openmetrics_head const& head)
{
    std::string const old_help = "# HELP " + name + ' ';
    std::string const old_type = "# TYPE " + name + " counter";
    auto const type_at = text.find(old_type);
    if (!text.starts_with(old_help) || type_at == std::string::npos) return text;
    return "# HELP " + head.name + ' ' + text.substr(old_help.size(), type_at - old_help.size()) +
           "# TYPE " + head.name + ' ' + head.type + text.substr(type_at + old_type.size());
}

/// The weight in "text/plain;version=0.0.4;q=0.5"; 1 if there is none.
double weight_of(boost::beast::http::param_list const& parameters)
{
    double weight = 1;
    for (auto const& [name, value] : parameters) {
        if (name != "q" && name != "Q") continue;
        auto const text = std::string_view(value.data(), value.size());
        if (std::from_chars(text.data(), text.data() + text.size(), weight).ec != std::errc{})
            return 0;
    }
    return weight;
}

}  // namespace

metrics_format metrics_format::for_accept(std::string_view accept)
{
    double openmetrics = 0;
    double plain = 0;
    // Elements are "type/subtype;parameters"; ext_list would stop at the slash.
    while (!accept.empty()) {
        auto const comma = std::min(accept.find(','), accept.size());
        auto const range = accept.substr(0, comma);
        accept.remove_prefix(std::min(comma + 1, accept.size()));
        auto const semicolon = std::min(range.find(';'), range.size());
        auto type = range.substr(0, semicolon);
        type.remove_prefix(std::min(type.find_first_not_of(" \t"), type.size()));
        auto const weight = weight_of(boost::beast::http::param_list(range.substr(semicolon)));
        if (type.starts_with("application/openmetrics-text"))
            openmetrics = std::max(openmetrics, weight);
        if (type.starts_with("text/plain")) plain = std::max(plain, weight);
    }
    return {openmetrics > 0 && openmetrics >= plain};
}

std::string_view metrics_format::content_type() const noexcept
{
    return openmetrics ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
                       : "text/plain; version=0.0.4; charset=utf-8";
}

std::string metrics_text(std::vector<MetricFamily> const& families, metrics_format format)
{
    prometheus::TextSerializer const serializer;
    std::string out;
    for (auto const& family : families) {
        if (family.metric.empty()) continue;
        std::ostringstream text;
        serializer.Serialize(text, {family});
        bool const is_counter = family.type == prometheus::MetricType::Counter;
        out += format.openmetrics && is_counter
                   ? with_head(text.str(), family.name, head_of(family.name, families))
                   : text.str();
    }
    if (format.openmetrics) out += "# EOF\n";
    return out;
}

}  // namespace respguard::admin
