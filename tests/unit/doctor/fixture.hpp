// The answers of 31 servers, as files: tests/data/engine-fixtures.
#pragma once

#include "respguard/doctor/check.hpp"

#include <gtest/gtest.h>

#include <cctype>
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace respguard::doctor {

inline std::string bulk(std::string const& text)
{
    return "$" + std::to_string(text.size()) + "\r\n" + text + "\r\n";
}

inline std::vector<std::string> split(std::string const& text, std::string const& by)
{
    std::vector<std::string> out;
    for (std::size_t from = 0;;) {
        auto const at = text.find(by, from);
        out.push_back(text.substr(from, at - from));
        if (at == std::string::npos) return out;
        from = at + by.size();
    }
}

inline std::string array_of(std::vector<std::string> const& items)
{
    std::string out = "*" + std::to_string(items.size()) + "\r\n";
    for (auto const& each : items)
        out += each == "(empty array)" ? "*0\r\n" : bulk(each);
    return out;
}

/// What a block says, as the server would send it in RESP2.
inline std::string reply_bytes(std::string const& question, std::vector<std::string> const& lines)
{
    std::string const first = lines.empty() ? "" : lines[0];
    if (first.starts_with('-')) return first + "\r\n";
    if (first == "(empty array)") return "*0\r\n";
    if (question.starts_with("INFO")) {
        std::string text;
        for (auto const& line : lines)
            text += line + "\r\n";
        return bulk(text);
    }
    if (question.starts_with("HELLO")) {
        std::string out;
        for (auto const& line : lines) {
            auto const at = line.find(" => ");
            auto const value = line.substr(at + 4);
            bool const nested = line.starts_with("modules") && value != "(empty array)";
            out += bulk(line.substr(0, at));
            out += nested                     ? array_of(split(value, " | "))
                   : value == "(empty array)" ? "*0\r\n"
                                              : bulk(value);
        }
        return "*" + std::to_string(2 * lines.size()) + "\r\n" + out;
    }
    if (question.starts_with("CONFIG GET")) {
        auto const at = first.find(" |");
        auto const value = first.substr(std::min(at + 3, first.size()));
        return array_of({first.substr(0, at), value});
    }
    if (question == "ROLE") return array_of(lines.size() == 1 ? split(first, " | ") : lines);
    bool const number =
        !first.empty() && first.find_first_not_of("0123456789") == std::string::npos;
    return number ? ":" + first + "\r\n" : "+" + first + "\r\n";
}

/// Question to reply bytes.
inline std::map<std::string, std::string> read_fixture(std::string const& name)
{
    std::ifstream file(std::string(RESPGUARD_TEST_DATA) + "/engine-fixtures/" + name + ".txt");
    std::map<std::string, std::vector<std::string>> blocks;
    std::string question;
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("%% ")) {
            question = line.substr(3);
            blocks[question];
        } else if (!question.empty()) {
            blocks[question].push_back(line);
        }
    }
    std::map<std::string, std::string> out;
    for (auto& [asked, lines] : blocks) {
        while (!lines.empty() && lines.back().empty())
            lines.pop_back();
        out[asked] = reply_bytes(asked, lines);
    }
    return out;
}

inline facts facts_of(std::string const& name)
{
    facts out;
    out.db = 8;
    out.command_limit_bytes = 1'048'576;
    for (auto const& [question, bytes] : read_fixture(name)) {
        out.answers[question] = {decode_reply(bytes), {}};
        EXPECT_TRUE(out.answers[question].reply.has_value()) << name << ": " << question;
    }
    out.read_info();
    return out;
}

/// One line of EXPECTED.txt.
struct expected {
    std::string name, engine, verdict;
    std::string fail, warn;
    int skip = 0;
};

inline std::vector<expected> read_expected()
{
    std::ifstream file(std::string(RESPGUARD_TEST_DATA) + "/engine-fixtures/EXPECTED.txt");
    std::vector<expected> out;
    for (std::string line; std::getline(file, line);) {
        expected row;
        std::string how, skip;
        std::istringstream(line) >> row.name >> how >> row.engine >> row.verdict >> row.fail >>
            row.warn >> skip;
        row.fail = row.fail.substr(5);
        row.warn = row.warn.substr(5);
        row.skip = std::atoi(skip.substr(5).c_str());
        out.push_back(row);
    }
    return out;
}

/// For the name of a test.
inline std::string name_of_fixture(testing::TestParamInfo<expected> const& info)
{
    std::string out = info.param.name;
    for (char& c : out)
        c = std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
    return out;
}

/// The checks that EXPECTED.txt counts, in its order; two have other names there.
inline std::vector<std::pair<std::string, std::string>> const& expected_checks()
{
    static std::vector<std::pair<std::string, std::string>> const list{
        {"conn.ping", "conn.ping"},
        {"access.info", "access.info"},
        {"engine.id", "engine"},
        {"engine.version", "engine.version"},
        {"engine.resp3", "engine.resp3"},
        {"topology.mode", "topology.mode"},
        {"lua.undeclared", "lua.undeclared"},
        {"topology.role", "topology.role"},
        {"server.loading", "server.loading"},
        {"evict.policy", "evict.policy"},
        {"evict.happened", "evict.happened"},
        {"mem.util", "mem.util"},
        {"persist.enabled", "persist.enabled"},
        {"persist.status", "persist.status"},
        {"persist.rdb_age", "persist.rdb_age"},
        {"net.keepalive", "net.keepalive"},
        {"net.timeout", "net.timeout"},
        {"clients.headroom", "clients.headroom"},
        {"server.errors", "server.errorstats"},
        {"backup.fresh", "backup.fresh"}};
    return list;
}

/// The outcome in the words of EXPECTED.txt, lists sorted.
inline expected outcome_of(facts const& from)
{
    expected out;
    std::vector<std::string> fail, warn;
    for (auto const& [id, name] : expected_checks()) {
        auto const found = find_check(id)->judge(from);
        EXPECT_TRUE(found.has_value()) << id;
        if (!found) continue;
        if (found->what == status::fail) fail.push_back(name);
        if (found->what == status::warn) warn.push_back(name);
        if (found->what == status::skip) ++out.skip;
    }
    auto const joined = [](std::vector<std::string> list) {
        std::sort(list.begin(), list.end());
        std::string text;
        for (auto const& each : list)
            text += (text.empty() ? "" : ",") + each;
        return text.empty() ? "-" : text;
    };
    out.verdict = !fail.empty() ? "FAIL" : !warn.empty() ? "WARN" : "OK";
    out.fail = joined(fail);
    out.warn = joined(warn);
    return out;
}

inline std::string sorted_list(std::string const& list)
{
    auto parts = split(list, ",");
    std::sort(parts.begin(), parts.end());
    std::string out;
    for (auto const& each : parts)
        out += (out.empty() ? "" : ",") + each;
    return out;
}

}  // namespace respguard::doctor
