// Every vector of tests/data/vectors/requests.json, however its bytes are cut (large ones at a
// sample of places: support/every_split.hpp).
#include "respguard/base/arguments.hpp"
#include "respguard/resp/inline_request.hpp"

#include <gtest/gtest.h>

#include "support/every_split.hpp"
#include "support/request_feed.hpp"
#include "support/vectors.hpp"

namespace respguard {
namespace {

using status = resp::request_parser::status;

std::string canonical(std::vector<std::string> const& arguments)
{
    std::string bytes = "*" + std::to_string(arguments.size()) + "\r\n";
    for (auto const& argument : arguments) {
        bytes += "$" + std::to_string(argument.size()) + "\r\n" + argument + "\r\n";
    }
    return bytes;
}

/// What upstream would be sent for the requests of one vector: "" for those that ask nothing.
struct outcome {
    std::vector<std::string> forwarded;
    std::string error;
    bool is_pending = false;
};

outcome outcome_of(test::feed_result const& result)
{
    outcome seen{{}, result.error, result.is_pending};
    for (auto const& request : result.requests) {
        std::string forwarded = request.what == status::complete ? request.wire : "";
        if (request.what == status::line && resp::append_canonical(request.line, forwarded) ==
                                                resp::inline_status::unbalanced_quotes) {
            seen.error = resp::to_reply({resp::protocol_error::code::unbalanced_quotes});
            break;
        }
        seen.forwarded.push_back(forwarded);
    }
    return seen;
}

void expect_vector(test::request_vector const& vector, outcome seen)
{
    std::vector<std::string> expected;
    for (auto const& request : vector.requests) {
        expected.push_back(request.is_empty ? "" : canonical(request.arguments));
    }
    if (vector.is_upstream) {
        EXPECT_EQ(seen.error, "");
    } else if (!vector.error.empty()) {
        EXPECT_EQ(seen.error, "-ERR " + vector.error + "\r\n");
    } else if (vector.is_closed) {
        // QUIT and POST: what follows is the relay's to ignore, the parser reads on.
        ASSERT_GE(seen.forwarded.size(), expected.size());
        seen.forwarded.resize(expected.size());
    } else {
        EXPECT_EQ(seen.error, "");
        EXPECT_EQ(seen.is_pending, vector.is_pending);
    }
    EXPECT_EQ(seen.forwarded, expected);
}

// NOLINTNEXTLINE(readability-identifier-naming): a test suite.
class RequestVectors : public testing::TestWithParam<test::request_vector> {};

TEST_P(RequestVectors, GiveTheSameCanonicalRequestsHoweverTheBytesAreCut)
{
    auto const& vector = GetParam();
    auto const split = vector.is_coarse ? test::for_some_splits : test::for_every_split;
    for (auto const way : test::feed_ways) {
        split(vector.bytes, [&](test::pieces const& cut) {
            if (HasFailure()) return;
            SCOPED_TRACE("way " + std::to_string(static_cast<int>(way)) + ", cut " +
                         test::to_string(cut));
            test::request_feed feed({}, way);
            for (auto const piece : cut)
                feed.feed(piece);
            expect_vector(vector, outcome_of(feed.result()));
        });
    }
}

std::string vector_name(testing::TestParamInfo<test::request_vector> const& info)
{
    auto name = info.param.id;
    std::replace(name.begin(), name.end(), '-', '_');
    return name;
}

INSTANTIATE_TEST_SUITE_P(All, RequestVectors, testing::ValuesIn(test::load_request_vectors()),
                         vector_name);

}  // namespace
}  // namespace respguard
