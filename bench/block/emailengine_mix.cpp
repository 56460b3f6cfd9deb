#include "emailengine_mix.hpp"

#include <algorithm>
#include <array>
#include <random>
#include <string_view>

#include "emailengine_scripts.hpp"

namespace respguard::bench::emailengine_mix {
namespace {

using words = std::vector<std::string>;

/// 34 connections as EmailEngine with two workers of each kind has them.
constexpr std::size_t callers = 14;
constexpr std::size_t subscribers = 13;
constexpr std::array<std::string_view, 4> queues{"notify", "submit", "export", "documents"};
constexpr std::size_t queues_with_worker = 3;

/// Sizes in bytes that bring the requests to the medians of the profile.
constexpr std::size_t job_data_bytes = 880;  // addStandardJob 1.5 KB
constexpr std::size_t job_opts_bytes = 120;  // moveToActive 477 B, moveToFinished 705 B
constexpr std::size_t account_value_bytes = 20;

std::string const account = "bb:iad:account-01";
std::string const mailbox = "bb:iam:account-01:h:4d8a";
std::string const messages = "bb:iam:account-01:l:4d8a";

std::string encode(words const& args) { return encode_request({args.begin(), args.end()}); }

std::string bulk(std::string_view body)
{
    return "$" + std::to_string(body.size()) + "\r\n" + std::string(body) + "\r\n";
}

std::string account_value() { return std::string(account_value_bytes, 'v'); }

batch known(words const& args, std::string reply)
{
    return {encode(args), {std::move(reply), {}}, 1, 0};
}

/// @param types The type bytes the reply may start with.
batch shaped(words const& args, std::string types)
{
    return {encode(args), {{}, {std::move(types)}}, 1, 0};
}

/// Builds the calls of BullMQ's and EmailEngine's scripts.
class script_calls {
public:
    explicit script_calls(std::vector<std::string> const& hashes) : hashes_(hashes) {}

    [[nodiscard]] words call(lua script, words const& keys, words const& args) const
    {
        words all{"EVALSHA", hashes_.at(static_cast<std::size_t>(script)),
                  std::to_string(keys.size())};
        all.insert(all.end(), keys.begin(), keys.end());
        all.insert(all.end(), args.begin(), args.end());
        return all;
    }

    [[nodiscard]] batch add_job(std::string_view queue, std::string const& id) const
    {
        words const keys = in_queue(queue, {"wait", "paused", "meta", "id", "completed", "delayed",
                                            "active", "events", "marker"});
        return known(call(lua::add_job, keys,
                          {prefix_of(queue), id, "messageNew", std::string(job_data_bytes, 'd'),
                           std::string(job_opts_bytes, 'o')}),
                     bulk(id));
    }

    [[nodiscard]] batch move_to_active(std::string_view queue) const
    {
        words const keys =
            in_queue(queue, {"wait", "active", "prioritized", "events", "stalled", "limiter",
                             "delayed", "paused", "meta", "pc", "marker"});
        return shaped(call(lua::move_to_active, keys,
                           {prefix_of(queue), "1764000000000", std::string(job_opts_bytes, 'o')}),
                      "*");
    }

    [[nodiscard]] batch move_to_finished(std::string_view queue, std::string const& id) const
    {
        words keys = in_queue(queue, {"wait", "active", "prioritized", "events", "stalled",
                                      "limiter", "delayed", "paused", "meta", "pc", "completed"});
        for (auto const& last : in_queue(queue, {id, "metrics", "marker"})) {
            keys.push_back(last);
        }
        return known(call(lua::move_to_finished, keys,
                          {id, "1764000000000", "null", std::string(2 * job_opts_bytes, 'o')}),
                     ":0\r\n");
    }

    static std::string prefix_of(std::string_view queue)
    {
        return "bb:bull:" + std::string(queue) + ":";
    }

    static words in_queue(std::string_view queue, words const& names)
    {
        words keys;
        for (auto const& name : names) {
            keys.push_back(prefix_of(queue) + name);
        }
        return keys;
    }

private:
    std::vector<std::string> const& hashes_;
};

/// MULTI, three commands and EXEC leave ioredis in one write.
batch transaction()
{
    std::string const day = "bb:stats:messageNew:20261122";
    std::string const request = encode({"MULTI"}) + encode({"HINCRBY", day, "0931", "1"}) +
                                encode({"SADD", "bb:stats:keys", "messageNew"}) +
                                encode({"EXPIRE", day, "604800"}) + encode({"EXEC"});
    return {request, {{}, {"+", "+", "+", "+", "*"}}, 5, 0};
}

class step_list {
public:
    void add(std::size_t times, batch const& what) { steps_.insert(steps_.end(), times, what); }

