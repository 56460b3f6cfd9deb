#include "respguard/net/ring_trial.hpp"

#include "respguard/net/event_loop.hpp"

#include <boost/system/system_error.hpp>

#include <array>
#include <cerrno>
#include <chrono>
#include <sys/socket.h>

namespace respguard::net {

namespace {

/// What it waits for has come before: this is only for kernels that do not tell it.
constexpr auto patience = std::chrono::milliseconds(200);

class trial_handler final : public event_handler {
public:
    explicit trial_handler(event_loop& loop) : loop_(loop) {}
    void on_events(std::uint32_t /*events*/) override {}
    void on_received(received const& what) override
    {
        bytes += what.how.bytes;
        ended = what.how.what == io_status::end;
        if (ended) loop_.stop();
    }

    std::size_t bytes = 0;
    bool ended = false;

private:
    event_loop& loop_;
};

void run_for(event_loop& loop, std::chrono::nanoseconds duration)
{
    timer limit(loop, [&loop] { loop.stop(); });
    limit.arm(duration);
    loop.run();
}

/// Receives two bytes and the end that comes right behind them. Some kernels do not tell such an
/// end: the client would be gone, and nobody would know.
bool tells_all(event_loop& loop, bool comes_first)
{
    std::array<int, 2> ends{-1, -1};
    constexpr int kind = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC;
    if (::socketpair(AF_UNIX, kind, 0, ends.data()) != 0) {
        throw boost::system::system_error(errno, boost::system::system_category(), "socketpair");
    }
    stream near(ends[0]);
    stream far(ends[1]);
    trial_handler one(loop);
    std::array place{std::uint32_t{0}};
    byte_view const byte = "x";
    if (!comes_first) {
        place = {loop.receive(near.fd(), one)};
        run_for(loop, std::chrono::nanoseconds(0));
    }
    for (int i = 0; i < 2; ++i)
        (void)far.write({&byte, 1});
    far.close();
    if (comes_first) place = {loop.receive(near.fd(), one)};
    run_for(loop, patience);
    bool const told = one.bytes == 2 && one.ended;
    loop.stop_receiving(place);
    return told;
}

}  // namespace

ring_trial try_ring()
{
    try {
        event_loop loop;
        loop.use_ring();
        if (!tells_all(loop, false) || !tells_all(loop, true)) {
            return {false,
                    "this kernel does not tell the end of a connection behind its last bytes", 0,
                    false};
        }
        return {true, {}, 0, loop.counts_as_disk_wait()};
    } catch (boost::system::system_error const& failed) {
        return {false, failed.what(), failed.code().value(), false};
    }
}

}  // namespace respguard::net
