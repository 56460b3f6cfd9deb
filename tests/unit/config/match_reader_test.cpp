#include "respguard/config/rule_text.hpp"

#include <gtest/gtest.h>

#include <string>
#include <variant>

#include "config/match_reader.hpp"
#include "config/toml_text.hpp"

namespace respguard::config {
namespace {

struct read_match {
    policy::match_settings match;
    std::string errors;
};

read_match read_match_of(std::string const& table)
{
    auto const document = parse_toml("match = " + table + "\n", "t");
    read_match out;
    mistakes errors;
    out.match = match_reader("rule", errors).read(*std::get<value>(document).find("match"));
    for (auto const& error : errors)
        out.errors += error.key + ": " + error.text + "\n";
    return out;
}

TEST(MatchReader, ReadsWhatIsWrittenBack)
{
    for (
        auto const* table :
        {R"({ command = "@write", not = { command = ["del", "expire"], user = "admin" } })",
         R"({ command = "config|set", param = "maxmemory", value_between = ["100mb", "4gb"] })",
         R"({ command = "config|set", param = "hz", value_between = [1, 100] })",
         R"({ reply_bytes_over = "1mb" })",
         R"({ arguments_over = 1000, argument_bytes_over = "10mb", key_bytes_over = "32kb" })",
         R"({ command = ["setrange", "setbit"], offset_over = "64mb" })",
         R"({ key = "secret:*", keys_outside = ["ee:*", "bull:*"], keys_unknown = true })",
         R"({ scripts_containing = ["flushall", "migrate"] })",
         R"({ db = [0, 8], user = "app", client_name = "bull:*", client = ["10.0.0.0/8", "unix"], )"
         R"(listener = "*:6381" })",
         R"({ db = 8 })"}) {
        auto const seen = read_match_of(table);
        EXPECT_EQ(seen.errors, "") << table;
        EXPECT_EQ(match_text(seen.match), table);
    }
}

TEST(MatchReader, SaysWhatIsWrong)
{
    EXPECT_NE(read_match_of("{ db = -1 }").errors.find("number of a database"), std::string::npos);
    EXPECT_NE(read_match_of("{ db = [] }").errors.find("empty list"), std::string::npos);
    EXPECT_NE(read_match_of("{ keys_unknown = 1 }").errors.find("true or false"),
              std::string::npos);
    EXPECT_NE(read_match_of("{ keys_outsid = 'a' }").errors.find("did you mean 'keys_outside'"),
              std::string::npos);
    EXPECT_NE(read_match_of("{ command = 'get', not = 5 }").errors.find("match.not"),
              std::string::npos);
    EXPECT_NE(read_match_of("{ not = { not = { db = 1 } } }").errors.find("match.not.not"),
              std::string::npos);
    EXPECT_NE(read_match_of("{ arguments_over = 'many' }").errors.find("arguments_over"),
              std::string::npos);
}

}  // namespace
}  // namespace respguard::config
