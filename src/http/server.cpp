// SPDX-License-Identifier: MIT
#include "http/server.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <condition_variable>
#include <list>
#include <mutex>
#include <thread>
#include <vector>

#include "base/bytes.hpp"
#include "http/body_buffer.hpp"

namespace terra_hook {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using boost::system::error_code;
using Executor = asio::io_context::executor_type;
using PlainStream = beast::basic_stream<asio::ip::tcp, Executor>;
using TlsStream = beast::ssl_stream<PlainStream>;
using Socket = asio::basic_stream_socket<asio::ip::tcp, Executor>;
using Acceptor = asio::basic_socket_acceptor<asio::ip::tcp, Executor>;
using Clock = std::chrono::steady_clock;

constexpr std::size_t k_small_read = std::size_t{4} << 10;
constexpr std::size_t k_large_read = std::size_t{128} << 10;
constexpr std::uint64_t k_lingering_bytes = 64ULL << 20;
constexpr std::chrono::seconds k_lingering_time{2};
constexpr std::chrono::milliseconds k_accept_pause{50};
/// How long nothing more is said about connections that can't be accepted.
constexpr std::chrono::minutes k_complaint_pause{1};

}  // namespace

/// What the sessions of all workers share.
struct ServerShared {
  ServerOptions options;
  RequestHandler& handler;
  std::optional<asio::ssl::context> tls{};
  std::atomic<bool> is_stopping{false};
  BodyBudget body_budget{options.limits.in_flight_bytes};
  std::atomic<std::size_t> requests{0};  ///< in flight: head read, response not yet written
  std::mutex drained_mutex{};
  std::condition_variable drained{};

  void finish_request() {
    if (requests.fetch_sub(1) == 1 && is_stopping) {
      const std::lock_guard lock(drained_mutex);
      drained.notify_all();
    }
  }
};

namespace {

class Worker;

/// The part of a session that does not depend on its kind of stream, as its worker sees it.
class Session {
 public:
  virtual ~Session() = default;
  virtual void close() = 0;
  /// Says of a request that has begun to arrive that the rest is not waited for.
  virtual void report_cut_off() = 0;

 protected:
  friend class Worker;
  using Place = std::optional<std::list<Session*>::iterator>;
  /// Its place among the worker's waiting sessions, while it waits for a request's head.
  Place waiting_;
  /// Its place among those that are in the middle of a request's body.
  Place receiving_;
  /// True once any byte of the next request's head has come.
  bool has_begun_ = false;
};

/// One thread, one io_context, and the connections that live on it. All but post() and the
/// constructor run on that thread.
class Worker {
 public:
  explicit Worker(ServerShared& shared)
      : shared_(shared),
        max_sessions_(std::max<std::size_t>(
            1, shared.options.limits.connections / std::max(1U, shared.options.threads))) {}

  asio::io_context& io() { return io_; }
  void start() {
    thread_ = std::thread([this] { run(); });
  }
  /// What is still arriving then is reported as refused.
  void stop() {
    io_.stop();
    if (!thread_.joinable()) return;
    thread_.join();
    for (Session* session : receiving_) session->report_cut_off();
    for (Session* session : waiting_) {
      if (session->has_begun_) session->report_cut_off();
    }
  }

  void adopt(Socket socket);

  /// Closes the connection that has waited longest for a request; false when none waits.
  bool close_longest_waiting() {
    if (waiting_.empty()) return false;
    waiting_.front()->close();
    return true;
  }

  void close_idle() {
    for (auto it = waiting_.begin(); it != waiting_.end();) {
      Session* session = *it++;
      if (!session->has_begun_) session->close();
    }
  }

  void enter_waiting(Session& session) {
    leave(waiting_, session.waiting_);
    session.waiting_ = waiting_.insert(waiting_.end(), &session);
  }
  void leave_waiting(Session& session) { leave(waiting_, session.waiting_); }
  void enter_receiving(Session& session) {
    session.receiving_ = receiving_.insert(receiving_.end(), &session);
  }
  void leave_receiving(Session& session) { leave(receiving_, session.receiving_); }
  void opened() { ++sessions_; }
  void closed(Session& session) {
    leave_waiting(session);
    leave_receiving(session);
    --sessions_;
  }

