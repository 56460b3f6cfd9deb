// Questions to one server, remembered in facts.
#pragma once

#include "respguard/doctor/connection.hpp"
#include "respguard/doctor/facts.hpp"
#include "respguard/doctor/target.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace respguard::doctor {

class asker {
public:
    using clock = std::chrono::steady_clock;

    /// @param time For each question. @param deadline For all of them.
    asker(target const& at, std::vector<net::socket_address> const& addresses,
          std::chrono::milliseconds time, cancellation const& stop,
          clock::time_point deadline = clock::time_point::max())
        : at_(at), addresses_(addresses), time_(time), deadline_(deadline), connection_(stop)
    {
    }

    /// Connects and authenticates. Empty, or why not; the answer to AUTH goes to `into`, if given.
    [[nodiscard]] std::string open(facts* into);
    /// Connects again if the last answer never came, but not for ever.
    answer ask(std::vector<std::string> const& words);
    /// ask(), remembered under the words. Null without a reply.
    resp_value const* note(facts& into, std::vector<std::string> const& words);

    /// What was selected is selected again after a reconnect.
    void selected(std::uint32_t db) { db_ = db; }
    /// Nothing is asked any more: no answers, or no time is left.
    [[nodiscard]] bool gave_up() const noexcept
    {
        return failures_ >= failures_max || clock::now() >= deadline_;
    }
    [[nodiscard]] connection& wire() noexcept { return connection_; }

private:
    static constexpr int failures_max = 2;

    target const& at_;
    std::vector<net::socket_address> const& addresses_;
    std::chrono::milliseconds time_;
    clock::time_point deadline_;
    connection connection_;
    std::uint32_t db_ = 0;
    int failures_ = 0;
};

/// AUTH's arguments; empty: nothing to say. A user named "default" is dropped, as ioredis does.
[[nodiscard]] std::vector<std::string> auth_words(target const& at);

}  // namespace respguard::doctor
