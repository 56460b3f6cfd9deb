// A program in the background, and a client for what it listens on.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

#include "support/temporary_file.hpp"

namespace respguard::test {

// Whatever is waited for here is waited for long, so that a busy machine is no failure.

/// Has an empty environment; what it writes goes to a file.
class running_process {
public:
    /// @param words Program (looked up in PATH) and arguments.
    explicit running_process(std::vector<std::string> words);
    running_process(running_process const&) = delete;
    running_process& operator=(running_process const&) = delete;
    /// Kills it if it still runs.
    ~running_process();

    void signal(int number) const;
    /// Waits until it has written `text` so many times. @return False if it never did.
    [[nodiscard]] bool says(std::string_view text, std::size_t times = 1) const;
    [[nodiscard]] pid_t pid() const noexcept { return pid_; }
    [[nodiscard]] std::string output() const;
    /// Waits for its end. @return Its exit code, or minus the signal that ended it, or -1000.
    [[nodiscard]] int exit_code();

private:
    temporary_file output_{""};
    pid_t pid_ = -1;
};

/// A blocking TCP connection to "127.0.0.1:PORT".
class loopback_client {
public:
    explicit loopback_client(std::string_view address);
    loopback_client(loopback_client const&) = delete;
    loopback_client& operator=(loopback_client const&) = delete;
    ~loopback_client();

    void send(std::string_view bytes) const;
    /// Reads until what came ends with `last`, or the other side closes.
    [[nodiscard]] std::string read_until(std::string_view last) const;
    [[nodiscard]] std::string read_bytes(std::size_t count) const;
    [[nodiscard]] std::string read_to_end() const;
    /// One request with a reply of one line.
    [[nodiscard]] std::string ask(std::string_view bytes) const;

private:
    int fd_ = -1;
};

/// "127.0.0.1:PORT" where nobody listens now, of 20000 to 31999 or INTEGRATION_PORTS
/// ("FIRST-LAST").
[[nodiscard]] std::string free_address();

/// True as soon as somebody does, false if nobody ever does.
[[nodiscard]] bool is_listened_on(std::string_view address);

/// True as soon as the text is in the file, false if it never is.
[[nodiscard]] bool appears_in(std::string const& file, std::string_view text,
                              std::size_t times = 1);

}  // namespace respguard::test
