// Turns a few bytes into a conversation that gets deep: requests of every kind, replies that fit
// them, and now and then something that does not.
#pragma once

#include "respguard/base/side.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "relay/exchange.hpp"
#include "support/wire.hpp"

namespace respguard::test {

struct said {
    side by = side::client;
    std::string bytes;
};

class conversation {
public:
    /// Borrows `choices`.
    explicit conversation(byte_view choices) : choices_(choices) {}

    /// What is said next; replies fit what `guard` is owed.
    [[nodiscard]] std::optional<said> next(relay::exchange const& guard)
    {
        if (choices_.empty()) return {};
        std::uint8_t const choice = take();
        switch (choice % 12U) {
        case 0:
        case 1:
        case 2:
        case 3: return said{side::client, client_bytes(request_of(take()))};
        case 4: return said{side::client, client_bytes(several_requests())};
        case 5: return said{side::client, client_bytes(large_request())};
        case 6: return said{side::client, client_bytes(raw())};
        case 7:
        case 8: return said{side::upstream, reply_at(guard, guard.queue().first_number())};
        case 9: return said{side::upstream, all_replies(guard)};
        case 10: return said{side::upstream, upstream_bytes(frame_of(take()))};
        default: return said{side::upstream, upstream_bytes(raw())};
        }
    }

private:
    std::uint8_t take()
    {
        if (choices_.empty()) return 0;
        auto const first = static_cast<std::uint8_t>(choices_.front());
        choices_.remove_prefix(1);
        return first;
    }

    std::string raw()
    {
        auto const bytes = choices_.substr(0, take() % 24U);
        choices_.remove_prefix(bytes.size());
        return std::string(bytes);
    }

    /// Sometimes only a part of it is said, and the rest when the client speaks again.
    std::string client_bytes(std::string bytes) { return some_of(client_rest_, std::move(bytes)); }
    std::string upstream_bytes(std::string bytes)
    {
        return some_of(upstream_rest_, std::move(bytes));
    }

    std::string some_of(std::string& rest, std::string bytes)
    {
        bytes.insert(0, std::exchange(rest, {}));
        std::uint8_t const choice = take();
        if (choice < 200 || bytes.empty()) return bytes;
        std::size_t const kept = (choice - 200U) * 7U % (bytes.size() + 1);
        rest = bytes.substr(bytes.size() - kept);
        bytes.resize(bytes.size() - kept);
        return bytes;
    }

    [[nodiscard]] static std::string request_of(std::uint8_t choice)
    {
        static std::array const all = {
            request({"PING"}),
            request({"GET", "a"}),
            request({"SET", "key", "value"}),
            request({"MULTI"}),
            request({"MULTI"}),
            request({"EXEC"}),
            request({"EXEC"}),
            request({"EXEC", "x"}),
            request({"DISCARD"}),
            request({"DISCARD", "x"}),
            request({"RESET"}),
            request({"QUIT"}),
            request({"HELLO", "3"}),
            request({"HELLO", "2", "AUTH", "u", "p", "SETNAME", "n"}),
            request({"SUBSCRIBE", "a"}),
            request({"SUBSCRIBE", "a", "b", "a"}),
            request({"PSUBSCRIBE", "p*", "q*"}),
            request({"SSUBSCRIBE", "s"}),
            request({"UNSUBSCRIBE"}),
            request({"UNSUBSCRIBE", "a"}),
            request({"PUNSUBSCRIBE"}),
            request({"SUNSUBSCRIBE", "s", "t"}),
            request({"CLIENT", "REPLY", "ON"}),
            request({"CLIENT", "REPLY", "OFF"}),
            request({"CLIENT", "REPLY", "SKIP"}),
            request({"CLIENT", "REPLY", "OFF", ""}),
            request({"CLIENT", "SETNAME", "n"}),
            request({"FLUSHALL"}),
            request({"FLUSHALL"}),
            request({"CONFIG", "SET", "hz", "10", "maxmemory-policy", "allkeys-lru"}),
            request({"CONFIG", "SET", "hz", "10"}),
            request({"CONFIG", "SET", "hz", byte_view("1\0", 2)}),
            request({byte_view("GET\0", 4)}),
            request({"SELECT", "3"}),
            request({"AUTH", "x"}),
            request({"BLPOP", "l", "0"}),
            request({"XREAD", "BLOCK", "0", "STREAMS", "s", "$"}),
            request({"KEYS", "*"}),
            request({"MONITOR"}),
            request({"REPLCONF", "ACK", "1"}),
            std::string("\r\n"),
            std::string("*0\r\n"),
            std::string("*-1\r\n"),
            std::string("GET \"a\\x00\" b\n"),
            std::string("flushall\r\n"),
            std::string("client reply skip\n"),
            std::string("*2\rX$4\rYECHOZZ$1\r\nqQQ"),
            std::string("POST /\r\n"),
            std::string("*1\r\n:1\r\n"),
            std::string("ECHO \"a\r\n"),
        };
        return all[choice % all.size()];
    }

    std::string several_requests()
    {
        std::string bytes;
        for (int i = 2 + take() % 6; i > 0; --i)
            bytes += request_of(take());
        return bytes;
    }

