#include "respguard/base/log.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

#ifdef __SANITIZE_THREAD__
/// A file that was reopened ends with whoever counts its pointer down last, and the log's thread
/// does that in spdlog's library, which ThreadSanitizer does not see into.
extern "C" char const* __tsan_default_suppressions()  // NOLINT(bugprone-reserved-identifier)
{
    return "race:respguard::log::reopen\n";
}
#endif

namespace respguard {
namespace {

class Log : public testing::Test {
protected:
    Log() : path_(testing::TempDir() + "respguard-log-" + std::to_string(::getpid())) {}
    ~Log() override
    {
        log::stop();
        log::set_level(log::level::info);
        std::filesystem::remove(path_);
        std::filesystem::remove(path_ + ".1");
    }
    Log(Log const&) = delete;
    Log& operator=(Log const&) = delete;

    void start(log::level least, log::format how) { log::start(least, how, path_); }

    /// All lines, after the log was stopped: they are written by a thread of their own.
    [[nodiscard]] std::vector<std::string> lines(std::string const& suffix = "") const
    {
        log::stop();
        std::ifstream file(path_ + suffix);
        std::vector<std::string> found;
        for (std::string line; std::getline(file, line);)
            found.push_back(line);
        return found;
    }
    [[nodiscard]] std::string const& path() const { return path_; }

private:
    std::string path_;
};

/// Without the time in front, whose form is "2026-11-22T00:00:00.000000Z ".
std::string timeless(std::string const& line) { return line.size() < 28 ? line : line.substr(28); }

TEST_F(Log, WritesOneLineForEachThing)
{
    start(log::level::info, log::format::text);
    log::write(log::level::info, "one", {{"a", std::uint64_t{1}}, {"b", true}});
    log::write(log::level::error, "two", {{"text", std::string_view("plain")}});
    auto const found = lines();
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].substr(19, 1), ".");
    EXPECT_EQ(found[0].substr(26, 1), "Z");
    EXPECT_EQ(timeless(found[0]), "info  one a=1 b=true");
    EXPECT_EQ(timeless(found[1]), "error two text=plain");
}

TEST_F(Log, QuotesTextThatWouldNotBeOneWord)
{
    start(log::level::info, log::format::text);
    log::write(log::level::info, "x",
               {{"blank", std::string_view("a b")},
                {"empty", std::string_view()},
                {"quote", std::string_view("a\"b")},
                {"equals", std::string_view("a=b")}});
    EXPECT_EQ(timeless(lines().at(0)), R"(info  x blank="a b" empty="" quote="a\"b" equals="a=b")");
}

TEST_F(Log, CanNotBeBrokenByWhatAClientCallsItself)
{
    start(log::level::info, log::format::text);
    log::write(log::level::info, "x",
               {{"name", std::string_view("a\r\nfake line\x1B[31m\xFF\0", 20)}});
    auto const found = lines();
    ASSERT_EQ(found.size(), 1U);
    for (char const c : found[0])
        EXPECT_TRUE(c >= 0x20 && c < 0x7F) << static_cast<int>(c);
}

TEST_F(Log, WritesJson)
{
    start(log::level::info, log::format::json);
    log::write(log::level::warn, "it \"is\"",
               {{"n", std::uint64_t{18'446'744'073'709'551'615U}},
                {"yes", false},
                {"text", std::string_view("plain")}});
    auto const line = lines().at(0);
    EXPECT_TRUE(line.starts_with(R"({"time":")")) << line;
    EXPECT_TRUE(line.ends_with(R"(","level":"warn","message":"it \"is\"",)"
                               R"("n":18446744073709551615,"yes":false,"text":"plain"})"))
        << line;
}

