// An exchange whose finished commands are all told.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "relay/command_recorder.hpp"
#include "support/exchange_harness.hpp"

namespace respguard::test {

inline constexpr std::uint64_t ms = 1'000'000;

struct told_command {
    std::string command;
    std::string request;
    std::string client;
    std::string script;
    std::string queue;
    std::string family;
    stats::finished_command what;
};

class command_notes final : public stats::command_listener {
public:
    void on_finished(stats::finished_command const& what) noexcept override
    {
        seen.push_back({std::string(command::traits_of(what.command).name),
                        std::string(what.request), std::string(what.client.address),
                        std::string(what.script), std::string(what.queue), std::string(what.family),
                        what});
    }
    std::vector<told_command> seen;
};

class Recording : public ::testing::Test {
protected:
    Recording()
    {
        stats::command_interest everything;
        everything.everything = true;
        harness.recorder().watch().add(seen, everything);
        harness.core().introduce(7, "10.0.0.5:1234");
    }
    ~Recording() override { harness.recorder().watch().remove(seen); }

    exchange_harness harness;
    command_notes seen;
};

}  // namespace respguard::test
