#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <unistd.h>

#include "admin/metric_families.hpp"
#include "admin/metrics_text.hpp"
#include "admin/process_metrics.hpp"
#include "sample_report.hpp"

namespace respguard::admin {
namespace {

using prometheus::MetricFamily;

std::vector<MetricFamily> all_families()
{
    auto families = metric_families(sample_report());
    auto more = process_metrics(*read_process_state());
    families.insert(families.end(), more.begin(), more.end());
    return families;
}

std::string text(bool openmetrics) { return metrics_text(all_families(), {openmetrics}); }

struct command_result {
    int status = -1;
    std::string output;
};

command_result run(std::string const& command)
{
    command_result result;
    FILE* const pipe = ::popen((command + " 2>&1").c_str(), "r");
    if (pipe == nullptr) return result;
    std::array<char, 4'096> chunk;
    while (auto const size = std::fread(chunk.data(), 1, chunk.size(), pipe))
        result.output.append(chunk.data(), size);
    result.status = ::pclose(pipe);
    return result;
}

TEST(MetricsText, IsCleanForPromtool)
{
    std::string const path =
        testing::TempDir() + "respguard_metrics_" + std::to_string(::getpid()) + ".txt";
    std::ofstream(path) << text(false);
    auto const checked = run("promtool check metrics < " + path);
    std::remove(path.c_str());
    EXPECT_EQ(checked.status, 0) << "promtool (Debian package prometheus) says: " << checked.output;
    EXPECT_EQ(checked.output, "");
}

TEST(MetricsText, WritesCumulativeBucketsInSeconds)
{
    auto const plain = text(false);
    for (auto const* const line : {
             "# TYPE respguard_command_duration_seconds histogram\n",
             "respguard_command_duration_seconds_bucket{command=\"get\",le=\"5e-05\"} 0\n",
             "respguard_command_duration_seconds_bucket{command=\"get\",le=\"0.0001\"} 99\n",
             "respguard_command_duration_seconds_bucket{command=\"get\",le=\"0.0025\"} 100\n",
             "respguard_command_duration_seconds_bucket{command=\"get\",le=\"+Inf\"} 100\n",
             "respguard_command_duration_seconds_count{command=\"get\"} 100\n",
             "respguard_command_duration_seconds_sum{command=\"get\"} 0.0119\n",
             "respguard_reply_bytes_bucket{le=\"1048576\"} 0\n",
             "respguard_reply_bytes_bucket{le=\"4194304\"} 1\n",
         }) {
        EXPECT_NE(plain.find(line), std::string::npos) << line;
    }
}

TEST(MetricsText, LeavesOutFamiliesWithoutASeries)
{
    MetricFamily nothing;
    nothing.name = "nothing_total";
    EXPECT_EQ(metrics_text({nothing}, {false}), "");
    EXPECT_EQ(metrics_text({nothing}, {true}), "# EOF\n");
}

TEST(OpenMetricsText, NamesEachFamilyOnceAndEndsWithItsMark)
{
    auto const open = text(true);
    EXPECT_TRUE(open.ends_with("\n# EOF\n"));
    std::set<std::string> names;
    std::istringstream lines(open);
    for (std::string line; std::getline(lines, line);) {
        if (!line.starts_with("# TYPE ")) continue;
        std::istringstream words(line);
        std::array<std::string, 4> word;
        for (auto& w : word)
            words >> w;
        EXPECT_TRUE(names.insert(word[2]).second) << word[2];
        EXPECT_FALSE(word[3] == "counter" && word[2].ends_with("_total")) << line;
    }
    EXPECT_GT(names.size(), 30U);
}

TEST(OpenMetricsText, HasTheSameSamplesAsPlainText)
{
    auto const families = metric_families(sample_report());
    auto const samples_of = [](std::string const& from) {
        std::string samples;
        std::istringstream lines(from);
        for (std::string line; std::getline(lines, line);)
            if (!line.starts_with('#')) samples += line + '\n';
        return samples;
    };
    EXPECT_EQ(samples_of(metrics_text(families, {true})),
              samples_of(metrics_text(families, {false})));
}

TEST(OpenMetricsText, CallsACounterUnknownWhoseNameAGaugeHas)
{
    auto const open = text(true);
    EXPECT_NE(open.find("# TYPE respguard_client_connections gauge\n"), std::string::npos);
    EXPECT_NE(open.find("# TYPE respguard_client_connections_total unknown\n"), std::string::npos);
    EXPECT_NE(open.find("\nrespguard_client_connections_total 12\n"), std::string::npos);
    EXPECT_NE(open.find("# TYPE respguard_commands counter\n"), std::string::npos);
    EXPECT_NE(open.find("# HELP respguard_commands Commands by outcome"), std::string::npos);
}

TEST(MetricsFormat, FollowsAccept)
{
    auto const is_open = [](std::string_view accept) {
        return metrics_format::for_accept(accept).openmetrics;
    };
    EXPECT_TRUE(is_open("application/openmetrics-text"));
    EXPECT_TRUE(is_open("text/html, application/openmetrics-text; version=1.0.0; q=0.9"));
    // What Prometheus 2.42 sends.
    EXPECT_TRUE(is_open("application/openmetrics-text;version=1.0.0,application/openmetrics-text;"
                        "version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1"));
    EXPECT_FALSE(is_open(""));
    EXPECT_FALSE(is_open("*/*"));
    EXPECT_FALSE(is_open("text/plain"));
    EXPECT_FALSE(is_open("application/openmetrics-text;q=0"));
    EXPECT_FALSE(is_open("application/openmetrics-text;q=0.2,text/plain;q=0.7"));
    EXPECT_FALSE(is_open("application/openmetrics-text;q=x"));
    EXPECT_FALSE(is_open(",,;;,=,\"\","));
}

}  // namespace
}  // namespace respguard::admin
