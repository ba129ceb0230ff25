// SPDX-License-Identifier: MIT
#include "http/server.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <vector>

#include "base/bytes.hpp"
#include "http/server_worker.hpp"

namespace terra_hook {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using Acceptor = asio::basic_socket_acceptor<asio::ip::tcp, ServerExecutor>;
using Clock = std::chrono::steady_clock;
using Timer = asio::basic_waitable_timer<Clock, asio::wait_traits<Clock>, ServerExecutor>;

constexpr std::chrono::milliseconds k_accept_pause{50};
/// How long nothing more is said about connections that can't be accepted.
constexpr std::chrono::minutes k_complaint_pause{1};

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
  std::vector<std::unique_ptr<ServerWorker>> workers{};
  std::optional<Acceptor> acceptor{};
  std::optional<Timer> pause{};
  std::size_t next_worker = 0;
  std::optional<Clock::time_point> complained_at{};

  void accept() {
    ServerWorker& worker = *workers[next_worker++ % workers.size()];
    acceptor->async_accept(worker.io(), [this, &worker](const error_code& ec, ServerSocket socket) {
      if (!ec) {
        // The worker may be another thread; a handler must be copyable in none but old Boosts.
        asio::post(worker.io(),
                   [&worker, socket = std::make_shared<ServerSocket>(std::move(socket))] {
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
    state->workers.push_back(std::make_unique<ServerWorker>(state->shared));
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
