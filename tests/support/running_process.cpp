#include "support/running_process.hpp"

#include <array>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <functional>
#include <netinet/in.h>
#include <random>
#include <sstream>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace respguard::test {

namespace {

constexpr auto patience = std::chrono::seconds(30);

bool comes_true(std::function<bool()> const& condition)
{
    auto const end = std::chrono::steady_clock::now() + patience;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > end) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return true;
}

std::string content_of(std::string const& file)
{
    std::ostringstream text;
    text << std::ifstream(file).rdbuf();
    return text.str();
}

std::size_t count_of(std::string_view text, std::string_view part)
{
    std::size_t count = 0;
    for (auto at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1))
        ++count;
    return count;
}

sockaddr_in loopback(std::string_view address)
{
    std::uint16_t port = 0;
    auto const digits = address.substr(address.rfind(':') + 1);
    std::from_chars(digits.data(), digits.data() + digits.size(), port);
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    where.sin_port = htons(port);
    return where;
}

}  // namespace

running_process::running_process(std::vector<std::string> words)
{
    std::vector<char*> argv;
    for (std::string& word : words)
        argv.push_back(word.data());
    argv.push_back(nullptr);
    std::array<char*, 1> environment{nullptr};
    pid_ = ::fork();
    if (pid_ < 0) throw std::runtime_error("no process");
    if (pid_ > 0) return;
    int const out = ::open(output_.path().c_str(), O_WRONLY | O_APPEND);
    ::dup2(out, STDOUT_FILENO);
    ::dup2(out, STDERR_FILENO);
    ::execvpe(argv[0], argv.data(), environment.data());
    ::_exit(127);
}

running_process::~running_process()
{
    if (pid_ < 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
}

void running_process::signal(int number) const { ::kill(pid_, number); }

bool running_process::says(std::string_view text, std::size_t times) const
{
    return appears_in(output_.path(), text, times);
}

std::string running_process::output() const { return content_of(output_.path()); }

int running_process::exit_code()
{
    int status = 0;
    if (!comes_true([&] { return ::waitpid(pid_, &status, WNOHANG) != 0; })) return -1000;
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

loopback_client::loopback_client(std::string_view address)
    : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
{
    auto const where = loopback(address);
    timeval const limit{std::chrono::seconds(patience).count(), 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    if (::connect(fd_, reinterpret_cast<sockaddr const*>(&where), sizeof where) != 0) {
        throw std::runtime_error("nobody listens on " + std::string(address));
    }
}

loopback_client::~loopback_client() { ::close(fd_); }

void loopback_client::send(std::string_view bytes) const
{
    // What does not get out shows in what does not come back.
    (void)::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
}

std::string loopback_client::read_until(std::string_view last) const
{
    std::string got;
    std::array<char, 65'536> chunk;
    while (last.empty() || !got.ends_with(last)) {
        ssize_t const n = ::recv(fd_, chunk.data(), chunk.size(), 0);
        if (n <= 0) break;
        got.append(chunk.data(), static_cast<std::size_t>(n));
    }
    return got;
}

std::string loopback_client::read_bytes(std::size_t count) const
{
    std::string got(count, '\0');
    std::size_t have = 0;
    while (have < count) {
        ssize_t const n = ::recv(fd_, got.data() + have, count - have, 0);
        if (n <= 0) break;
        have += static_cast<std::size_t>(n);
    }
    got.resize(have);
    return got;
}

std::string loopback_client::read_to_end() const { return read_until({}); }

std::string loopback_client::ask(std::string_view bytes) const
{
    send(bytes);
    return read_until("\r\n");
}

std::string free_address()
{
    // Below the ports that the kernel gives to outgoing connections, which could take it meanwhile.
    unsigned first = 20'000;
    unsigned last = 31'999;
    if (char const* const range = std::getenv("INTEGRATION_PORTS"); range != nullptr) {
        char minus = 0;
        std::istringstream(range) >> first >> minus >> last;
    }
    // Never one twice: who got it may not listen yet.
    static unsigned next = std::random_device{}();
    for (;;) {
        auto const address = "127.0.0.1:" + std::to_string(first + next++ % (last - first + 1));
        auto const where = loopback(address);
        int const fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        int const failed = ::bind(fd, reinterpret_cast<sockaddr const*>(&where), sizeof where);
        ::close(fd);
        if (failed == 0) return address;
    }
}

bool is_listened_on(std::string_view address)
{
    auto const where = loopback(address);
    return comes_true([&] {
        int const fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        int const failed = ::connect(fd, reinterpret_cast<sockaddr const*>(&where), sizeof where);
        ::close(fd);
        return failed == 0;
    });
}

bool appears_in(std::string const& file, std::string_view text, std::size_t times)
{
    return comes_true([&] { return count_of(content_of(file), text) >= times; });
}

}  // namespace respguard::test
