#include "respguard/doctor/connection.hpp"

#include "respguard/base/units.hpp"
#include "respguard/net/sockets.hpp"
#include "respguard/resp/reply_framer.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include <utility>

namespace respguard::doctor {

namespace {

using std::chrono::milliseconds;

int milliseconds_left(std::chrono::steady_clock::time_point deadline)
{
    auto const left =
        std::chrono::ceil<milliseconds>(deadline - std::chrono::steady_clock::now()).count();
    return static_cast<int>(std::clamp<std::int64_t>(left, 0, 600'000));
}

std::string error_text(int error) { return std::strerror(error); }

/// What answers, by its first bytes. A TLS port answers plain text with an alert record.
std::string stranger(std::string_view bytes, std::string_view reason)
{
    std::string out(not_redis);
    if (bytes.starts_with("\x15\x03")) return out + ": this port wants TLS";
    if (bytes.starts_with("HTTP/")) return out + ": a web server answers";
    if (bytes.starts_with("SSH-")) return out + ": an SSH server answers";
    return out + "'s reply: " + std::string(reason);
}

}  // namespace

cancellation::cancellation() : fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

cancellation::~cancellation()
{
    if (fd_ >= 0) ::close(fd_);
}

void cancellation::set() noexcept
{
    std::uint64_t const one = 1;
    [[maybe_unused]] auto const written = ::write(fd_, &one, sizeof one);
}

bool cancellation::is_set() const noexcept { return wait(milliseconds(0)); }

bool cancellation::wait(milliseconds time) const noexcept
{
    pollfd what{fd_, POLLIN, 0};
    return ::poll(&what, 1, static_cast<int>(time.count())) > 0;
}

std::string connection::wait_for(short events, clock::time_point deadline, milliseconds time) const
{
    while (true) {
        // Also when bytes keep coming: a server that drips must not hold us for ever.
        if (clock::now() >= deadline) return "no answer within " + format_duration(time);
        std::array<pollfd, 2> both{{{stream_.fd(), events, 0}, {stop_.fd(), POLLIN, 0}}};
        int const ready = ::poll(both.data(), both.size(), milliseconds_left(deadline));
        if (ready < 0 && errno == EINTR) continue;
        if (ready < 0) return error_text(errno);
        if (both[1].revents != 0) return "called off";
        if (both[0].revents != 0) return {};
    }
}

std::string connection::open(std::vector<net::socket_address> const& addresses, milliseconds time)
{
    close();
    std::string why = "no address";
    auto const deadline = clock::now() + time;
    for (auto const& each : addresses) {
        auto started = net::start_connect(each);
        stream_ = std::move(started.connection);
        if (started.how.what == net::io_status::error) {
            why = error_text(started.how.error);
        } else if (started.how.what == net::io_status::ok) {
            return {};
        } else {
            why = wait_for(POLLOUT, deadline, time);
            if (why.empty()) {
                int const error = net::connect_error(stream_);
                if (error == 0) return {};
                why = error_text(error);
            }
        }
        close();
    }
    return why;
}

void connection::close() noexcept
{
    stream_.close();
    read_.clear();
}

std::string connection::send_all(std::string_view bytes, clock::time_point deadline,
                                 milliseconds time)
{
    while (!bytes.empty()) {
        auto const sent = stream_.write(bytes);
        if (sent.what == net::io_status::error) return error_text(sent.error);
        bytes.remove_prefix(sent.bytes);
        if (bytes.empty()) break;
        if (auto why = wait_for(POLLOUT, deadline, time); !why.empty()) return why;
    }
    return {};
}

answer connection::read_reply(clock::time_point deadline, milliseconds time)
{
    resp::reply_framer framer;
    std::size_t scanned = 0;
    std::array<char, 16'384> room;
    while (true) {
        auto const step = framer.scan(byte_view(read_).substr(scanned));
        scanned += step.consumed;
        if (step.what == resp::reply_framer::status::malformed) {
            return {{}, stranger(read_, framer.reason())};
        }
        if (step.what == resp::reply_framer::status::frame_end) {
            auto value = decode_reply(byte_view(read_).substr(0, scanned));
            bool const push = framer.type() == '>';
            read_.erase(0, std::exchange(scanned, 0));
            if (push) continue;
            if (!value) return {{}, "a reply of a kind that is not read"};
            return {std::move(value), {}};
        }
        if (read_.size() > reply_bytes_max) return {{}, "the reply is too large"};
        auto const got = stream_.read(room);
        if (got.what == net::io_status::end) return {{}, "the server closed the connection"};
        if (got.what == net::io_status::error) return {{}, error_text(got.error)};
        read_.append(room.data(), got.bytes);
        if (got.what == net::io_status::would_block) {
            if (auto why = wait_for(POLLIN, deadline, time); !why.empty()) return {{}, why};
        }
    }
}

answer connection::ask(std::vector<std::string> const& words, milliseconds time)
{
    if (!is_open()) return {{}, "not connected"};
    auto const deadline = clock::now() + time;
    answer out;
    out.failure = send_all(encode_request(words), deadline, time);
    if (out.failure.empty()) {
        out = read_reply(deadline, time);
    } else if (auto last = read_reply(deadline, time); last.reply && last.reply->is_error()) {
        out = std::move(last);  // Turned away: it told why and closed before we had spoken.
    }
    if (!out.reply) close();
    return out;
}

}  // namespace respguard::doctor
