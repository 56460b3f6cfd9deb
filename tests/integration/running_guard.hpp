// The executable with a configuration file, in front of a redis-server.
#pragma once

#include <gtest/gtest.h>

#include <csignal>
#include <cstddef>
#include <fstream>
#include <string>
#include <vector>

#include "support/running_process.hpp"
#include "support/temporary_file.hpp"

namespace respguard::test {

inline std::vector<std::string> redis_words(std::string const& address)
{
    return {
        "redis-server", "--bind", "127.0.0.1",    "--port", address.substr(address.rfind(':') + 1),
        "--save",       "",       "--appendonly", "no"};
}

class running_guard : public testing::Test {
protected:
    running_guard() : redis_(redis_words(server_))
    {
        EXPECT_TRUE(redis_.says("Ready to accept connections")) << redis_.output();
    }

    void write(std::string const& text) const { std::ofstream(file_.path()) << text; }

    /// Arguments for the guard; it listens on listen_ and admin_.
    [[nodiscard]] std::vector<std::string> words(std::vector<std::string> const& more = {}) const
    {
        std::vector<std::string> all{RESPGUARD_EXECUTABLE,
                                     "run",
                                     "-c",
                                     file_.path(),
                                     "--listen",
                                     listen_,
                                     "--admin",
                                     admin_,
                                     "--upstream",
                                     "redis://" + server_};
        all.insert(all.end(), more.begin(), more.end());
        return all;
    }

    /// What the admin endpoint answers to "GET /metrics" and the like.
    [[nodiscard]] std::string http(std::string const& what,
                                   std::string const& host = "localhost") const
    {
        loopback_client const asker(admin_);
        asker.send(what + " HTTP/1.1\r\nHost: " + host +
                   "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        return asker.read_to_end();
    }

    /// Writes the file and waits until the guard has taken it over, `times` times in all.
    void reload(running_process const& guard, std::string const& text, std::size_t times = 1) const
    {
        write(text);
        guard.signal(SIGHUP);
        ASSERT_TRUE(guard.says("configuration reloaded changed=", times)) << guard.output();
    }

    /// The value of a metric without labels, or with the labels given as part of the name.
    [[nodiscard]] std::string metric(std::string const& name) const
    {
        std::string const all = http("GET /metrics");
        auto const at = all.find("\n" + name + " ");
        if (at == std::string::npos) return "(absent)";
        auto const begin = at + name.size() + 2;
        return all.substr(begin, all.find('\n', begin) - begin);
    }

    std::string const server_ = free_address();
    std::string const listen_ = free_address();
    std::string const admin_ = free_address();
    temporary_file const file_{""};
    running_process const redis_;
};

}  // namespace respguard::test