    std::string large_request()
    {
        std::uint8_t const kind = take();
        std::size_t const size = 1U + take() * std::size_t{kind % 3U == 0 ? 100U : 10U};
        std::string const odd_end = kind % 2U == 0 ? "\r\n" : "xy";
        switch (kind % 5U) {
        case 0: {
            std::string bytes = "*" + std::to_string(size / 8 + 2) + "\r\n" + bulk("DEL");
            for (std::size_t i = 0; i <= size / 8; ++i)
                bytes += "$1\r\nk" + odd_end;
            return bytes;
        }
        case 1:
            return "*3\r\n" + bulk("SET") + bulk("k") + "$" + std::to_string(size) + "\r\n" +
                   std::string(size, '*') + odd_end;
        case 2: return request({"CONFIG", "SET", "save", std::string(size, '1')});
        case 3: return "*1\r\n$" + std::to_string(size) + "\r\n" + std::string(size, 'n') + odd_end;
        default: return "ECHO " + std::string(size, 'e') + " f\r\n";
        }
    }

    // --- upstream

    [[nodiscard]] static std::string frame_of(std::uint8_t choice)
    {
        static std::array const all = {
            std::string("+OK\r\n"),
            std::string("+QUEUED\r\n"),
            std::string("+RESET\r\n"),
            std::string("-ERR no\r\n"),
            std::string("-ERR DISCARD without MULTI\r\n"),
            std::string("-NOPERM no\r\n"),
            std::string(":1\r\n"),
            std::string("$5\r\nhello\r\n"),
            std::string("$-1\r\n"),
            std::string("*-1\r\n"),
            std::string("_\r\n"),
            std::string("*2\r\n:1\r\n$1\r\na\r\n"),
            std::string("*2\r\n$1\r\na\r\n>2\r\n+message\r\n+x\r\n_\r\n"),
            std::string("%1\r\n+a\r\n:3\r\n"),
            std::string("*0\r\n"),
            std::string("|1\r\n+a\r\n+b\r\n+OK\r\n"),
            std::string("|1\r\n+a\r\n+b\r\n>1\r\n+x\r\n"),
            std::string(">2\r\n$10\r\ninvalidate\r\n*1\r\n$1\r\nk\r\n"),
            std::string(">2\r\n|1\r\n+a\r\n") + bulk(std::string(300, 'a')) + "+message\r\n:1\r\n",
            std::string("*?\r\n:1\r\n.\r\n"),
            "+OK" + std::string(70, ' ') + "\r\n",
            "-ERR " + std::string(300, 'e') + "\r\n",
            message('>', "a", "m"),
            message('*', "a", "m"),
            confirmation('>', "subscribe", "a", 1),
            confirmation('*', "subscribe", "a", 1),
            confirmation('>', "unsubscribe", "a", 0),
            confirmation('*', "sunsubscribe", "a", 0),
            bulk(std::string(400, 'v')),
            std::string("?\r\n"),
        };
        return all[choice % all.size()];
    }

    /// What an honest server might answer to the request with this number.
    std::string reply_at(relay::exchange const& guard, std::uint64_t number)
    {
        if (number == guard.queue().end_number()) return upstream_bytes(frame_of(16 + take() % 8));
        return upstream_bytes(reply_to(guard, guard.queue().at(number)));
    }

    std::string all_replies(relay::exchange const& guard)
    {
        std::string bytes;
        for (auto i = guard.queue().first_number(); i != guard.queue().end_number(); ++i) {
            bytes += reply_to(guard, guard.queue().at(i));
        }
        return upstream_bytes(bytes);
    }

    std::string reply_to(relay::exchange const& guard, relay::inflight_entry const& entry)
    {
        using relay::owed;
        if (entry.what >= owed::local) return {};
        std::uint8_t const mood = take();
        if (mood > 250) return "-NOPERM no\r\n";
        char const type = guard.replied().resp == 3 ? '>' : '*';
        auto const kind = command::traits_of(entry.command).name;
        switch (entry.what) {
        case owed::confirmations: {
            std::string bytes;
            for (std::uint32_t i = 0; i < entry.detail; ++i) {
                bytes += confirmation(type, kind, "a", kind.find("uns") == 0 ? 0 : 1);
                if (mood % 8U == 1) bytes += message(type, "a", "m");
            }
            return bytes;
        }
        case owed::unsubscribe_all: return confirmation(type, kind, "a", 0);
        case owed::exec: return mood % 4U == 0 ? "*-1\r\n" : "*1\r\n+OK\r\n";
        case owed::hello:
            return mood % 2U == 0 ? "%1\r\n+proto\r\n:3\r\n" : "*2\r\n+proto\r\n:2\r\n";
        case owed::exec_as_discard:
        case owed::discard: return mood % 8U == 0 ? "-ERR DISCARD without MULTI\r\n" : "+OK\r\n";
        case owed::reset: return "+RESET\r\n";
        case owed::reply:
            if (entry.in_multi) return mood % 8U == 0 ? "-ERR no\r\n" : "+QUEUED\r\n";
            return frame_of(mood % 16U);
        default: return "+OK\r\n";
        }
    }

    byte_view choices_;
    std::string client_rest_;
    std::string upstream_rest_;
};

}  // namespace respguard::test
