#include "respguard/net/address_book.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace respguard::net {
namespace {

using namespace std::chrono_literals;

endpoint tcp(std::string host)
{
    endpoint place;
    place.host = std::move(host);
    place.port = 6379;
    return place;
}

class AddressBook : public testing::Test {
protected:
    void run_until(std::function<bool()> const& holds)
    {
        auto const end = monotonic_ns() + 20'000'000'000U;
        timer tick(loop, [&] {
            if (holds() || monotonic_ns() > end) {
                loop.stop();
            } else {
                tick.arm(1ms);
            }
        });
        tick.arm(0ms);
        loop.run();
        ASSERT_TRUE(holds());
    }

    event_loop loop;
};

TEST_F(AddressBook, KnowsNumbersAtOnce)
{
    address_book const book(loop, tcp("127.0.0.1"));
    ASSERT_NE(book.current(), nullptr);
    EXPECT_EQ(book.current()->to_string(), "127.0.0.1:6379");
    EXPECT_EQ(book.problem(), "");
    EXPECT_EQ(book.where().host, "127.0.0.1");
}

TEST_F(AddressBook, KeepsItsOnlyAddressWhenThatFails)
{
    address_book book(loop, tcp("::1"));
    for (int i = 0; i < 3; ++i) {
        book.failed();
        ASSERT_NE(book.current(), nullptr);
        EXPECT_EQ(book.current()->to_string(), "[::1]:6379");
    }
}

TEST_F(AddressBook, SaysWhyAPathCanNotBeUsed)
{
    endpoint place;
    place.kind = endpoint::family::unix_socket;
    place.path = std::string(200, 'x');
    address_book book(loop, place);
    EXPECT_EQ(book.current(), nullptr);
    EXPECT_NE(book.problem(), "");
    book.failed();
    EXPECT_EQ(book.current(), nullptr);
}

TEST_F(AddressBook, AsksForNamesWithoutWaiting)
{
    address_book const book(loop, tcp("localhost"));
    EXPECT_EQ(book.current(), nullptr);
    run_until([&] { return book.current() != nullptr; });
    EXPECT_EQ(book.problem(), "");
}

TEST_F(AddressBook, TriesAllAddressesOfAName)
{
    address_book book(loop, tcp("localhost"));
    run_until([&] { return book.current() != nullptr; });
    auto const first = book.current()->to_string();
    int tries = 0;
    do {
        book.failed();
        ASSERT_NE(book.current(), nullptr) << "the old ones go on being used";
        ++tries;
    } while (book.current()->to_string() != first && tries < 10);
    EXPECT_LT(tries, 10);
}

TEST_F(AddressBook, SaysWhyANameIsNotKnown)
{
    // Longer than a label may be: no name server is asked.
    address_book const book(loop, tcp(std::string(70, 'x')));
    run_until([&] { return !book.problem().empty(); });
    EXPECT_EQ(book.current(), nullptr);
}

TEST_F(AddressBook, MayGoWhileANameIsLookedUp)
{
    for (int i = 0; i < 20; ++i) {
        address_book const gone(loop, tcp("localhost"));
    }
    address_book const stays(loop, tcp("localhost"));
    run_until([&] { return stays.current() != nullptr; });
}

TEST_F(AddressBook, MayGoWithItsLoopWhileANameIsLookedUp)
{
    for (int i = 0; i < 20; ++i) {
        event_loop short_lived;
        address_book const gone(short_lived, tcp("localhost"));
    }
    address_book const stays(loop, tcp("localhost"));
    run_until([&] { return stays.current() != nullptr; });
}

}  // namespace
}  // namespace respguard::net
