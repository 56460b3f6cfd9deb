// Plays the session vectors through an exchange, however the bytes of both sides are cut.
#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "support/every_split.hpp"
#include "support/exchange_harness.hpp"
#include "support/vectors.hpp"
#include "unit/relay/preset.hpp"

namespace respguard::relay {
namespace {

namespace json = boost::json;

/// How the bytes of every step arrive.
using cutter = std::function<test::pieces(byte_view)>;

std::uint64_t number_of(json::object const& policy, char const* name, std::uint64_t otherwise)
{
    auto const* const value = policy.if_contains(name);
    return value == nullptr ? otherwise : value->to_number<std::uint64_t>();
}

class played_session {
public:
    played_session(policy::rule_set const& rules, relay_settings const& settings, cutter const& cut)
        : guard_(rules, settings), cut_(cut)
    {
    }

    /// @return What went wrong, or an empty string.
    std::string play(json::array const& steps)
    {
        std::size_t number = 0;
        for (auto const& step : steps) {
            ++number;
            for (auto const& [kind, value] : step.as_object()) {
                auto const wrong = take(kind, value);
                if (!wrong.empty()) return "step " + std::to_string(number) + ": " + wrong;
            }
        }
        gather();
        if (!client_got_.empty()) return "client left over " + client_got_;
        return upstream_got_.empty() ? "" : "upstream left over " + upstream_got_;
    }

private:
    std::string take(std::string_view kind, json::value const& value)
    {
        if (kind == "c") {
            for (byte_view const piece : cut_(send(value)))
                guard_.client(piece);
        } else if (kind == "u") {
            for (byte_view const piece : cut_(send(value)))
                guard_.upstream(piece);
        }
        gather();
        if (kind == "u_eof") upstream_ended_ = true;
        if (kind == "u>") return expect(value, upstream_got_, "upstream");
        if (kind == "c>") return expect_all(value);
        if (kind == "u_none" && !upstream_got_.empty()) return "upstream got " + upstream_got_;
        if (kind == "c_none" && !client_got_.empty()) return "client got " + client_got_;
        if (kind != "closed") return {};
        bool const closed = upstream_ended_ || guard_.core().end();
        return closed == value.as_bool() ? "" : "closed is " + std::to_string(closed);
    }

    byte_view send(json::value const& value)
    {
        sent_ = test::decode_bytes(value);
        return sent_;
    }

    std::string expect_all(json::value const& value)
    {
        bool const is_mixed = value.is_array() && std::any_of(value.as_array().begin(),
                                                              value.as_array().end(), is_error);
        if (!is_mixed) return expect(value, client_got_, "client");
        for (auto const& item : value.as_array()) {
            auto wrong = is_error(item) ? expect_error(item.at("err").as_string())
                                        : expect(item, client_got_, "client");
            if (!wrong.empty()) return wrong;
        }
        return {};
    }

    static bool is_error(json::value const& item)
    {
        return item.is_object() && item.as_object().contains("err");
    }

    /// All patterns of the file are plain prefixes.
    std::string expect_error(std::string_view prefix)
    {
        auto const end = client_got_.find("\r\n");
        if (!client_got_.starts_with(prefix) || end == std::string::npos) {
            return "client: wanted an error, got " + client_got_;
        }
        client_got_.erase(0, end + 2);
        return {};
    }

    static std::string expect(json::value const& value, std::string& got, char const* who)
    {
        auto const wanted = test::decode_bytes(value);
        if (!got.starts_with(wanted))
            return std::string(who) + ": wanted " + wanted + ", got " + got;
        got.erase(0, wanted.size());
        return {};
    }

    void gather()
    {
        client_got_ += guard_.to_client();
        upstream_got_ += guard_.to_upstream();
    }

    test::exchange_harness guard_;
    cutter const& cut_;
    std::string sent_;
    std::string client_got_;
    std::string upstream_got_;
    bool upstream_ended_ = false;
};

struct played_vector {
    explicit played_vector(json::object const& vector)
        : steps(vector.at("steps").as_array()), id(vector.at("id").as_string())
    {
        if (auto const* const asked = vector.if_contains("policy")) policy = asked->as_object();
        settings.skip_bytes = number_of(policy, "drain_max", settings.skip_bytes);
        for (auto const& step : steps) {
            for (auto const& [kind, value] : step.as_object()) {
                if (kind != "c" && kind != "u") continue;
                longest = std::max(longest, test::decode_bytes(value).size());
            }
        }
    }

    [[nodiscard]] std::uint64_t size_limit() const
    {
        return number_of(policy, "max_command_bytes", 1024 * 1024);
    }
    [[nodiscard]] std::string play(policy::rule_set const& rules, cutter const& cut) const
    {
        return played_session(rules, settings, cut).play(steps);
    }

    json::array steps;
    json::object policy;
    std::string id;
    relay_settings settings;
    std::size_t longest = 0;
};

test::pieces cut_after(byte_view bytes, std::size_t place)
{
    if (bytes.size() <= place) return {bytes};
    return {bytes.substr(0, place), bytes.substr(place)};
}

test::pieces cut_into_bytes(byte_view bytes)
{
    test::pieces cut;
    for (std::size_t i = 0; i < bytes.size(); ++i)
        cut.push_back(bytes.substr(i, 1));
    return cut;
}

class ExchangeSessions : public testing::Test {
protected:
    static void
    play_all(std::function<void(played_vector const&, policy::rule_set const&)> const& use)
    {
        auto const rules = test::default_rules(1024 * 1024);
        auto const strict = test::default_rules(1000);
        auto const vectors = test::load_vectors("sessions.json");
        ASSERT_EQ(vectors.size(), 96U);
        for (auto const& each : vectors) {
            played_vector const vector(each.as_object());
            use(vector, vector.size_limit() == 1000 ? strict : rules);
        }
    }
};

TEST_F(ExchangeSessions, PassWhole)
{
    play_all([](auto const& vector, auto const& rules) {
        EXPECT_EQ(vector.play(rules, [](byte_view bytes) { return test::pieces{bytes}; }), "")
            << vector.id;
    });
}

TEST_F(ExchangeSessions, PassByteByByte)
{
    play_all([](auto const& vector, auto const& rules) {
        EXPECT_EQ(vector.play(rules, cut_into_bytes), "") << vector.id;
    });
}

TEST_F(ExchangeSessions, PassCutInTwoAtEveryPlace)
{
    play_all([](auto const& vector, auto const& rules) {
        for (std::size_t place = 1; place < vector.longest; ++place) {
            auto const cut = [place](byte_view bytes) { return cut_after(bytes, place); };
            ASSERT_EQ(vector.play(rules, cut), "") << vector.id << " cut after " << place;
        }
    });
}

}  // namespace
}  // namespace respguard::relay
