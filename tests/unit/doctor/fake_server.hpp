// A server that answers from a table, or hangs, closes or drips where a real one cannot be made to.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <map>
#include <mutex>
#include <netinet/in.h>
#include <poll.h>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace respguard::doctor {

class fake_server {
public:
    /// Behaviours instead of a reply.
    static constexpr char const* hang = "<hang>";
    static constexpr char const* close_it = "<close>";
    static constexpr char const* drip = "<drip>";

    /// Question to reply. Name it where the table is written down: bare braces could be a server.
    using table = std::map<std::string, std::string>;

    /// What is not in the table gets an error that no check can use.
    explicit fake_server(table replies)
        : replies_(std::move(replies)), otherwise_("-ERR (placeholder: not captured)\r\n")
    {
        listen();
    }
    /// The same to every question.
    static fake_server always(std::string reply) { return fake_server(same{}, std::move(reply)); }
    ~fake_server()
    {
        stopped_ = true;
        acceptor_.join();
        for (auto& each : workers_)
            each.join();
        ::close(listener_);
    }
    fake_server(fake_server const&) = delete;
    fake_server& operator=(fake_server const&) = delete;

    std::uint16_t port = 0;
    /// Before each reply.
    std::atomic<std::chrono::milliseconds> delay{std::chrono::milliseconds(0)};
    [[nodiscard]] std::string url() const { return "redis://127.0.0.1:" + std::to_string(port); }
    [[nodiscard]] std::vector<std::string> asked() const
    {
        std::lock_guard const lock(mutex_);
        return asked_;
    }

private:
    struct same {};
    fake_server(same /*unused*/, std::string reply) : otherwise_(std::move(reply)) { listen(); }

    void listen()
    {
        listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        EXPECT_EQ(::bind(listener_, reinterpret_cast<sockaddr*>(&address), size), 0);
        EXPECT_EQ(::listen(listener_, 64), 0);
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
        port = ntohs(address.sin_port);
        acceptor_ = std::thread([this] { accept_all(); });
    }

    [[nodiscard]] bool readable(int fd) const
    {
        while (!stopped_) {
            pollfd what{fd, POLLIN, 0};
            if (::poll(&what, 1, 20) > 0) return true;
        }
        return false;
    }

    void accept_all()
    {
        while (readable(listener_)) {
            int const fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
            if (fd >= 0) workers_.emplace_back([this, fd] { serve(fd); });
        }
    }

    /// Takes one canonical request off the front; empty: not whole yet.
    static std::string take(std::string& bytes)
    {
        if (bytes.empty()) return {};
        std::size_t at = bytes.find("\r\n");
        if (at == std::string::npos) return {};
        int const count = std::atoi(bytes.c_str() + 1);
        std::string out;
        at += 2;
        for (int i = 0; i < count; ++i) {
            auto const end = bytes.find("\r\n", at);
            if (end == std::string::npos) return {};
            auto const size = static_cast<std::size_t>(std::atoi(bytes.c_str() + at + 1));
            if (bytes.size() < end + 2 + size + 2) return {};
            out += (i == 0 ? "" : " ") + bytes.substr(end + 2, size);
            at = end + 2 + size + 2;
        }
        bytes.erase(0, at);
        return out;
    }

    void serve(int fd)
    {
        std::string bytes;
        char room[4096];
        while (readable(fd)) {
            auto const got = ::read(fd, room, sizeof room);
            if (got <= 0) break;
            bytes.append(room, static_cast<std::size_t>(got));
            bool open = true;
            for (auto question = take(bytes); open && !question.empty(); question = take(bytes))
                open = reply(fd, question);
            if (!open) break;
        }
        ::close(fd);
    }

    bool reply(int fd, std::string const& question)
    {
        {
            std::lock_guard const lock(mutex_);
            asked_.push_back(question);
        }
        std::this_thread::sleep_for(delay.load());
        auto const found = replies_.find(question);
        std::string const text = found == replies_.end() ? otherwise_ : found->second;
        if (text == close_it) return false;
        if (text == drip) {
            // A reply that is right so far, and never whole.
            (void)!::send(fd, "$1000000\r\n", 10, MSG_NOSIGNAL);
            while (!stopped_ && ::send(fd, "x", 1, MSG_NOSIGNAL) == 1)
                std::this_thread::sleep_for(std::chrono::milliseconds(5));
            return false;
        }
        if (text != hang) (void)!::send(fd, text.data(), text.size(), MSG_NOSIGNAL);
        return true;
    }

    table replies_;
    std::string otherwise_;
    int listener_ = -1;
    std::atomic<bool> stopped_{false};
    mutable std::mutex mutex_;
    std::vector<std::string> asked_;
    std::thread acceptor_;
    std::vector<std::thread> workers_;
};

}  // namespace respguard::doctor
