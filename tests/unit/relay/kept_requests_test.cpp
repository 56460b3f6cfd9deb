#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "relay/kept_requests.hpp"

namespace respguard::relay {
namespace {

TEST(KeptRequests, CutsWhatIsLong)
{
    kept_requests kept;
    std::string const lengthy(2 * stats::kept_request_bytes, 'x');
    auto const at = kept.keep(lengthy, 9, 7);
    ASSERT_NE(at, kept_requests::none);
    EXPECT_EQ(kept.of(at).view(), byte_view(lengthy).substr(0, stats::kept_request_bytes));
    EXPECT_EQ(kept.of(at).arguments, 9U);
}

TEST(KeptRequests, KeepsNoMoreThanItMayButLargeOnes)
{
    kept_requests kept;
    std::vector<kept_requests::place> places;
    for (std::size_t i = 0; i < kept_requests::places_max; ++i)
        places.push_back(kept.keep("*1", 1, 2));
    EXPECT_EQ(std::count(places.begin(), places.end(), kept_requests::none), 0);
    EXPECT_EQ(kept.keep("*1", 1, 2), kept_requests::none);
    EXPECT_EQ(kept.request_bytes(kept_requests::none), 0U);
    for (std::size_t i = places.size(); i < kept_requests::places_for_large_max; ++i)
        places.push_back(kept.keep("*1", 1, kept_requests::large_bytes));
    EXPECT_EQ(std::count(places.begin(), places.end(), kept_requests::none), 0);
    EXPECT_EQ(kept.keep("*1", 1, kept_requests::large_bytes), kept_requests::none);
    for (auto const place : places)
        kept.release(place);
    EXPECT_NE(kept.keep("*1", 1, 2), kept_requests::none);
}

}  // namespace
}  // namespace respguard::relay