 private:
  /// An exception (out of memory, say) costs the one session it came from: it is dropped while the
  /// stack unwinds, and its sender gets a 500 or a closed connection.
  void run() {
    for (;;) {
      try {
        io_.run();
        return;
      } catch (const std::exception& exception) {
        shared_.handler.on_refused(
            {"", "", "", 0, std::string("internal error: ") + exception.what()});
      }
    }
  }

  static void leave(std::list<Session*>& list, Session::Place& place) {
    if (place) list.erase(*place);
    place.reset();
  }

  ServerShared& shared_;
  std::size_t max_sessions_;
  std::size_t sessions_ = 0;
  std::list<Session*> waiting_{};  ///< oldest first
  std::list<Session*> receiving_{};
  // Below what sessions refer to: the io_context's destructor destroys those that are left.
  asio::io_context io_{1};
  asio::executor_work_guard<Executor> work_{io_.get_executor()};
  std::thread thread_{};
};

template <typename Stream>
class HttpSession final : public Session,
                          public Responder::Channel,
                          public std::enable_shared_from_this<HttpSession<Stream>> {
 public:
  template <typename... StreamArguments>
  HttpSession(ServerShared& shared, Worker& worker, std::string remote_address, Socket&& socket,
              StreamArguments&... arguments)
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
  Worker& worker_;
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

std::string address_text(const Socket& socket) {
  error_code ec;
  const auto endpoint = socket.remote_endpoint(ec);
  if (ec) return "";
  const bool is_v6 = endpoint.address().is_v6();
  return fmt::format(fmt::runtime(is_v6 ? "[{}]:{}" : "{}:{}"), endpoint.address().to_string(),
                     endpoint.port());
}

void Worker::adopt(Socket socket) {
  if (sessions_ >= max_sessions_ && !close_longest_waiting()) {
    shared_.handler.on_refused({address_text(socket), "", "", 0, "too many connections"});
    return;  // dropping the socket closes it
  }
  error_code ignored;
  socket.set_option(asio::ip::tcp::no_delay(true), ignored);
  std::string remote = address_text(socket);
  if (shared_.tls) {
    std::make_shared<HttpSession<TlsStream>>(shared_, *this, std::move(remote), std::move(socket),
                                             *shared_.tls)
        ->start();
  } else {
    std::make_shared<HttpSession<PlainStream>>(shared_, *this, std::move(remote), std::move(socket))
        ->start();
  }
}

Result<void> load_tls(asio::ssl::context& context, const TlsFiles& files) {
  SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
  error_code ec;
  context.use_certificate_chain_file(files.certificate.string(), ec);
  if (ec) {
    return Error{
        ErrorKind::file,
        fmt::format("can't use the certificate {}: {}", files.certificate.string(), ec.message()),
        "it must be a PEM file, the server's certificate first"};
  }
  context.use_private_key_file(files.key.string(), asio::ssl::context::pem, ec);
  if (ec || SSL_CTX_check_private_key(context.native_handle()) != 1) {
    ERR_clear_error();
    return Error{ErrorKind::file,
                 fmt::format("can't use the private key {}: {}", files.key.string(),
                             ec ? ec.message() : "it does not belong to the certificate"),
                 "it must be an unencrypted PEM file that belongs to the certificate"};
  }
  return {};
}

}  // namespace

struct Server::State {
  ServerShared shared;
  std::vector<std::unique_ptr<Worker>> workers{};
  std::optional<Acceptor> acceptor{};
  std::optional<asio::basic_waitable_timer<Clock, asio::wait_traits<Clock>, Executor>> pause{};
  std::size_t next_worker = 0;
  std::optional<Clock::time_point> complained_at{};

  void accept() {
    Worker& worker = *workers[next_worker++ % workers.size()];
    acceptor->async_accept(worker.io(), [this, &worker](const error_code& ec, Socket socket) {
      if (!ec) {
        // The worker may be another thread; a handler must be copyable in none but old Boosts.
        asio::post(worker.io(), [&worker, socket = std::make_shared<Socket>(std::move(socket))] {
          worker.adopt(std::move(*socket));
        });
        return accept();
      }
      if (ec == asio::error::operation_aborted) return;
      complain(ec);
      accept_later();
    });
  }

