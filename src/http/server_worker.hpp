// SPDX-License-Identifier: MIT
// A thread of the listener's server and the connections that live on it. For the server's own files
// alone.
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <list>
#include <thread>

#include "http/server_session.hpp"

namespace terra_hook {

/// One thread, one io_context, and the sessions that live on it. start(), stop() and io() are for
/// the thread that owns the server, the rest for the worker's own.
class ServerWorker {
 public:
  /// `shared` must outlive it.
  explicit ServerWorker(ServerShared& shared);

  boost::asio::io_context& io() { return io_; }
  void start();
  /// What is still arriving then is reported as refused.
  void stop();

  /// Serves a connection; one too many costs the longest waiting one its place.
  void adopt(ServerSocket socket);
  /// Closes the connection that has waited longest for a request; false when none waits.
  bool close_longest_waiting();
  /// Closes the connections on which no request has begun.
  void close_idle();

  // What a session says of itself.
  void opened() { ++sessions_; }
  void closed(ServerSession& session);
  void enter_waiting(ServerSession& session);
  void leave_waiting(ServerSession& session);
  void enter_receiving(ServerSession& session);
  void leave_receiving(ServerSession& session);

 private:
  void run();

  ServerShared& shared_;
  std::size_t max_sessions_;
  std::size_t sessions_ = 0;
  std::list<ServerSession*> waiting_{};  ///< oldest first
  std::list<ServerSession*> receiving_{};
  // Below what sessions refer to: the io_context's destructor destroys those that are left.
  boost::asio::io_context io_{1};
  boost::asio::executor_work_guard<ServerExecutor> work_{io_.get_executor()};
  std::thread thread_{};
};

}  // namespace terra_hook
