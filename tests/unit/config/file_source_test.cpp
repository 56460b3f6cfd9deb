#include "config/file_source.hpp"
#include "loading.hpp"

namespace respguard::config {
namespace {

using test::errors_of;
using test::lines;
using test::texts;

TEST(ReadFile, SaysWhyAFileCanNotBeRead)
{
    sources from;
    from.file = "/nonexistent/respguard.toml";
    EXPECT_EQ(texts(load(from).errors),
              lines{"/nonexistent/respguard.toml: can not be read: No such file or directory"});
    from.file = "/tmp";
    EXPECT_EQ(texts(load(from).errors), lines{"/tmp: can not be read: Is a directory"});
}

TEST(ReadFile, RefusesWhatIsTooLargeToBeAConfiguration)
{
    EXPECT_EQ(errors_of(std::string(file_bytes_max + 1, '#')),
              lines{"FILE: is larger than 1mb: that is no file of this kind"});
}

TEST(ReadFile, AnEmptyFileIsTheDefaults)
{
    EXPECT_EQ(errors_of(""), lines{});
    EXPECT_EQ(errors_of("# nothing\n\n[upstream]\n"), lines{});
}

TEST(ReadFile, ASyntaxErrorHasItsPlace)
{
    auto const got = errors_of("[upstream]\nhold = \"5s\nurl = 1\n");
    ASSERT_EQ(got.size(), 1U);
    EXPECT_TRUE(got[0].starts_with("FILE:2:")) << got[0];
    EXPECT_NE(got[0].find("not valid TOML: "), std::string::npos) << got[0];
}

TEST(ReadFile, ASyntaxErrorDoesNotHideMistakesElsewhere)
{
    sources from;
    from.set = {"runtime.threads=0"};
    EXPECT_EQ(errors_of("[upstream", from).size(), 2U);
}

TEST(ReadFile, NamesTheKeyThatWasProbablyMeant)
{
    EXPECT_EQ(errors_of("[upstream]\nhodl = \"5s\"\n"),
              lines{"FILE:2:1: upstream.hodl: unknown key, did you mean 'upstream.hold'?"});
    EXPECT_EQ(errors_of("[upstream]\nthreads = 2\n"),
              lines{"FILE:2:1: upstream.threads: unknown key, did you mean 'runtime.threads'?"});
    EXPECT_EQ(errors_of("[policy]\nrules = []\n"),
              lines{"FILE:2:1: policy.rules: unknown key, did you mean 'policy.rule'?"});
    EXPECT_EQ(errors_of("[probe]\nfrequency = 2\n"),
              lines{"FILE:2:1: probe.frequency: unknown key; [probe] has interval"});
}

TEST(ReadFile, KnowsSectionsAndWhatIsNone)
{
    EXPECT_EQ(errors_of("[listner]\n"),
              lines{"FILE:1:2: [listner]: unknown section, did you mean 'listen'?"});
    EXPECT_EQ(errors_of("listen = \"127.0.0.1:6380\"\n"),
              lines{"FILE:1:1: listen: is a section: write [listen] and the keys below it"});
    EXPECT_EQ(errors_of("zzzzzzzzzzzz = 1\n").size(), 1U);
}

TEST(ReadFile, TwoSectionsOfOneNameAreTomlsError)
{
    EXPECT_EQ(errors_of("[log]\nlevel = \"info\"\n[log]\n").size(), 1U);
    EXPECT_EQ(errors_of("[log]\nlevel = \"info\"\nlevel = \"warn\"\n").size(), 1U);
}

}  // namespace
}  // namespace respguard::config
