// SPDX-License-Identifier: MIT
#include "http/server_session.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string_view>
#include <type_traits>
#include <utility>

#include "base/bytes.hpp"
#include "http/request_parser.hpp"
#include "http/response.hpp"
#include "http/server_worker.hpp"

namespace terra_hook {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using boost::system::error_code;
using PlainStream = beast::basic_stream<asio::ip::tcp, ServerExecutor>;
using TlsStream = beast::ssl_stream<PlainStream>;
using Clock = std::chrono::steady_clock;

constexpr std::size_t k_small_read = std::size_t{4} << 10;
constexpr std::size_t k_large_read = std::size_t{128} << 10;
constexpr std::uint64_t k_lingering_bytes = 64ULL << 20;
constexpr std::chrono::seconds k_lingering_time{2};

template <typename Stream>
class HttpSession final : public ServerSession,
                          public Responder::Channel,
                          public std::enable_shared_from_this<HttpSession<Stream>> {
 public:
  template <typename... StreamArguments>
  HttpSession(ServerShared& shared, ServerWorker& worker, std::string remote_address,
              ServerSocket&& socket, StreamArguments&... arguments)
      : shared_(shared),
        limits_(shared.options.limits),
        worker_(worker),
        remote_address_(std::move(remote_address)),
        stream_(std::move(socket), arguments...),
        body_(shared.body_budget, limits_.body_bytes) {
    worker_.opened();
  }

  ~HttpSession() override {
    end_request();
    worker_.closed(*this);
  }

  void start() {
    worker_.enter_waiting(*this);
    if constexpr (std::is_same_v<Stream, TlsStream>) {
      expires_after(limits_.head_timeout);
      stream_.async_handshake(asio::ssl::stream_base::server, bind(&HttpSession::on_handshake));
    } else {
      wait_for_request();
    }
  }

  void close() override {
    error_code ignored;  // the peer may have closed first
    beast::get_lowest_layer(stream_).socket().close(ignored);
  }

  void report_cut_off() override {
    report(0, "cut off: listening ended before the request was complete");
  }

  /// Of Responder::Channel: any thread.
  void send(std::shared_ptr<Channel> channel, HttpResponse response) override {
    asio::post(stream_.get_executor(),
               [self = std::static_pointer_cast<HttpSession>(std::move(channel)),
                response = std::move(response)] {
                 // The connection goes with its last reference.
                 if (response.status == k_no_answer) return self->close();
                 self->write(response, !self->keep_alive_ || self->shared_.is_stopping);
               });
  }

 private:
  template <typename... Arguments>
  auto bind(void (HttpSession::*member)(Arguments...)) {
    return [self = this->shared_from_this(), member](auto&&... arguments) {
      (self.get()->*member)(std::forward<decltype(arguments)>(arguments)...);
    };
  }

  void expires_after(Clock::duration timeout) {
    beast::get_lowest_layer(stream_).expires_after(timeout);
  }

  void on_handshake(const error_code& ec) {
    if (!ec) return wait_for_request();
    if (ec.category() == asio::error::get_ssl_category() &&
        ERR_GET_REASON(static_cast<unsigned long>(ec.value())) == SSL_R_HTTP_REQUEST) {
      report(0, "plain HTTP sent to an HTTPS port; use https://");
    }
  }

  void wait_for_request() {
    parser_.emplace(limits_.head_bytes, limits_.fields,
                    [this](std::string_view bytes) { return take_body(bytes); });
    has_begun_ = buffer_.size() > 0;
    worker_.enter_waiting(*this);
    expires_after(has_begun_ ? limits_.head_timeout : limits_.idle_timeout);
    if (has_begun_) return parse_head();
    read(k_small_read, &HttpSession::on_head_bytes);
  }

  void read(std::size_t size, void (HttpSession::*then)(const error_code&, std::size_t)) {
    stream_.async_read_some(buffer_.prepare(size), bind(then));
  }

  void on_head_bytes(const error_code& ec, std::size_t count) {
    if (ec) {
      if (has_begun_ && ec != asio::error::operation_aborted) {
        report(0, ec == beast::error::timeout ? "the header section did not arrive in time"
                                              : "the sender closed within the header section");
      }
      return;
    }
    buffer_.commit(count);
    if (!has_begun_) {
      has_begun_ = true;
      expires_after(limits_.head_timeout);
    }
    parse_head();
  }

  /// Gives the parser what has been read.
  void feed() {
    const auto bytes = buffer_.data();
    buffer_.consume(parser_->feed({static_cast<const char*>(bytes.data()), bytes.size()}));
  }

  void parse_head() {
    feed();
    switch (parser_->state()) {
      case RequestParser::State::head: return read(k_small_read, &HttpSession::on_head_bytes);
      case RequestParser::State::body:
      case RequestParser::State::complete: return on_head();
      case RequestParser::State::rejected:
      case RequestParser::State::stopped: break;
    }
    constexpr char k_tls_handshake = 0x16;  // RFC 8446 §5.1
    if (buffer_.size() > 0 && *static_cast<const char*>(buffer_.data().data()) == k_tls_handshake) {
      report(0, "a TLS handshake on a plain HTTP port; use http://, or listen with --tls");
      return;
    }
    refuse(parser_->rejection());
  }

  void on_head() {
    worker_.leave_waiting(*this);
    shared_.requests.fetch_add(1);
    is_in_flight_ = true;
    keep_alive_ = parser_->keeps_alive();
    is_http_1_1_ = parser_->is_http_1_1();
    RequestHead& head = parser_->head();
    head.remote_address = remote_address_;
    is_head_request_ = head.method == "HEAD";
    if (!exchange_) exchange_ = shared_.handler.begin();
    if (const auto response = exchange_->on_head(head)) {
      must_linger_ = true;
      return write(*response, true);
    }
    const auto declared = parser_->content_length();
    if (declared && *declared > limits_.body_bytes) return refuse_too_large();
    const auto expectation = find_field(head.headers, "Expect");
    if (expectation && !equals_ignoring_case(*expectation, "100-continue")) {
      return refuse({417, "only the expectation '100-continue' is understood"});
    }
    body_deadline_ = Clock::now() + limits_.body_timeout;
    if (parser_->state() == RequestParser::State::complete) return complete();
    worker_.enter_receiving(*this);
    if (expectation && is_http_1_1_ && buffer_.size() == 0) return send_continue();
    parse_body();
  }

  void send_continue() {
    expires_after(limits_.write_timeout);
    static constexpr std::string_view k_continue = "HTTP/1.1 100 Continue\r\n\r\n";
    asio::async_write(stream_, asio::buffer(k_continue),
                      [self = this->shared_from_this()](const error_code& ec, std::size_t) {
                        if (!ec) self->parse_body();
                      });
  }

  void parse_body() {
    feed();
    switch (parser_->state()) {
      case RequestParser::State::complete: return complete();
      case RequestParser::State::rejected: return refuse(parser_->rejection());
      case RequestParser::State::stopped:
        return body_outcome_ == BodyBuffer::Outcome::too_large
                   ? refuse_too_large()
                   : refuse({503, "too many bodies in flight"});
      case RequestParser::State::head:
      case RequestParser::State::body: break;
    }
    // The parser leaves only what has no end yet: a chunk's header or the trailer.
    if (buffer_.size() > limits_.head_bytes) {
      return refuse({400, "a chunk's header or the trailer is too large"});
    }
    const auto left = std::max<Clock::duration>(body_deadline_ - Clock::now(), Clock::duration{1});
    expires_after(std::min<Clock::duration>(limits_.body_idle_timeout, left));
    read(body_.size() < k_large_read ? 4 * k_small_read : k_large_read,
         &HttpSession::on_body_bytes);
  }

  void on_body_bytes(const error_code& ec, std::size_t count) {
    if (ec) {
      worker_.leave_receiving(*this);
      // Beast closes the socket when time is up: there is nobody left to answer 408 to.
      report(0, ec == beast::error::timeout ? "the body did not arrive in time"
                                            : "the sender closed within the body");
      return;
    }
    buffer_.commit(count);
    parse_body();
  }

  bool take_body(std::string_view bytes) {
    body_outcome_ = body_.append(bytes, parser_->content_length());
    if (body_outcome_ != BodyBuffer::Outcome::appended) return false;
    exchange_->on_body(bytes);
    return true;
  }

  void complete() {
    worker_.leave_receiving(*this);
    expires_never();
    exchange_->on_complete(std::move(parser_->head()), body_.take(),
                           Responder(this->shared_from_this()));
  }

  void expires_never() { beast::get_lowest_layer(stream_).expires_never(); }

  void refuse_too_large() {
    refuse({413, fmt::format("the body is larger than {} bytes", limits_.body_bytes)});
  }

  /// Answers without having read the request to its end; the connection can't be used after that.
  void refuse(Rejection refused) {
    worker_.leave_waiting(*this);
    worker_.leave_receiving(*this);
    HttpResponse response = json_error(refused.status, refused.reason);
    if (refused.status == 503) response.headers.push_back({"Retry-After", "1"});
    report(refused.status, std::move(refused.reason));
    must_linger_ = true;
    write(response, true);
  }

  void report(int status, std::string reason) {
    Refusal refusal{remote_address_, "", "", status, std::move(reason)};
    if (parser_) {
      refusal.method = parser_->head().method;
      refusal.target = parser_->head().target;
    }
    shared_.handler.on_refused(refusal);
  }

  void write(const HttpResponse& response, bool then_close) {
    const Persistence persistence = then_close     ? Persistence::close
                                    : is_http_1_1_ ? Persistence::keep_alive
                                                   : Persistence::keep_alive_said;
    output_ = to_wire(response, persistence, !is_head_request_, shared_.options.now());
    expires_after(limits_.write_timeout);
    asio::async_write(stream_, asio::buffer(output_),
                      [self = this->shared_from_this(), then_close](
                          const error_code& ec, std::size_t) { self->on_written(ec, then_close); });
  }

  void on_written(const error_code& ec, bool then_close) {
    end_request();
    if (ec) return;
    if (then_close) return shut_down();
    wait_for_request();
  }

  void end_request() {
    body_.release();
    if (std::exchange(is_in_flight_, false)) shared_.finish_request();
  }

  void shut_down() {
    expires_after(k_lingering_time);
    if constexpr (std::is_same_v<Stream, TlsStream>) {
      stream_.async_shutdown(
          [self = this->shared_from_this()](const error_code&) { self->linger(); });
    } else {
      linger();
    }
  }

  /// Reads on for a while after the last response: closing with unread bytes would reset the
  /// connection and could destroy the response before the sender sees it (RFC 9112 §9.6).
  void linger() {
    error_code ignored;
    auto& tcp = beast::get_lowest_layer(stream_);
    tcp.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
    if (!must_linger_ || lingered_ > k_lingering_bytes) return;
    buffer_.clear();
    tcp.async_read_some(buffer_.prepare(k_large_read),
                        [self = this->shared_from_this()](const error_code& ec, std::size_t count) {
                          self->lingered_ += count;
                          if (!ec) self->linger();
                        });
  }

  ServerShared& shared_;
  const ServerLimits& limits_;
  ServerWorker& worker_;
  std::string remote_address_;
  Stream stream_;
  beast::flat_buffer buffer_;
  std::optional<RequestParser> parser_;
  std::unique_ptr<Exchange> exchange_;
  BodyBuffer body_;
  BodyBuffer::Outcome body_outcome_ = BodyBuffer::Outcome::appended;
  std::string output_;
  std::uint64_t lingered_ = 0;
  Clock::time_point body_deadline_{};
  bool is_in_flight_ = false;
  bool keep_alive_ = false;
  bool is_http_1_1_ = true;
  bool is_head_request_ = false;
  bool must_linger_ = false;
};

}  // namespace

std::string remote_address_of(const ServerSocket& socket) {
  error_code ec;
  const auto endpoint = socket.remote_endpoint(ec);
  if (ec) return "";
  const bool is_v6 = endpoint.address().is_v6();
  return fmt::format(fmt::runtime(is_v6 ? "[{}]:{}" : "{}:{}"), endpoint.address().to_string(),
                     endpoint.port());
}

void start_session(ServerShared& shared, ServerWorker& worker, ServerSocket socket) {
  error_code ignored;
  socket.set_option(asio::ip::tcp::no_delay(true), ignored);
  std::string remote = remote_address_of(socket);
  if (shared.tls) {
    std::make_shared<HttpSession<TlsStream>>(shared, worker, std::move(remote), std::move(socket),
                                             *shared.tls)
        ->start();
  } else {
    std::make_shared<HttpSession<PlainStream>>(shared, worker, std::move(remote), std::move(socket))
        ->start();
  }
}

}  // namespace terra_hook