TEST_F(Log, LeavesOutWhatIsBelowItsLevel)
{
    start(log::level::warn, log::format::text);
    log::write(log::level::info, "no");
    log::write(log::level::warn, "yes");
    log::set_level(log::level::debug);
    log::write(log::level::debug, "now");
    EXPECT_TRUE(log::is_on(log::level::debug));
    log::set_level(log::level::error);
    EXPECT_FALSE(log::is_on(log::level::warn));
    auto const found = lines();
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(timeless(found[0]), "warn  yes");
    EXPECT_EQ(timeless(found[1]), "debug now");
}

TEST_F(Log, OpensItsFileAgainAfterARotation)
{
    start(log::level::info, log::format::text);
    log::write(log::level::info, "before");
    std::filesystem::rename(path(), path() + ".1");
    EXPECT_EQ(log::reopen(), "");
    log::write(log::level::info, "behind");
    auto const found = lines();
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(timeless(found[0]), "info  behind");
    ASSERT_EQ(lines(".1").size(), 1U);
}

TEST_F(Log, KeepsItsFileIfItCanNotBeOpenedAgain)
{
    start(log::level::info, log::format::text);
    log::write(log::level::info, "before");
    std::filesystem::rename(path(), path() + ".1");
    std::filesystem::create_directory(path());
    EXPECT_NE(log::reopen(), "");
    log::write(log::level::info, "behind");
    EXPECT_EQ(lines(".1").size(), 2U);
}

TEST_F(Log, DoesNotWaitForAReaderThatIsStuck)
{
    std::signal(SIGPIPE, SIG_IGN);
    ASSERT_EQ(::mkfifo(path().c_str(), 0600), 0);
    int const reader = ::open(path().c_str(), O_RDONLY | O_NONBLOCK);
    ASSERT_GE(reader, 0);
    start(log::level::info, log::format::text);
    std::string const text(200, 'x');
    for (int i = 0; i < 20'000; ++i)
        log::write(log::level::info, "flood", {{"text", std::string_view(text)}});
    EXPECT_GE(log::dropped(), 5'000U) << "the pipe takes 300 lines, the queue 512";
    EXPECT_FALSE(log::stop(std::chrono::milliseconds(50)));
    ::close(reader);  // Its thread gets EPIPE and ends.
}

TEST_F(Log, StopsInTime)
{
    start(log::level::info, log::format::text);
    log::write(log::level::info, "one");
    EXPECT_TRUE(log::stop(std::chrono::minutes(1)));
    EXPECT_TRUE(log::stop(std::chrono::minutes(1))) << "stopped already";
    EXPECT_EQ(lines().size(), 1U);
}

TEST(LogLevel, IsReadByItsName)
{
    EXPECT_EQ(log::level_of("debug"), log::level::debug);
    EXPECT_EQ(log::level_of("warn"), log::level::warn);
    EXPECT_EQ(log::level_of("error"), log::level::error);
    EXPECT_EQ(log::level_of("info"), log::level::info);
}

TEST_F(Log, WithoutAStartItGoesToStandardError)
{
    testing::internal::CaptureStderr();
    log::write(log::level::error, "early", {{"why", std::string_view("config")}});
    auto const text = testing::internal::GetCapturedStderr();
    EXPECT_EQ(timeless(text), "error early why=config\n");
    EXPECT_EQ(log::dropped(), 0U);
}

TEST_F(Log, DropsOldLinesRatherThanWait)
{
    start(log::level::info, log::format::text);
    for (int i = 0; i < 100'000; ++i)
        log::write(log::level::info, "flood");
    auto const dropped = log::dropped();
    EXPECT_EQ(lines().size() + dropped, 100'000U);
}

TEST(LogEscaped, LeavesNothingThatIsNotPrintable)
{
    EXPECT_EQ(log::escaped("plain text"), "plain text");
    EXPECT_EQ(log::escaped(std::string_view("\0\n\x7F\xC3\xA4", 5)),
              "\\u0000\\u000a\\u007f\\u00c3\\u00a4");
    EXPECT_EQ(log::escaped("\"\\"), "\\\"\\\\");
}

}  // namespace
}  // namespace respguard
