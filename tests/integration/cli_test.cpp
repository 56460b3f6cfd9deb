// The executable as a user meets it: arguments in, text and exit code out.
#include "respguard/config/settings.hpp"

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <netinet/in.h>
#include <sstream>
#include <string>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include "support/running_process.hpp"
#include "support/temporary_file.hpp"

namespace respguard {
namespace {

using test::free_address;
using test::temporary_file;

struct ran {
    int code = -1;
    std::string out;
    std::string err;
};

std::string quoted(std::string const& text)
{
    std::string out = "'";
    for (char const c : text)
        out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return out + "'";
}

/// Runs the guard with nothing in its environment but `variables` ("NAME=value").
ran respguard_with(std::vector<std::string> const& variables,
                   std::vector<std::string> const& arguments, std::string const& before = "")
{
    temporary_file const err("");
    std::string command = "env -i PATH=\"$PATH\"";
    for (std::string const& variable : variables)
        command += " " + quoted(variable);
    command += " " + before + " " + RESPGUARD_EXECUTABLE;
    for (std::string const& argument : arguments)
        command += " " + quoted(argument);
    command += " 2>" + err.path() + " </dev/null";
    ran result;
    std::FILE* const pipe = ::popen(command.c_str(), "r");
    if (pipe == nullptr) return result;
    std::array<char, 4'096> chunk{};
    while (std::size_t const got = std::fread(chunk.data(), 1, chunk.size(), pipe)) {
        result.out.append(chunk.data(), got);
    }
    int const status = ::pclose(pipe);
    result.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    std::ostringstream text;
    text << std::ifstream(err.path()).rdbuf();
    result.err = text.str();
    return result;
}

ran respguard(std::vector<std::string> const& arguments) { return respguard_with({}, arguments); }

/// A socket that listens on a free port of 127.0.0.1.
class listening_socket {
public:
    listening_socket() : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
    {
        address_.sin_family = AF_INET;
        address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        auto* const any = reinterpret_cast<sockaddr*>(&address_);
        socklen_t size = sizeof(address_);
        if (::bind(fd_, any, size) != 0 || ::listen(fd_, 8) != 0) std::perror("listen");
        ::getsockname(fd_, any, &size);
    }
    listening_socket(listening_socket const&) = delete;
    listening_socket& operator=(listening_socket const&) = delete;
    ~listening_socket() { ::close(fd_); }

