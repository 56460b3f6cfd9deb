#include <gtest/gtest.h>

#include <string>

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

}  // namespace
}  // namespace respguard::relay
