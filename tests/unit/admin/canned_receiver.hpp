// A receiver of webhooks that answers what it is told to, whatever it is sent.
#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>

#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace respguard::admin {

class canned_receiver {
public:
    /// Answers the n-th connection with the n-th text, then hangs up.
    explicit canned_receiver(std::vector<std::string> answers)
        : acceptor_(io_, {boost::asio::ip::address_v4::loopback(), 0}),
          thread_([this, answers = std::move(answers)] { serve(answers); })
    {
    }
    ~canned_receiver() { thread_.join(); }
    canned_receiver(canned_receiver const&) = delete;
    canned_receiver& operator=(canned_receiver const&) = delete;

    [[nodiscard]] std::string url() const
    {
        return "http://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()) + "/hook";
    }
    /// What came until now, one text for each connection.
    [[nodiscard]] std::vector<std::string> received() const
    {
        std::lock_guard const lock(mutex_);
        return received_;
    }

private:
    void serve(std::vector<std::string> const& answers)
    {
        for (std::string const& answer : answers) {
            auto client = acceptor_.accept();
            boost::system::error_code ignored;
            std::string request;
            boost::asio::read_until(client, boost::asio::dynamic_buffer(request), "\n}\n", ignored);
            {
                std::lock_guard const lock(mutex_);
                received_.push_back(request);
            }
            boost::asio::write(client, boost::asio::buffer(answer), ignored);
        }
    }

    boost::asio::io_context io_{1};
    boost::asio::ip::tcp::acceptor acceptor_;
    mutable std::mutex mutex_;
    std::vector<std::string> received_;
    std::thread thread_;
};

}  // namespace respguard::admin
