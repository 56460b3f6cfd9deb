// cmake --install into an empty folder: what lies there works.
#include <gtest/gtest.h>

#include <array>
#include <csignal>
#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "integration/running_guard.hpp"
#include "support/wire.hpp"

namespace respguard {
namespace {

namespace fs = std::filesystem;
using test::loopback_client;
using test::request;
using test::running_process;

std::string content_of(fs::path const& file)
{
    std::ostringstream text;
    text << std::ifstream(file).rdbuf();
    return text.str();
}

bool has(std::string const& text, std::string const& part)
{
    return text.find(part) != std::string::npos;
}

/// Its exit code and what it printed.
int run(std::string const& command, std::string& output)
{
    std::FILE* const pipe = ::popen((command + " 2>&1").c_str(), "r");
    if (pipe == nullptr) return -1;
    std::array<char, 4'096> room{};
    for (std::size_t n = 0; (n = std::fread(room.data(), 1, room.size(), pipe)) > 0;)
        output.append(room.data(), n);
    return ::pclose(pipe);
}

class Install : public test::running_guard {
protected:
    Install()
    {
        prefix_ = fs::path(file_.path() + ".prefix");
        EXPECT_EQ(install(), 0) << said_;
    }
    ~Install() override { fs::remove_all(prefix_); }

    int install()
    {
        said_.clear();
        return run("cmake --install " RESPGUARD_BINARY_DIR " --prefix " + prefix_.string(), said_);
    }

    fs::path prefix_;
    std::string said_;
};

TEST_F(Install, GivesAGuardThatRunsWithItsOwnFile)
{
    auto const config = prefix_ / "etc/respguard/respguard.toml";
    auto all = words();
    all[0] = (prefix_ / "bin/respguard").string();
    all[3] = config.string();
    running_process guard(all);
    ASSERT_TRUE(guard.says("respguard is running")) << guard.output();
    EXPECT_EQ(loopback_client(listen_).ask(request({"PING"})), "+PONG\r\n");
    EXPECT_TRUE(loopback_client(listen_).ask(request({"FLUSHALL"})).starts_with("-ERR respguard"));
    guard.signal(SIGTERM);
    EXPECT_EQ(guard.exit_code(), 0);
}

TEST_F(Install, PutsEverythingWhereItIsLookedFor)
{
    for (auto const* name :
         {"share/respguard/respguard.toml", "share/respguard/presets/emailengine.toml",
          "share/bash-completion/completions/respguard", "share/doc/respguard/LICENSE",
          "share/doc/respguard/DOCTOR.md", "share/doc/respguard/doctor.schema.json"}) {
        EXPECT_GT(fs::file_size(prefix_ / name), 100U) << name;
    }
    EXPECT_TRUE(has(content_of(prefix_ / "share/man/man1/respguard.1"), ".TH RESPGUARD 1 "));
    auto const unit = content_of(prefix_ / "lib/systemd/system/respguard.service");
    EXPECT_TRUE(has(unit, "ExecStart=" + (prefix_ / "bin/respguard").string() + " run -c " +
                              (prefix_ / "etc/respguard/respguard.toml").string() + "\n"))
        << unit;
    EXPECT_FALSE(has(unit, "@"));
    EXPECT_LT(fs::file_size(prefix_ / "bin/respguard"), fs::file_size(RESPGUARD_EXECUTABLE) / 2)
        << "without debug information";
}

TEST_F(Install, AgainKeepsTheOperatorsFile)
{
    auto const config = prefix_ / "etc/respguard/respguard.toml";
    std::ofstream(config) << "[policy]\nenforce = false\n";
    EXPECT_EQ(install(), 0) << said_;
    EXPECT_EQ(content_of(config), "[policy]\nenforce = false\n");
    EXPECT_TRUE(has(said_, "Kept as it is: " + config.string())) << said_;
}

}  // namespace
}  // namespace respguard