    /// In an order without pattern that is the same for each target and each run.
    std::vector<batch> shuffled()
    {
        std::mt19937 random(79);
        for (std::size_t i = steps_.size(); i > 1; --i) {
            std::swap(steps_[i - 1], steps_[random() % i]);
        }
        return std::move(steps_);
    }

private:
    std::vector<batch> steps_;
};

void add_plain_commands(step_list& steps)
{
    steps.add(43, known({"HGET", account, "smtpServerEhlo"}, "_\r\n"));
    steps.add(29, known({"HGET", account, "state"}, bulk(account_value())));
    steps.add(40, transaction());
    steps.add(10, known({"HGETALL", mailbox}, "%3\r\n" + bulk("uidNext") + bulk(account_value()) +
                                                  bulk("uidValidity") + bulk(account_value()) +
                                                  bulk("highestModseq") + bulk(account_value())));
    steps.add(2, shaped({"ZADD", messages, "93", std::string(60, 'm')}, ":"));
    steps.add(2, shaped({"ZREM", messages, std::string(60, 'm')}, ":"));
    steps.add(3, shaped({"ZRANGE", messages, "0", "1", "WITHSCORES"}, "*"));
    steps.add(2, shaped({"PFADD", "bb:stats:accounts", "account-01"}, ":"));
    steps.add(4, known({"HEXISTS", account, "state"}, ":1\r\n"));
    steps.add(3, known({"HDEL", account, "lastErrorState"}, ":0\r\n"));
    steps.add(2, shaped({"HINCRBY", account, "runIndex", "1"}, ":"));
    steps.add(3, known({"HMGET", account, "state", "lastErrorState"},
                       "*2\r\n" + bulk(account_value()) + "_\r\n"));
    steps.add(5, known({"HSET", account, "state", account_value()}, ":0\r\n"));
    steps.add(1, known({"PING"}, "+PONG\r\n"));
    steps.add(1, known({"EXISTS", "bb:tomb:account-01:20261122"}, ":0\r\n"));
    steps.add(2, shaped({"DEL", "bb:iap:account-01"}, ":"));
    steps.add(2, shaped({"XADD", "bb:bull:documents:events", "MAXLEN", "~", "100", "*", "event",
                         "waiting", "jobId", "7"},
                        "$"));
}

std::vector<batch> caller_steps(std::vector<std::string> const& hashes, std::string const& channel)
{
    script_calls const scripts(hashes);
    step_list steps;
    add_plain_commands(steps);
    for (std::size_t i = 0; i < 6; ++i) {
        std::string const id = std::to_string(1001 + i);
        steps.add(1, scripts.add_job(queues.at(i % queues_with_worker), id));
        steps.add(1, scripts.move_to_finished(queues.at(i % queues_with_worker), id));
    }
    for (std::size_t i = 0; i < 8; ++i) {
        steps.add(1, scripts.move_to_active(queues.at(i % queues_with_worker)));
    }
    words const job{"bb:bull:notify:1001", "bb:bull:notify:events"};
    steps.add(1, known(scripts.call(lua::update_progress, job, {"1001", "{\"status\":\"sent\"}"}),
                       ":0\r\n"));
    steps.add(1, shaped(scripts.call(lua::get_counts,
                                     {"bb:bull:notify:wait", "bb:bull:notify:active",
                                      "bb:bull:notify:completed"},
                                     {}),
                        "*"));
    steps.add(2,
              known(scripts.call(lua::z_set, {messages, mailbox + ":n"}, {"uid-92", "flags", "92"}),
                    "+OK\r\n"));
    steps.add(2,
              known(scripts.call(lua::z_get_by_uid, {messages, mailbox + ":n"}, {"91"}), "_\r\n"));
    batch release = known(scripts.call(lua::release_lock, {"bb:ee:lock:1"}, {channel}),
                          ":" + std::to_string(subscribers) + "\r\n");
    release.pushes = subscribers;
    steps.add(1, release);
    return steps.shuffled();
}

}  // namespace

std::vector<std::string> prepare(server_link& server, std::size_t targets)
{
    std::vector<std::string> hashes;
    hashes.reserve(lua_sources.size());
    for (std::string_view const source : lua_sources) {
        hashes.push_back(server.ask_bulk({"SCRIPT", "LOAD", source}));
    }
    std::string const value = account_value();
    for (std::size_t index = 0; index < targets; ++index) {
        server.ask({"SELECT", std::to_string(index + 1)});
        server.ask({"HSET", account, "state", value, "runIndex", "1"});
        server.ask(
            {"HSET", mailbox, "uidNext", value, "uidValidity", value, "highestModseq", value});
        server.ask({"ZADD", messages, "90", "message-90"});
    }
    return hashes;
}

conversation script(std::vector<std::string> const& hashes, std::size_t index)
{
    std::string const channel =
        "ee-release:" + std::to_string(index);  // Channels know no database.
    batch const hello{encode({"HELLO", "3"}) + encode({"SELECT", std::to_string(index + 1)}),
                      {{}, {"%", "+"}},
                      2,
                      0};
    conversation all;
    // Subscribers first: a caller's first PUBLISH counts on all of them.
    all.roles.push_back(
        {behaviour::listener, subscribers, {hello, shaped({"SUBSCRIBE", channel}, ">")}, {}});
    all.roles.push_back({behaviour::caller, callers, {hello}, caller_steps(hashes, channel)});
    for (std::size_t i = 0; i < queues.size(); ++i) {
        std::string const prefix = script_calls::prefix_of(queues.at(i));
        all.roles.push_back(
            {behaviour::waiter,
             1,
             {hello},
             {shaped({"XREAD", "BLOCK", "10000", "STREAMS", prefix + "events", "$"}, "%_")}});
        if (i >= queues_with_worker) continue;
        all.roles.push_back(
            {behaviour::waiter, 1, {hello}, {shaped({"BZPOPMIN", prefix + "marker", "5"}, "*_")}});
    }
    return all;
}

}  // namespace respguard::bench::emailengine_mix
