#include "respguard/config/describe.hpp"

#include "loading.hpp"

namespace respguard::config {
namespace {

using test::lines;
using test::load_text;
using test::temporary_file;

constexpr std::string_view file = R"([upstream]
hold = "5s"
[policy]
enforce = false
[[policy.rule]]
id = "mine"
match.command = ["config|set"]
match.param = "save"
match.value = ""
match.also_sets = { param = "appendonly", value = "yes" }
action = "allow"
message = "say \"why\""
)";

TEST(EffectiveFile, LoadsAgainToTheSame)
{
    loaded const first = load_text(file);
    ASSERT_EQ(test::texts(first.errors), lines{});
    loaded again = load_text(effective_file(first));
    ASSERT_EQ(test::texts(again.errors), lines{});
    again.origins = first.origins;
    for (std::size_t i = 0; i < again.values.policy.rules.size(); ++i) {
        again.values.policy.rules[i].source = first.values.policy.rules[i].source;
    }
    EXPECT_EQ(effective_file(again), effective_file(first));
}

TEST(EffectiveFile, NamesTheSourceOfValuesRulesAndPresets)
{
    sources from;
    from.environment = {{"RESPGUARD_RUNTIME_THREADS", "2"}};
    std::string const text = effective_file(load_text(file, from));
    for (std::string const line :
         {"hold = \"5s\"                                       # FILE:2\n",
          "threads = 2                                       # RESPGUARD_RUNTIME_THREADS\n",
          "level = \"info\"                                    # default\n",
          "# presets that exist: azure, dragonfly, elasticache, emailengine, memorystore, "
          "observe-only, shared, upstash-10mb, upstash-1mb\n",
          "[[policy.rule]]  # FILE:5\nid = \"mine\"\n",
          "#   reject  flush                       { command = [\"flushall\", "}) {
        EXPECT_NE(text.find(line), std::string::npos) << line << text;
    }
}

TEST(EffectiveFile, MasksThePasswordAndTheToken)
{
    temporary_file const token("s3cret-token\n");
    temporary_file const url("redis://ee:hunter2@cache/8\n");
    sources from;
    from.environment = {{"RESPGUARD_ADMIN_TOKEN_FILE", token.path()},
                        {"RESPGUARD_UPSTREAM_URL_FILE", url.path()}};
    loaded const got = load(from);
    ASSERT_EQ(test::texts(got.errors), lines{});
    std::string const text = effective_file(got);
    EXPECT_EQ(text.find("hunter2"), std::string::npos);
    EXPECT_EQ(text.find("s3cret-token"), std::string::npos);
    EXPECT_NE(text.find("# url = \"redis://ee:***@cache:6379/8\""), std::string::npos) << text;
}

}  // namespace
}  // namespace respguard::config
