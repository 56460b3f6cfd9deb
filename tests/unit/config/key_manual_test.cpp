#include "respguard/config/describe.hpp"

#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "config/key_table.hpp"

namespace respguard::config {
namespace {

TEST(KeyManual, HasEveryKeyBelowItsSection)
{
    std::string const text = key_manual();
    std::size_t at = 0;
    for (section const& s : sections()) {
        at = text.find(".SS [" + std::string(s.name) + "]\n", at);
        ASSERT_NE(at, std::string::npos) << s.name;
        for (key const& k : keys()) {
            if (section_of(k.name) != s.name) continue;
            at = text.find("\n.B " + std::string(leaf_of(k.name)) + " = ", at);
            ASSERT_NE(at, std::string::npos) << k.name;
        }
    }
}

TEST(KeyManual, ShowsQuotesOfValues)
{
    EXPECT_NE(key_manual().find("\n.B file = \\(dq\\(dq\n"), std::string::npos);
}

TEST(KeyManual, HasOnlyRequestsThatAreMeant)
{
    std::istringstream in(key_manual());
    for (std::string line; std::getline(in, line);) {
        ASSERT_FALSE(line.empty());
        bool const request = line.front() == '.' || line.front() == '\'';
        bool const meant = line.starts_with(".SS [") || line == ".TP" || line.starts_with(".B ");
        EXPECT_EQ(request, meant) << line;
    }
}

}  // namespace
}  // namespace respguard::config
