#include <gtest/gtest.h>

#include <utility>

#include "policy/sender_check.hpp"

namespace respguard::policy {
namespace {

sender somebody()
{
    sender from;
    from.address = parse_ip("10.1.2.3:4");
    from.listener = "127.0.0.1:6380";
    from.user.text = "app";
    from.name.text = "bull:x";
    from.db = 8;
    return from;
}

tri said(condition_settings const& match, sender const& from)
{
    return sender_check::make(match).value().matches(from);
}

template <typename Field, typename Value>
tri said(Field condition_settings::*field, Value value, sender const& from = somebody())
{
    condition_settings match;
    match.*field = {std::move(value)};
    return said(match, from);
}

TEST(SenderCheck, LooksAtEachOfItsConditions)
{
    EXPECT_EQ(said(&condition_settings::dbs, 8U), tri::yes);
    EXPECT_EQ(said(&condition_settings::dbs, 0U), tri::no);
    EXPECT_EQ(said(&condition_settings::users, "a*"), tri::yes);
    EXPECT_EQ(said(&condition_settings::users, "A*"), tri::no);
    EXPECT_EQ(said(&condition_settings::client_names, "bull:*"), tri::yes);
    EXPECT_EQ(said(&condition_settings::clients, "10.0.0.0/8"), tri::yes);
    EXPECT_EQ(said(&condition_settings::clients, "127.0.0.1"), tri::no);
    EXPECT_EQ(said(&condition_settings::listeners, "*:6380"), tri::yes);
    EXPECT_EQ(said(&condition_settings::listeners, "*:6381"), tri::no);
    condition_settings both;
    both.dbs = {8};
    both.users = {"other"};
    EXPECT_EQ(said(both, somebody()), tri::no);
}

TEST(SenderCheck, NobodyIsDefault)
{
    EXPECT_EQ(said(&condition_settings::users, "default", sender{}), tri::yes);
}

TEST(SenderCheck, IsNotSureWhileAChangeIsInFlight)
{
    sender from = somebody();
    from.user.is_sure = from.name.is_sure = from.db_is_sure = false;
    EXPECT_EQ(said(&condition_settings::users, "app", from), tri::maybe);
    EXPECT_EQ(said(&condition_settings::users, "other", from), tri::maybe);
    EXPECT_EQ(said(&condition_settings::client_names, "x", from), tri::maybe);
    EXPECT_EQ(said(&condition_settings::dbs, 8U, from), tri::maybe);
    from.db_asked = 3;
    EXPECT_EQ(said(&condition_settings::dbs, 8U, from), tri::maybe);
    EXPECT_EQ(said(&condition_settings::dbs, 5U, from), tri::no);
    condition_settings two;
    two.dbs = {3, 8};
    EXPECT_EQ(said(two, from), tri::yes);
}

TEST(SenderCheck, KnowsWhoItIsNotWhileOneChangeIsInFlight)
{
    sender from = somebody();
    from.user = {"app", false, byte_view("reports")};
    EXPECT_EQ(said(&condition_settings::users, "app", from), tri::maybe);
    EXPECT_EQ(said(&condition_settings::users, "reports", from), tri::maybe);
    EXPECT_EQ(said(&condition_settings::users, "other", from), tri::no);
    EXPECT_EQ(said(&condition_settings::users, "*p*", from), tri::yes);
    from.user.asked = byte_view();
    EXPECT_EQ(said(&condition_settings::users, "default", from), tri::maybe) << "RESET";
    EXPECT_EQ(said(&condition_settings::users, "reports", from), tri::no);
    from.name = {"", false, byte_view("bull:y")};
    EXPECT_EQ(said(&condition_settings::client_names, "bull:*", from), tri::maybe);
    EXPECT_EQ(said(&condition_settings::client_names, "ee:*", from), tri::no);
}

TEST(SenderCheck, RefusesBadPatterns)
{
    condition_settings match;
    match.users = {"["};
    EXPECT_FALSE(sender_check::make(match));
    match = {};
    match.clients = {"nowhere"};
    EXPECT_FALSE(sender_check::make(match));
}

}  // namespace
}  // namespace respguard::policy
