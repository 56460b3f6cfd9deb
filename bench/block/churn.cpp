#include "churn.hpp"

#include <cerrno>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <utility>

namespace respguard::bench {

churn::churn(std::string target_name, endpoint where, std::size_t connections)
    : target_name_(std::move(target_name)), where_(std::move(where)),
      request_(encode_request({"PING"})), pong_{"+PONG\r\n", {}},
      epoll_(::epoll_create1(EPOLL_CLOEXEC)), slots_(connections)
{
    if (!epoll_.is_open()) throw_errno("epoll_create1");
}

block_count churn::run_block(std::size_t batches, std::vector<double>& latencies_ns)
{
    std::size_t begun = 0;
    std::size_t done = 0;
    auto const started = clock::now();
    for (slot& place : slots_) {
        if (begun == batches) break;
        ++begun;
        connect_and_ask(place);
    }
    std::array<epoll_event, 128> events;
    while (done < batches) {
        constexpr std::chrono::milliseconds patience = reply_timeout;
        int const count = ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()),
                                       static_cast<int>(patience.count()));
        if (count == 0) throw bench_failure(target_name_ + ": no reply, or never closed");
        if (count < 0 && errno != EINTR) throw_errno("epoll_wait");
        for (int i = 0; i < count; ++i) {
            auto& place = *static_cast<slot*>(events[static_cast<std::size_t>(i)].data.ptr);
            if (!advance(place)) continue;
            auto const life =
                std::chrono::duration<double, std::nano>(clock::now() - place.started);
            latencies_ns.push_back(life.count());
            ++done;
            if (begun == batches) continue;
            ++begun;
            connect_and_ask(place);
        }
    }
    return {clock::now() - started, done};
}

void churn::connect_and_ask(slot& place)
{
    place.started = clock::now();
    place.fd = connect_to(where_);
    place.replies.start(pong_);
    place.is_answered = false;
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = &place;
    ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, place.fd.get(), &event);
    ssize_t const n = ::send(place.fd.get(), request_.data(), request_.size(), MSG_NOSIGNAL);
    if (n != static_cast<ssize_t>(request_.size())) throw_errno(target_name_ + ": send");
}

bool churn::advance(slot& place)
{
    std::array<char, 512> received;
    ssize_t const n = ::recv(place.fd.get(), received.data(), received.size(), 0);
    if (n < 0 && errno == EAGAIN) return false;
    if (n < 0) throw_errno(target_name_ + ": receive");
    if (n == 0) {
        if (!place.is_answered) throw bench_failure(target_name_ + ": closed without a reply");
        place.fd.reset();
        return true;
    }
    std::string_view const piece(received.data(), static_cast<std::size_t>(n));
    if (place.is_answered) throw bench_failure(target_name_ + ": surplus: " + printable(piece));
    switch (place.replies.consume(piece, false)) {
    case reply_reader::status::partial: break;
    case reply_reader::status::wrong:
        throw bench_failure(target_name_ + ": wrong reply: " + place.replies.received());
    case reply_reader::status::complete:
        place.is_answered = true;
        ::shutdown(place.fd.get(), SHUT_WR);
        break;
    }
    return false;
}

}  // namespace respguard::bench
