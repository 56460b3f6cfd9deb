// An exchange whose client and upstream are strings.
#pragma once

#include "respguard/policy/rule_set.hpp"
#include "respguard/relay/settings.hpp"
#include "respguard/stats/shard_stats.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "relay/exchange.hpp"
#include "support/exact_block.hpp"

namespace respguard::test {

/// What a connection may hold of an undecided request where a test comes to that limit.
inline constexpr std::size_t small_hold_bytes = 64 * 1024;

[[nodiscard]] inline relay::relay_settings small_hold()
{
    relay::relay_settings settings;
    settings.hold_bytes = small_hold_bytes;
    return settings;
}

/// Feeds an exchange as the session does: what was not consumed is shown again, and upstream's
/// socket takes everything at once, unless told otherwise. Each call gets its bytes in a heap block
/// of their exact size.
class exchange_harness {
public:
    explicit exchange_harness(policy::rule_set rules = {}, relay::relay_settings settings = {})
        : rules_(std::move(rules)), settings_(settings), stats_(rules_.rules().size())
    {
        // Time stands still here; who tests the barrier says so.
        if (settings_.barrier == relay::relay_settings{}.barrier) settings_.barrier = {};
    }
    exchange_harness(exchange_harness const&) = delete;
    exchange_harness& operator=(exchange_harness const&) = delete;

    /// The client sends. Ignored once requests are no longer read.
    void client(byte_view bytes)
    {
        if (exchange_.end() || !exchange_.reads_requests()) return;
        unread_ += bytes;
        read_requests();
    }

    /// Upstream sends. Ignored once the connection is over.
    void upstream(byte_view bytes)
    {
        if (exchange_.end()) return;
        exact_block const block(bytes);
        exchange_.on_upstream_bytes(block.view(), now_ns, client_output_);
        collect();
        if (exchange_.has_more()) read_requests();
    }

    /// As a reload does.
    void replace_rules(policy::rule_set rules)
    {
        policy::rule_places const places(rules_, rules);
        rules_ = std::move(rules);
        names_.clear();
        stats_.rules.assign(rules_.rules().size(), {});
        exchange_.renumber_rules(places);
    }

    /// Everything that upstream, or the client, got since the last call.
    [[nodiscard]] std::string to_upstream() { return std::exchange(to_upstream_, {}); }
    [[nodiscard]] std::string to_client() { return std::exchange(to_client_, {}); }

    /// Upstream's socket takes `bytes` more; only with takes_all off.
    void upstream_takes(std::uint64_t bytes)
    {
        written_ += bytes;
        exchange_.on_upstream_written(written_, read_ns, now_ns);
    }

    [[nodiscard]] relay::exchange const& core() const noexcept { return exchange_; }
    [[nodiscard]] relay::exchange& core() noexcept { return exchange_; }
    [[nodiscard]] stats::shard_stats& counted() noexcept { return stats_; }
    [[nodiscard]] stats::command_stats& counted(std::string_view command)
    {
        auto& of_command = stats_.of(command::find(command));
        of_command.fold();
        return of_command;
    }
    [[nodiscard]] std::vector<relay::judged_request>& judged() noexcept { return judged_; }
    [[nodiscard]] relay::command_recorder& recorder() noexcept { return recorder_; }
    /// Bytes that the session would have to keep.
    [[nodiscard]] std::size_t held_bytes() const noexcept { return unread_.size(); }
    /// "client: quit"; empty while the connection lives.
    [[nodiscard]] std::string end() const
    {
        if (!exchange_.end()) return {};
        return std::string(to_string(exchange_.end()->by)) + ": " + exchange_.end()->reason;
    }

    bool takes_all = true;
    std::uint64_t read_ns = 1'000;
    std::uint64_t now_ns = 1'000;

private:
    void read_requests()
    {
        while (!unread_.empty() && !exchange_.end() && exchange_.wants_requests()) {
            exact_block input(unread_);
            std::size_t const consumed =
                exchange_.on_client_bytes(input.span(), upstream_output_, client_output_);
            collect();
            unread_ = input.view().substr(consumed);
            if (!exchange_.has_more()) return;
        }
    }

    void collect()
    {
        for (byte_view const piece : upstream_output_.pieces())
            to_upstream_ += piece;
        for (byte_view const piece : client_output_.pieces())
            to_client_ += piece;
        if (takes_all && !upstream_output_.empty()) upstream_takes(upstream_output_.size_bytes());
        upstream_output_.clear();
        client_output_.clear();
    }

    policy::rule_set rules_;
    relay::relay_settings settings_;
    stats::shard_stats stats_;
    std::vector<relay::judged_request> judged_;
    std::string scratch_;
    relay::name_memo names_;
    relay::rate_limits limits_;
    relay::command_recorder recorder_{stats_, settings_};
    relay::exchange_context context_{settings_, rules_, stats_,   judged_,
                                     scratch_,  names_, &limits_, &recorder_};
    relay::exchange exchange_{context_};
    relay::output upstream_output_;
    relay::output client_output_;
    std::string unread_;
    std::string to_upstream_;
    std::string to_client_;
    std::uint64_t written_ = 0;
};

}  // namespace respguard::test
