#include "admin/webhook_post.hpp"

#include "respguard/base/version.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <utility>

#include "admin/use_tuple.hpp"

namespace respguard::admin {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using boost::system::error_code;

namespace {

constexpr std::uint32_t answer_head_max = 16'384;

using post_request = http::request<http::string_body>;

std::string base64(std::string const& bytes)
{
    std::string out((bytes.size() + 2) / 3 * 4 + 1, '\0');  // OpenSSL ends it with a NUL.
    auto const* const from = reinterpret_cast<unsigned char const*>(bytes.data());
    auto* const to = reinterpret_cast<unsigned char*>(out.data());
    int const size = ::EVP_EncodeBlock(to, from, static_cast<int>(bytes.size()));
    out.resize(static_cast<std::size_t>(size));
    return out;
}

post_request request_with(webhook_url const& to, std::string body)
{
    post_request made(http::verb::post, to.target, 11);
    made.set(http::field::host, to.host_header);
    made.set(http::field::user_agent, "respguard/" + std::string(version_text));
    made.set(http::field::content_type, "application/json");
    made.set(http::field::connection, "close");
    if (!to.user_info.empty()) {
        made.set(http::field::authorization, "Basic " + base64(to.user_info));
    }
    made.body() = std::move(body);
    made.prepare_payload();
    return made;
}

post_result failure(std::string why) { return {post_result::kind::failed, std::move(why)}; }

post_result judged(unsigned status)
{
    using kind = post_result::kind;
    if (status >= 200 && status < 300) return {kind::taken, {}};
    bool const later = status >= 500 || status == 408 || status == 425 || status == 429;
    return {later ? kind::failed : kind::refused, "it answered " + std::to_string(status)};
}

/// Sends it and reads the head of the answer; nothing of the body is of interest.
template <typename Stream>
asio::awaitable<post_result> exchange(Stream& stream, post_request const& request)
{
    auto const [not_sent, sent] = co_await http::async_write(stream, request, use_tuple);
    if (not_sent) co_return failure("sending: " + not_sent.message());
    beast::flat_buffer buffer(answer_head_max);
    http::response_parser<http::empty_body> answer;
    answer.header_limit(answer_head_max);
    auto const [not_read, size] =
        co_await http::async_read_header(stream, buffer, answer, use_tuple);
    if (not_read) co_return failure("waiting for the answer: " + not_read.message());
    co_return judged(answer.get().result_int());
}

/// With verification of the chain and the host's name.
error_code prepare(asio::ssl::context& context, webhook_settings const& settings)
{
    using asio::ssl::context_base;
    error_code failed;
    context.set_options(context_base::default_workarounds | context_base::no_sslv2 |
                            context_base::no_sslv3 | context_base::no_tlsv1 |
                            context_base::no_tlsv1_1,
                        failed);
    if (failed) return failed;
    if (settings.ca_file.empty()) {
        context.set_default_verify_paths(failed);
    } else {
        context.load_verify_file(settings.ca_file, failed);
    }
    return failed;
}

asio::awaitable<post_result> exchange_over_tls(beast::tcp_stream plain, webhook_url const& where,
                                               webhook_settings const& settings,
                                               post_request const& request)
{
    asio::ssl::context context(asio::ssl::context::tls_client);
    if (auto const failed = prepare(context, settings); failed) {
        co_return failure("the certificate authorities: " + failed.message());
    }
    beast::ssl_stream<beast::tcp_stream> stream(std::move(plain), context);
    stream.set_verify_mode(asio::ssl::verify_peer);
    stream.set_verify_callback(asio::ssl::host_name_verification(where.host));
    error_code is_name;
    (void)asio::ip::make_address(where.host, is_name);
    // Servers with several names choose their certificate by it.
    if (is_name) SSL_set_tlsext_host_name(stream.native_handle(), where.host.c_str());
    auto const [failed] =
        co_await stream.async_handshake(asio::ssl::stream_base::client, use_tuple);
    if (failed) {
        long const why = ::SSL_get_verify_result(stream.native_handle());
        co_return failure("TLS: " + failed.message() +
                          (why == X509_V_OK
                               ? std::string()
                               : std::string(": ") + ::X509_verify_cert_error_string(why)));
    }
    co_return co_await exchange(stream, request);
}

}  // namespace

asio::awaitable<post_result> post_to_webhook(webhook_url const& where,
                                             webhook_settings const& settings, std::string body)
{
    auto const executor = co_await asio::this_coro::executor;
    asio::ip::tcp::resolver names(executor);
    auto const [unknown, found] = co_await names.async_resolve(where.host, where.port, use_tuple);
    if (unknown) co_return failure("finding the host: " + unknown.message());
    beast::tcp_stream stream(executor);
    stream.expires_after(settings.timeout);  // Of all that follows together.
    auto const [failed, peer] = co_await stream.async_connect(found, use_tuple);
    if (failed) co_return failure("connecting: " + failed.message());
    auto const request = request_with(where, std::move(body));
    if (where.tls) {
        co_return co_await exchange_over_tls(std::move(stream), where, settings, request);
    }
    co_return co_await exchange(stream, request);
}

}  // namespace respguard::admin
