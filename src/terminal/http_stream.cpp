#include "respguard/terminal/http_stream.hpp"

#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/none.hpp>
#include <boost/system/system_error.hpp>

#include <array>
#include <csignal>
#include <string_view>

#include "terminal/admin_connection.hpp"

namespace respguard::terminal {

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;

constexpr std::chrono::seconds answer_limit{2};
constexpr std::chrono::seconds silence_limit{45};

/// Reads until somebody has had enough.
class reading {
public:
    reading(admin_connection& from, std::function<bool(sse_event const&)> const& take)
        : from_(from), take_(take), signals_(from.io(), SIGINT, SIGTERM), timer_(from.io())
    {
        answer_.body_limit(boost::none);
    }

    stream_end run(std::chrono::milliseconds time_limit, std::function<void()> const& on_begin)
    {
        http::async_read_header(from_.peer(), from_.buffer(), answer_, from_.note());
        from_.finish();
        end_.status = answer_.get().result_int();
        if (end_.status == 200 && on_begin) on_begin();
        signals_.async_wait([this](error_code ec, int) { stop_unless(ec); });
        if (time_limit.count() > 0) {
            timer_.expires_after(time_limit);
            timer_.async_wait([this](error_code ec) { stop_unless(ec); });
        }
        read_on();
        from_.io().restart();
        from_.io().run();
        return std::move(end_);
    }

private:
    void read_on()
    {
        answer_.get().body().data = chunk_.data();
        answer_.get().body().size = chunk_.size();
        from_.peer().expires_after(silence_limit);
        http::async_read_some(from_.peer(), from_.buffer(), answer_,
                              [this](error_code ec, std::size_t) { on_read(ec); });
    }

    void on_read(error_code ec)
    {
        if (stopped_) return;
        if (ec == http::error::need_buffer) ec = {};
        std::string_view const text(chunk_.data(), chunk_.size() - answer_.get().body().size);
        if (end_.status != 200) {
            end_.body += text;
        } else if (!take(text)) {
            return stop();
        }
        if (ec || answer_.is_done()) {
            if (end_.status == 200) {
                end_.failure =
                    ec && ec != http::error::end_of_stream ? ec.message() : "the guard ended it";
            }
            return stop();
        }
        read_on();
    }

    bool take(std::string_view text)
    {
        for (sse_event const& each : parser_.feed(text)) {
            if (!take_(each)) return false;
        }
        return true;
    }

    void stop_unless(error_code ec)
    {
        if (!ec) stop();
    }

    void stop()
    {
        stopped_ = true;
        signals_.cancel();
        timer_.cancel();
        from_.peer().close();
    }

    admin_connection& from_;
    std::function<bool(sse_event const&)> const& take_;
    asio::signal_set signals_;
    asio::steady_timer timer_;
    http::response_parser<http::buffer_body> answer_;
    std::array<char, 16'384> chunk_{};
    sse_parser parser_;
    stream_end end_;
    bool stopped_ = false;
};

}  // namespace

stream_end http_stream(net::endpoint const& where, std::string const& path,
                       std::chrono::milliseconds time_limit,
                       std::function<bool(sse_event const&)> const& take,
                       std::function<void()> const& on_begin)
{
    try {
        admin_connection connection(where, path, answer_limit);
        return reading(connection, take).run(time_limit, on_begin);
    } catch (boost::system::system_error const& error) {
        return {error.code().message(), 0, ""};
    }
}

}  // namespace respguard::terminal
