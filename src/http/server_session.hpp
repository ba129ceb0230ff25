// SPDX-License-Identifier: MIT
// One connection of the listener's server, plain or TLS, from its first byte to its last. For the
// server's own files alone.
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <condition_variable>
#include <cstddef>
#include <list>
#include <mutex>
#include <optional>
#include <string>

#include "http/body_buffer.hpp"
#include "http/exchange.hpp"
#include "http/server.hpp"

namespace terra_hook {

class ServerWorker;

using ServerExecutor = boost::asio::io_context::executor_type;
using ServerSocket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, ServerExecutor>;

/// What the sessions of all workers share.
struct ServerShared {
  ServerOptions options;
  RequestHandler& handler;
  std::optional<boost::asio::ssl::context> tls{};
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

/// A session as its worker sees it.
class ServerSession {
 public:
  using Place = std::optional<std::list<ServerSession*>::iterator>;

  virtual ~ServerSession() = default;
  virtual void close() = 0;
  /// Says of a request that has begun to arrive that the rest is not waited for.
  virtual void report_cut_off() = 0;

 protected:
  friend class ServerWorker;
  /// Its place among the worker's waiting sessions, while it waits for a request's head.
  Place waiting_;
  /// Its place among those that are in the middle of a request's body.
  Place receiving_;
  /// True once any byte of the next request's head has come.
  bool has_begun_ = false;
};

/// Serves a connection on the worker's thread until either side closes it. `shared` and `worker`
/// must outlive it.
void start_session(ServerShared& shared, ServerWorker& worker, ServerSocket socket);

/// The sender's address as `1.2.3.4:80` or `[::1]:80`; empty once it has gone.
std::string remote_address_of(const ServerSocket& socket);

}  // namespace terra_hook
