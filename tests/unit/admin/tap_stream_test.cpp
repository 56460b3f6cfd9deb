#include <boost/asio/post.hpp>
#include <gtest/gtest.h>

#include <future>
#include <string>

#include "admin/tap_stream.hpp"
#include "running_server.hpp"

namespace respguard::admin {
namespace {

/// The server, and the test in the place of two shards.
class TapStream : public RunningServer {
protected:
    TapStream() { from.taps = &hub; }

    /// Until a reader of /tap is there.
    std::shared_ptr<stats::tap> opened() { return open_.get_future().get(); }

    static void finish(std::shared_ptr<stats::tap> const& tap, std::size_t shard,
                       std::uint64_t at_ns)
    {
        stats::shard_tap listener(tap, shard, [](std::uint16_t) { return std::string_view(); });
        stats::finished_command what;
        what.at_ns = at_ns;
        what.client.address = "10.0.0.5:1";
        listener.on_finished(what);
    }

    std::promise<std::shared_ptr<stats::tap>> open_;
    std::promise<void> closed_;
    tap_hub hub{tap_hub::shards{2, [this](auto const& made) { open_.set_value(made); },
                                [this](auto const&) { closed_.set_value(); }}};
};

TEST_F(TapStream, GivesWhatTheShardsTellAndEndsAfterTheLimit)
{
    start();
    test_client client(port);
    client.send(get("/tap?limit=2"));
    auto const tap = opened();
    finish(tap, 0, 1'000'000);
    finish(tap, 1, 2'000'000);
    finish(tap, 1, 3'000'000);
    auto const all = client.read_all();
    EXPECT_TRUE(all.starts_with("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n")) << all;
    EXPECT_NE(all.find("\"client\":\"10.0.0.5:1\""), std::string::npos) << all;
    EXPECT_TRUE(all.ends_with("event: end\ndata: {\"why\":\"limit\",\"told\":2}\n\n")) << all;
    closed_.get_future().get();
}

TEST_F(TapStream, EndsAfterItsTime)
{
    start();
    test_client client(port);
    client.send(get("/tap?for=50ms"));
    auto const all = client.read_all();
    EXPECT_TRUE(all.ends_with("event: end\ndata: {\"why\":\"for\",\"told\":0}\n\n")) << all;
}

TEST_F(TapStream, SaysHowManyWereLost)
{
    start();
    test_client client(port);
    client.send(get("/tap?limit=3000"));
    auto const tap = opened();
    for (std::uint64_t i = 0; i < 5'000 && tap->dropped() == 0; ++i)
        finish(tap, 0, i);
    EXPECT_NE(client.read_to("event: dropped\ndata: {\"dropped\":"), "");
}

TEST_F(TapStream, EndsWithoutWhatCameMeanwhileWhenKeysAreHidden)
{
    start();
    test_client client(port);
    client.send(get("/tap?keys=1"));
    auto const tap = opened();
    EXPECT_NE(client.read_to("retry: 2000\n\n"), "");
    std::promise<void> hidden;
    boost::asio::post(io, [&] {
        hub.may_show_keys = false;
        finish(tap, 0, 1'000'000);
        hidden.set_value();
    });
    hidden.get_future().get();
    auto const all = client.read_all();
    EXPECT_TRUE(all.ends_with("event: end\ndata: {\"why\":\"privacy\",\"told\":0}\n\n")) << all;
}

TEST_F(TapStream, IsClosedWhenItsReaderLeaves)
{
    start();
    {
        test_client client(port);
        client.send(get("/tap"));
        EXPECT_NE(client.read_to("retry: 2000\n\n"), "");
    }
    closed_.get_future().get();
}

TEST_F(TapStream, RefusesAFilterThatItDoesNotKnow)
{
    start();
    auto const answer = ask(get("/tap?nonsense=1"));
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 400")) << answer;
    EXPECT_NE(answer.find("there is: client"), std::string::npos);
}

}  // namespace
}  // namespace respguard::admin
