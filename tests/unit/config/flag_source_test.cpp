#include "config/flag_source.hpp"
#include "loading.hpp"

namespace respguard::config {
namespace {

using test::lines;
using test::texts;

loaded with_set(std::vector<std::string> set)
{
    sources from;
    from.set = std::move(set);
    return load(from);
}

TEST(Flags, SetTheKeysThatHaveOne)
{
    sources from;
    from.listen = {"127.0.0.1:1", "[::1]:2,unix:/tmp/x"};
    from.upstream = "redis://cache/8";
    from.admin = "";
    from.log_level = "debug";
    from.log_format = "json";
    from.require_upstream = true;
    loaded const got = load(from);
    EXPECT_EQ(texts(got.errors), lines{});
    EXPECT_EQ(got.values.listen,
              (std::vector<std::string>{"127.0.0.1:1", "[::1]:2", "unix:/tmp/x"}));
    EXPECT_EQ(got.values.upstream, "redis://cache/8");
    EXPECT_EQ(got.values.admin.address, "");
    EXPECT_EQ(got.values.log.level, "debug");
    EXPECT_EQ(got.values.log.format, log_format::json);
    EXPECT_TRUE(got.values.require_upstream);
    EXPECT_EQ(got.origins.at("upstream.require"), "--require-upstream");
    EXPECT_EQ(got.origins.at("listen.addresses"), "--listen");
}

TEST(Set, TakesBareWordsTomlStringsAndLists)
{
    loaded const got =
        with_set({"upstream.hold=5s", "log.level=\"warn\"", "log.file='/tmp/x'",
                  "policy.presets=[]", "listen.addresses=[\"127.0.0.1:1\"]", "admin.address="});
    EXPECT_EQ(texts(got.errors), lines{});
    EXPECT_EQ(got.values.relay.hold, std::chrono::seconds{5});
    EXPECT_EQ(got.values.log.level, "warn");
    EXPECT_EQ(got.values.log.file, "/tmp/x");
    EXPECT_TRUE(got.values.policy.presets.empty());
    EXPECT_EQ(got.values.listen, std::vector<std::string>{"127.0.0.1:1"});
    EXPECT_EQ(got.values.admin.address, "");
}

TEST(Set, TheLastOneWinsAndANamedFlagWinsOverIt)
{
    sources from;
    from.set = {"log.level=debug", "log.level=error", "upstream.url=redis://a"};
    from.upstream = "redis://b";
    loaded const got = load(from);
    EXPECT_EQ(got.values.log.level, "error");
    EXPECT_EQ(got.values.upstream, "redis://b");
}

TEST(Set, SaysWhatIsWrong)
{
    EXPECT_EQ(texts(with_set({"upstream.hold"}).errors),
              lines{"--set: expected key=value, such as --set upstream.hold=30s"});
    EXPECT_EQ(texts(with_set({"=5s"}).errors),
              lines{"--set: expected key=value, such as --set upstream.hold=30s"});
    EXPECT_EQ(texts(with_set({"policy.rule=[]"}).errors),
              lines{"--set: policy.rule: rules are written in the file only"});
    EXPECT_EQ(texts(with_set({"threads=2"}).errors),
              lines{"--set: threads: unknown key, did you mean 'runtime.threads'?"});
    auto const open = texts(with_set({"policy.presets=[\"a\""}).errors);
    ASSERT_EQ(open.size(), 1U);
    EXPECT_TRUE(open[0].starts_with("--set: policy.presets: not valid TOML: ")) << open[0];
}

TEST(Set, OneArgumentCanNotSetTwoKeys)
{
    auto const got = with_set({"log.level=\"warn\"\n[runtime]\nthreads = 2"});
    EXPECT_EQ(got.errors.size(), 1U);
    EXPECT_EQ(got.values.threads, 1U);
}

}  // namespace
}  // namespace respguard::config
