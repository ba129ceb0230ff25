// SPDX-License-Identifier: MIT
// The HTTP/1.1 client, for forwarding, replaying and Terra's REST API. It stands on cpp-httplib
// (0.11.4 and newer), which is kept inside client.cpp, with what it lacks added: a deadline for the
// whole exchange, a bound on what is kept of an answer, header fields that are checked before they
// are sent, and failures that say what failed. Redirects are never followed, a proxy is used only
// when it is given, nothing is re-encoded or decoded.
//
// What goes out: the request line and body as given; the fields as given in spelling, value and
// repetition, without the hop's own ones, which are this client's: Host, Content-Length and the
// hop-by-hop fields of RFC 9110 §7.6.1. cpp-httplib keeps the order of fields of one name but not
// that of different names, adds `Accept: */*` when there is no Accept, and, on answers, versions
// before 0.44 show a percent-escape in a field's value decoded. A missing User-Agent becomes
// `terra-hook/VERSION`.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/header_field.hpp"
#include "base/result.hpp"
#include "http/client_failure.hpp"
#include "http/proxy.hpp"
#include "http/url.hpp"

namespace terra_hook {

struct ClientOptions {
  /// An IP address to connect to, whatever the host's name stands for; empty: the name is resolved.
  std::string connect_to{};
  std::chrono::milliseconds connect_timeout{5'000};  ///< for each of the host's addresses
  std::chrono::milliseconds timeout{30'000};  ///< the whole exchange, connecting and body included
  std::optional<Proxy> proxy{};
  bool verifies_tls = true;
  std::string ca_file;                   ///< PEM; empty: the system's authorities
  std::uint64_t max_body = 64ULL << 10;  ///< kept of an answer's body; more is read and dropped
  /// Past so many bytes of a body reading stops and the connection is closed.
  std::uint64_t max_read = 64ULL << 20;
};

struct ClientResponse {
  int status = 0;
  HeaderFields headers;         ///< all of them, as cpp-httplib orders them
  std::string body;             ///< the first `max_body` bytes, content coding not undone
  std::uint64_t body_size = 0;  ///< how many were read; more than body.size() when it was cut
  bool is_complete = true;      ///< false: reading stopped at `max_read`
  std::chrono::microseconds latency{};  ///< from send() to the body's end
  bool is_on_kept_connection = false;   ///< one that an earlier exchange had opened
};

/// One server, one connection that is kept open between exchanges. One thread at a time, but for
/// interrupt().
class Client {
 public:
  /// Nothing is connected yet. `origin`'s target is not used. Errors: file (a CA file that can't be
  /// read or holds no certificate).
  static Result<Client> create(const Url& origin, const ClientOptions& options);
  ~Client();
  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;

  /// Sends one request and waits for its answer; any status is one. Errors are of kind `network`,
  /// `input` (a method, target or field that can't be sent; names it) or `interrupted`; failure()
  /// tells them apart. A kept connection that turns out to be closed before the whole request was
  /// handed over is replaced once, silently: the peer can't have acted on it. In every other case
  /// the request may have been processed, and is not sent again.
  Result<ClientResponse> send(const std::string& method, const std::string& target,
                              const HeaderFields& headers, std::string_view body);

  /// Of the latest send().
  ClientFailure failure() const;

  /// Ends the exchange in progress, and every later one at once. Any thread. A name that is being
  /// resolved is waited for.
  void interrupt();

 private:
  struct State;
  explicit Client(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace terra_hook
