#include <boost/system/system_error.hpp>
#include <gtest/gtest.h>

#include "canned_server.hpp"
#include "terminal/admin_connection.hpp"

namespace respguard::terminal {
namespace {

TEST(AdminConnection, ReachesAListenerOnEveryAddress)
{
    canned_server const server("HTTP/1.1 200 OK\r\n\r\n");
    auto where = server.where();
    where.host = "0.0.0.0";
    EXPECT_NO_THROW(admin_connection(where, "/", std::chrono::seconds(2)));
}

TEST(AdminConnection, ThrowsIfNobodyIsThere)
{
    auto const nowhere = *net::parse_endpoint("unix:/nowhere/at/all");
    EXPECT_THROW(admin_connection(nowhere, "/", std::chrono::seconds(2)),
                 boost::system::system_error);
}

}  // namespace
}  // namespace respguard::terminal
