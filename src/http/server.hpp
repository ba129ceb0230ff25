// SPDX-License-Identifier: MIT
// The listener's HTTP/1.1 server: raw fields in order, strict framing, bounded everything. It
// stands on Boost.Beast because cpp-httplib's server changes what it hands over (it decodes bodies
// and percent-escapes in values, sorts and drops fields) and serves one connection a thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/header_field.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "http/exchange.hpp"
#include "http/tls.hpp"

namespace terra_hook {

struct ServerLimits {
  std::uint64_t body_bytes = 64ULL << 20;  ///< one body; more is answered 413
  std::uint64_t in_flight_bytes = 256ULL
                                  << 20;  ///< all bodies being received or answered; 503 past it
  std::uint32_t head_bytes = 32U << 10;   ///< request line and fields; 431 past it
  std::size_t fields = 200;               ///< 431 past it
  std::size_t connections = 4096;         ///< the longest idle one is closed to make room
  std::chrono::milliseconds head_timeout{
      15'000};  ///< from a request's first byte to its head's end
  std::chrono::milliseconds idle_timeout{75'000};       ///< between requests
  std::chrono::milliseconds body_idle_timeout{30'000};  ///< between two pieces of a body
  std::chrono::milliseconds body_timeout{600'000};      ///< a whole body
  std::chrono::milliseconds write_timeout{30'000};
};

/// How many ports are tried, upward from a default one, when none was asked for.
inline constexpr unsigned k_port_attempts = 100;

struct ServerOptions {
  std::string address = "127.0.0.1";  ///< an IP address
  std::uint16_t port = 0;             ///< 0: the system chooses
  unsigned port_attempts = 1;         ///< how many ports to try, upward from `port`, while taken
  unsigned threads = 2;
  std::optional<TlsFiles> tls;
  std::function<UtcTime()> now;  ///< for the Date field
  ServerLimits limits;
};

/// Every Responder must be gone before the server is.
class Server {
 public:
  /// Binds and listens; connections wait until start(). `handler` must outlive the server. An
  /// address in use is an Error of kind `network` whose message names address and port.
  static Result<std::unique_ptr<Server>> bind(const ServerOptions& options,
                                              RequestHandler& handler);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  std::uint16_t port() const;

  /// Starts the threads and accepts. Returns at once.
  void start();

  /// Accepts no more, closes idle connections, lets requests whose head has arrived finish. Returns
  /// how many of these there are.
  std::size_t stop_accepting();

  /// True once no request is in flight, waiting at most `timeout` for it.
  bool wait_until_drained(std::chrono::milliseconds timeout);

  /// Ends the threads. What is still in flight is never answered, though its Responders stay usable
  /// as long as the server; requests that are not complete are reported as refused.
  void stop();

 private:
  struct State;
  explicit Server(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace terra_hook
