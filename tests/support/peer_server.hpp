// SPDX-License-Identifier: MIT
// A real HTTP server on 127.0.0.1, as the other end of what terra-hook sends: it records exactly
// what arrived and does what the test says, also what no good server would do. Written without the
// code under test.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "support/child_process.hpp"
#include "support/raw_client.hpp"
#include "support/unique_fd.hpp"

namespace terra_hook::test {

/// One request as it arrived.
struct PeerRequest {
  int connection = 0;  ///< 1 for the first connection that was accepted
  std::string method;
  std::string target;
  std::string head;  ///< the exact bytes, up to and with the empty line
  Fields fields;     ///< in order, spelled as sent
  std::string body;

  /// The first value of a field, its name in any case; "" when there is none.
  std::string field(std::string_view name) const;
  /// How many fields have this name, in any case.
  std::size_t count(std::string_view name) const;
};

/// What the server does once a request has arrived.
struct PeerAnswer {
  enum class Kind {
    answer,        ///< sends status, fields and body
    hold,          ///< the same, but only after release()
    hang,          ///< nothing, ever
    close,         ///< closes without an answer
    reset,         ///< closes with a RST
    cut_off,       ///< announces more of a body than it sends, then closes
    endless_body,  ///< sends a body without an end
    drip,          ///< sends a head without an end, a byte every few milliseconds
    raw,           ///< sends `body` as it is, then closes
    tunnel,        ///< answers 200 and passes bytes between the peer and port `to`, as a proxy does
  };

  int status = 200;
  Fields fields{};  ///< Content-Length is added; `Connection: close` closes
  std::string body{};
  Kind kind = Kind::answer;
  std::uint16_t to = 0;  ///< of 127.0.0.1, whatever host was asked for
};

struct PeerSetup {
  /// Both PEM; with them the server speaks TLS.
  std::filesystem::path certificate{};
  std::filesystem::path key{};
  std::uint16_t port = 0;  ///< 0: the system chooses
};

class PeerServer {
 public:
  using Handler = std::function<PeerAnswer(const PeerRequest&)>;

  /// Answers 200 to everything.
  PeerServer() : PeerServer(PeerAnswer{}) {}
  /// Gives the same answer to everything.
  explicit PeerServer(PeerAnswer answer, const PeerSetup& setup = {});
  /// Asks `handler`, which is called from any thread, several at a time.
  explicit PeerServer(Handler handler, const PeerSetup& setup = {});
  /// Ends all connections.
  ~PeerServer();
  PeerServer(const PeerServer&) = delete;
  PeerServer& operator=(const PeerServer&) = delete;

  std::uint16_t port() const { return port_; }
  /// `http://127.0.0.1:PORT` and `path`; https with TLS.
  std::string url(std::string_view path = "") const;

  /// The request number `index` (from 0) in order of arrival; waits for it.
  PeerRequest request(std::size_t index = 0);
  /// All that have arrived so far.
  std::vector<PeerRequest> requests();
  std::size_t request_count();
  int connection_count();

  /// Lets every held answer go, those to come too.
  void release();
  /// Closes the connections that wait for a request, as a server does with idle ones.
  void close_idle_connections();

 private:
  struct Connection;
  void accept_all();
  void serve(Connection& connection);
  bool act(Connection& connection, const PeerRequest& request);
  bool wait_for_release();

  Handler handler_;
  PeerSetup setup_;
  std::uint16_t port_ = 0;
  UniqueFd listener_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<PeerRequest> requests_;
  std::vector<std::unique_ptr<Connection>> connections_;
  bool is_released_ = false;
  bool is_ending_ = false;
  std::thread acceptor_;
};

/// A port of 127.0.0.1 where nobody listens.
std::uint16_t unused_port();

}  // namespace terra_hook::test