  void complain(const error_code& ec) {
    const auto now = Clock::now();
    if (complained_at && now < *complained_at + k_complaint_pause) return;
    complained_at = now;
    shared.handler.on_refused(
        {"", "", "", 0,
         fmt::format("no room for a connection: {}; the longest idle ones make room, and "
                     "`ulimit -n` raises the limit",
                     to_lower(ec.message()))});
  }

  /// accept() failed, most likely for want of file descriptors: make room and try again soon.
  void accept_later() {
    for (const auto& worker : workers) {
      asio::post(worker->io(), [&worker = *worker] { worker.close_longest_waiting(); });
    }
    pause->expires_after(k_accept_pause);
    pause->async_wait([this](const error_code& ec) {
      if (!ec) accept();
    });
  }

  static std::string bind_hint(const error_code& ec) {
    if (ec == asio::error::address_in_use) {
      return "another program has it; choose another port with --port, or --port 0";
    }
    if (ec == asio::error::access_denied) {
      return "ports below 1024 are for the administrator; choose another with --port";
    }
    if (ec == std::errc::address_not_available) {
      return "--bind takes an address of this machine, such as 127.0.0.1, or 0.0.0.0 for all";
    }
    return "";
  }

  Result<void> listen() {
    const ServerOptions& options = shared.options;
    error_code ec;
    const auto address = asio::ip::make_address(options.address, ec);
    if (ec) {
      return Error{ErrorKind::usage, fmt::format("'{}' is not an IP address", options.address),
                   "such as 127.0.0.1, ::1 or 0.0.0.0"};
    }
    const unsigned attempts = options.port == 0 ? 1 : std::max(1U, options.port_attempts);
    for (unsigned attempt = 0; attempt < attempts && options.port + attempt <= 65535U; ++attempt) {
      const asio::ip::tcp::endpoint endpoint(address,
                                             static_cast<std::uint16_t>(options.port + attempt));
      acceptor.emplace(workers.front()->io());
      acceptor->open(endpoint.protocol(), ec);
      if (!ec) acceptor->set_option(asio::socket_base::reuse_address(true), ec);
      if (!ec) acceptor->bind(endpoint, ec);
      if (!ec) acceptor->listen(asio::socket_base::max_listen_connections, ec);
      if (!ec) return {};
      if (ec != asio::error::address_in_use) break;
    }
    return Error{ErrorKind::network,
                 fmt::format("can't listen on {} port {}: {}", options.address, options.port,
                             to_lower(ec.message())),
                 bind_hint(ec)};
  }
};

Server::Server(std::unique_ptr<State> state) : state_(std::move(state)) {}

Result<std::unique_ptr<Server>> Server::bind(const ServerOptions& options,
                                             RequestHandler& handler) {
  // NOLINTNEXTLINE(modernize-make-unique): clang before 16 can't have it make an aggregate
  auto state = std::unique_ptr<State>(new State{ServerShared{options, handler}});
  if (options.tls) {
    state->shared.tls.emplace(asio::ssl::context::tls_server);
    TRY(load_tls(*state->shared.tls, *options.tls));
  }
  for (unsigned i = 0; i < std::max(1U, options.threads); ++i) {
    state->workers.push_back(std::make_unique<Worker>(state->shared));
  }
  TRY(state->listen());
  state->pause.emplace(state->workers.front()->io());
  return std::unique_ptr<Server>(new Server(std::move(state)));
}

Server::~Server() {
  stop();
}

std::uint16_t Server::port() const {
  error_code ec;
  return state_->acceptor->local_endpoint(ec).port();
}

void Server::start() {
  state_->accept();
  for (auto& worker : state_->workers) worker->start();
}

std::size_t Server::stop_accepting() {
  state_->shared.is_stopping = true;
  asio::post(state_->workers.front()->io(), [state = state_.get()] {
    error_code ignored;
    state->acceptor->close(ignored);
    state->pause->cancel();
  });
  for (const auto& worker : state_->workers) {
    asio::post(worker->io(), [&worker = *worker] { worker.close_idle(); });
  }
  return state_->shared.requests;
}

void Server::stop() {
  for (auto& worker : state_->workers) worker->stop();
}

bool Server::wait_until_drained(std::chrono::milliseconds timeout) {
  std::unique_lock lock(state_->shared.drained_mutex);
  return state_->shared.drained.wait_for(lock, timeout,
                                         [&] { return state_->shared.requests == 0; });
}

}  // namespace terra_hook