    [[nodiscard]] int fd() const { return fd_; }
    [[nodiscard]] std::string address() const
    {
        return "127.0.0.1:" + std::to_string(ntohs(address_.sin_port));
    }

private:
    int fd_;
    sockaddr_in address_{};
};

bool contains(std::string const& text, std::string const& part)
{
    return text.find(part) != std::string::npos;
}

TEST(CommandLine, WithoutArgumentsPrintsHelpAndEndsWithUsage)
{
    ran const got = respguard({});
    EXPECT_EQ(got.code, 64);
    EXPECT_TRUE(contains(got.err, "Usage: respguard <subcommand>")) << got.err;
}

TEST(CommandLine, EveryHelpFitsEightyColumnsAndEndsWithZero)
{
    for (std::vector<std::string> const& command :
         std::vector<std::vector<std::string>>{{"-h"},
                                               {"run", "-h"},
                                               {"check", "-h"},
                                               {"policy", "-h"},
                                               {"policy", "test", "-h"},
                                               {"stats", "-h"},
                                               {"events", "-h"},
                                               {"tap", "-h"},
                                               {"top", "-h"},
                                               {"slowlog", "-h"},
                                               {"report", "limits", "-h"},
                                               {"healthcheck", "-h"}}) {
        ran const got = respguard(command);
        EXPECT_EQ(got.code, 0);
        EXPECT_TRUE(contains(got.out, "Usage: respguard")) << got.out;
        std::istringstream in(got.out);
        for (std::string line; std::getline(in, line);)
            EXPECT_LE(line.size(), 80U) << line;
    }
}

TEST(CommandLine, HelpNamesTheRealDefaults)
{
    config::settings const defaults;
    std::string const help = respguard({"run", "-h"}).out;
    EXPECT_TRUE(contains(help, "[" + defaults.listen.front() + "]"));
    EXPECT_TRUE(contains(help, "[" + defaults.upstream + "]"));
    EXPECT_TRUE(contains(help, "[" + defaults.admin.address + "]"));
    EXPECT_TRUE(contains(help, "[" + defaults.log.level + "]"));
    EXPECT_EQ(defaults.relay.hold, std::chrono::minutes{1}) << "the help says 1 minute";
}

TEST(CommandLine, VersionIsOneLine)
{
    ran const got = respguard({"-V"});
    EXPECT_EQ(got.code, 0);
    EXPECT_TRUE(got.out.starts_with("respguard ")) << got.out;
    EXPECT_EQ(respguard({"--version"}).out, got.out);
}

TEST(CommandLine, MistakesInUsageEndWith64AndSayWhereHelpIs)
{
    EXPECT_TRUE(contains(respguard({"rnu"}).err, "rnu"));
    EXPECT_TRUE(contains(respguard({"run", "--lisen", "x"}).err, "Try: respguard run -h"));
    for (std::vector<std::string> const& command :
         std::vector<std::vector<std::string>>{{"rnu"},
                                               {"run", "--lisen", "x"},
                                               {"run", "--listen"},
                                               {"run", "--", "GET", "a"},
                                               {"run", "--listen", "a", "b"},
                                               {"policy"},
                                               {"policy", "test"},
                                               {"policy", "test", "--"},
                                               {"policy", "test", "--size", "x", "--", "GET"}}) {
        EXPECT_EQ(respguard(command).code, 64) << command.back();
    }
}

TEST(CommandLine, ManualHoldsEveryHelpAndEveryKey)
{
    ran const got = respguard({"describe", "man"});
    EXPECT_EQ(got.code, 0);
    EXPECT_TRUE(contains(got.out, "\n.TH RESPGUARD 1 ")) << got.out.substr(0, 200);
    for (auto const* part :
         {".SS \"respguard run\"\n", ".SS \"respguard policy test\"\n", "\\-\\-require\\-upstream",
          ".SS [upstream]\n", "\n.B clients_max = 10000\n"}) {
        EXPECT_TRUE(contains(got.out, part)) << part;
    }
    EXPECT_FALSE(contains(got.out, "describe")) << "not for users";
}

TEST(CommandLine, CompletionIsBashThatKnowsSubcommandsAndOptions)
{
    temporary_file const script(respguard({"describe", "completion"}).out);
    auto const completed = [&](std::string const& words, std::string const& current) {
        std::string const command = "bash -c 'source " + script.path() + "; COMP_WORDS=(" + words +
                                    "); COMP_CWORD=" + current +
                                    "; _respguard; echo \"${COMPREPLY[@]}\"'";
        std::FILE* const pipe = ::popen(command.c_str(), "r");
        std::array<char, 1'024> line{};
        std::string const got =
            std::fgets(line.data(), line.size(), pipe) == nullptr ? "" : line.data();
        ::pclose(pipe);
        return got;
    };
    EXPECT_EQ(completed("respguard che", "1"), "check\n");
    EXPECT_EQ(completed("respguard run --lis", "2"), "--listen\n");
    EXPECT_EQ(completed("respguard policy te", "2"), "test\n");
    EXPECT_EQ(completed("respguard run --log-level w", "3"), "warn\n");
    EXPECT_EQ(completed("respguard de", "1"), "\n");
}

TEST(Check, SaysOkInOneLine)
{
    ran const got = respguard({"check", "--upstream", "redis://:hunter2@10.0.0.1/8"});
    EXPECT_EQ(got.code, 0);
    EXPECT_TRUE(
        got.out.starts_with("configuration ok: 127.0.0.1:6380 -> redis://:***@10.0.0.1:6379/8, "))
        << got.out;
}

TEST(Check, PrintsEveryMistakeAndEndsWith1)
{
    temporary_file const file("[upstream]\nhodl = \"5s\"\n[log]\nlevel = \"loud\"\n");
    ran const got = respguard({"check", "-c", file.path()});
    EXPECT_EQ(got.code, 1);
    EXPECT_EQ(got.err,
              file.path() + ":2:1: upstream.hodl: unknown key, did you mean 'upstream.hold'?\n" +
                  file.path() +
                  ":4:9: log.level: 'loud' is not known; known: debug, info, warn, error\n");
    EXPECT_EQ(got.out, "");
}

TEST(Check, PrintShowsTheSourceOfEachValueAndLoadsAgain)
{
    temporary_file const file("[upstream]\nhold = \"5s\"\n");
    ran const got = respguard_with({"RESPGUARD_CONFIG=" + file.path(), "RESPGUARD_LOG_LEVEL=warn"},
                                   {"check", "--print", "--set", "runtime.threads=2"});
    EXPECT_EQ(got.code, 0) << got.err;
    EXPECT_TRUE(contains(got.out, "# " + file.path() + ":2\n")) << got.out;
    EXPECT_TRUE(contains(got.out, "# RESPGUARD_LOG_LEVEL\n"));
    EXPECT_TRUE(contains(got.out, "# --set\n"));
    temporary_file const again(got.out);
    EXPECT_EQ(respguard({"check", "-c", again.path()}).code, 0);
}

TEST(Check, AnEmptyAdminAddressIsOff)
{
    for (std::vector<std::string> const& off :
         std::vector<std::vector<std::string>>{{"--admin", ""}, {"--admin="}}) {
        std::vector<std::string> command{"check", "--print"};
        command.insert(command.end(), off.begin(), off.end());
        ran const got = respguard(command);
        EXPECT_TRUE(contains(got.out, "address = \"\" ")) << got.out << got.err;
    }
}

TEST(PolicyTest, GivesVerdictRuleAndReply)
{
    ran const got =
        respguard({"policy", "test", "--", "CONFIG", "SET", "maxmemory-policy", "allkeys-lru"});
    EXPECT_EQ(got.code, 2);
    EXPECT_TRUE(got.out.starts_with("verdict  reject\nrule     ")) << got.out;
    EXPECT_TRUE(contains(got.out, "(preset emailengine)\n"));
    EXPECT_TRUE(contains(got.out, "reply    -ERR respguard: CONFIG SET denied by policy (rule="));
}

TEST(PolicyTest, ExitCodeIsTheVerdict)
{
    EXPECT_EQ(respguard({"policy", "test", "--", "GET", "a"}).code, 0);
    EXPECT_EQ(respguard({"policy", "test", "--", "KEYS", "*"}).code, 1);
    EXPECT_EQ(respguard({"policy", "test", "--", "FLUSHALL"}).code, 2);
    EXPECT_EQ(respguard({"policy", "test", "--", "POST", "/"}).code, 2);
    EXPECT_EQ(respguard({"policy", "test", "--set", "log.level=x", "--", "GET", "a"}).code, 78);
}

TEST(PolicyTest, TakesArgumentsByteForByteAndEscapesOnlyWhenAsked)
{
    EXPECT_TRUE(contains(respguard({"policy", "test", "--", "SET", "[a,b]", ""}).out,
                         "command  set, 30 bytes\n"));
    EXPECT_TRUE(contains(respguard({"policy", "test", "--", "SET", "-h", "--"}).out,
                         "command  set, 29 bytes\n"));
    EXPECT_EQ(respguard({"policy", "test", "--", "GET\\0x", "a"}).code, 1);
    ran const nul = respguard({"policy", "test", "-e", "--", "GET\\0x", "a"});
    EXPECT_EQ(nul.code, 2);
    EXPECT_TRUE(contains(nul.out, "rule     built in\n"));
    EXPECT_TRUE(contains(nul.out, "reply    -ERR respguard: NUL byte in a command name\n"));
}

TEST(PolicyTest, CanPretendASize)
{
    EXPECT_EQ(respguard({"policy", "test", "--", "SET", "a", "b"}).code, 0);
    EXPECT_EQ(respguard({"policy", "test", "--size", "2mb", "--", "SET", "a", "b"}).code, 1);
}

TEST(PolicyTest, SaysWhyARejectIsOnlyAnAlert)
{
    ran const got =
        respguard({"policy", "test", "--set", "policy.enforce=false", "--", "FLUSHALL"});
    EXPECT_EQ(got.code, 1);
    EXPECT_TRUE(contains(got.out, "note     the rule says reject, but policy.enforce is false "
                                  "(--set)\n"))
        << got.out;
}

TEST(Run, RefusesABadConfigurationWith78)
{
    ran const got = respguard({"run", "--set", "upstream.hodl=5s", "--log-level", "loud"});
    EXPECT_EQ(got.code, 78);
    EXPECT_TRUE(contains(got.err, "did you mean 'upstream.hold'?"));
    EXPECT_TRUE(contains(got.err, "not started, 2 mistakes in the configuration")) << got.err;
    EXPECT_EQ(respguard_with({"RESPGUARD_UPSTREAM_ULR=x"}, {"run"}).code, 78);
}

TEST(Run, AnAddressInUseEndsWith70)
{
    listening_socket const taken;
    EXPECT_EQ(respguard({"run", "--listen", taken.address(), "--admin", ""}).code, 70);
}

TEST(Run, AnAddressThatMayNotBeBoundEndsWith77)
{
    // Root may bind everywhere, so become nobody; not possible where nobody can not reach the
    // build.
    std::string const nobody = "setpriv --reuid 65534 --regid 65534 --clear-groups";
    std::string const before = ::geteuid() == 0 ? nobody : "";
    if (respguard_with({}, {"-V"}, before).code != 0) GTEST_SKIP() << "nobody can not run this";
    std::string folder = "/tmp/respguard-cli-XXXXXX";
    ASSERT_NE(::mkdtemp(folder.data()), nullptr);
    ::chmod(folder.c_str(), 0500);
    std::string const address = "unix:" + folder + "/x.sock";
    EXPECT_EQ(respguard_with({}, {"run", "--listen", address, "--admin", ""}, before).code, 77);
    ::rmdir(folder.c_str());
}

TEST(Run, WithRequireUpstreamAnAbsentRedisEndsWith69)
{
    EXPECT_EQ(respguard({"run", "--listen", free_address(), "--admin", "", "--upstream",
                         "redis://" + free_address(), "--require-upstream", "--set",
                         "upstream.hold=300ms"})
                  .code,
              69);
}

TEST(Healthcheck, NobodyThereIsOneLineAnd1)
{
    std::string const address = free_address();
    ran const got = respguard({"healthcheck", "--admin", address});
    EXPECT_EQ(got.code, 1);
    EXPECT_EQ(got.err, "not reachable: " + address + ": Connection refused\n");
    EXPECT_EQ(respguard({"healthcheck", "--admin", ""}).code, 1);
}

TEST(Healthcheck, SomebodyWhoDoesNotAnswerIs1Soon)
{
    listening_socket const silent;
    auto const start = std::chrono::steady_clock::now();
    ran const got = respguard({"healthcheck", "--admin", silent.address()});
    EXPECT_EQ(got.code, 1);
    // It waits for 3 seconds; more is the machine's.
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds{20});
    EXPECT_TRUE(contains(got.err, "timed out")) << got.err;
}

/// Answers one request with this.
ran healthcheck_answered_with(std::string const& response)
{
    listening_socket const server;
    std::string request;
    std::thread answering([&] {
        int const fd = ::accept(server.fd(), nullptr, nullptr);
        std::array<char, 4'096> chunk{};
        ssize_t const got = ::recv(fd, chunk.data(), chunk.size(), 0);
        if (got > 0) request.assign(chunk.data(), static_cast<std::size_t>(got));
        ::send(fd, response.data(), response.size(), MSG_NOSIGNAL);
        ::close(fd);
    });
    ran const result =
        respguard_with({"RESPGUARD_ADMIN_ADDRESS=" + server.address()}, {"healthcheck"});
    answering.join();
    EXPECT_TRUE(request.starts_with("GET /readyz HTTP/1.1\r\nHost: localhost\r\n")) << request;
    return result;
}

TEST(Healthcheck, TellsReadyFromNotReady)
{
    ran const ready = healthcheck_answered_with("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n"
                                                "ready\n");
    EXPECT_EQ(ready.code, 0);
    EXPECT_TRUE(ready.out.starts_with("ready (127.0.0.1:")) << ready.out;
    ran const not_ready = healthcheck_answered_with(
        "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 23\r\n\r\nnot ready: no upstream\n");
    EXPECT_EQ(not_ready.code, 1);
    EXPECT_TRUE(not_ready.out.starts_with("not ready: no upstream (127.0.0.1:"));
    EXPECT_TRUE(not_ready.out.ends_with(", HTTP 503)\n")) << not_ready.out;
    EXPECT_EQ(healthcheck_answered_with("gibberish\r\n\r\n").code, 1);
}

}  // namespace
}  // namespace respguard
