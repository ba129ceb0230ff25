// SPDX-License-Identifier: MIT
#include "http/server_worker.hpp"

#include <algorithm>
#include <exception>
#include <string>
#include <utility>

namespace terra_hook {
namespace {

void leave(std::list<ServerSession*>& list, ServerSession::Place& place) {
  if (place) list.erase(*place);
  place.reset();
}

}  // namespace

ServerWorker::ServerWorker(ServerShared& shared)
    : shared_(shared),
      max_sessions_(std::max<std::size_t>(
          1, shared.options.limits.connections / std::max(1U, shared.options.threads))) {}

void ServerWorker::start() {
  thread_ = std::thread([this] { run(); });
}

/// An exception (out of memory, say) costs the one session it came from: it is dropped while the
/// stack unwinds, and its sender gets a 500 or a closed connection.
void ServerWorker::run() {
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

void ServerWorker::stop() {
  io_.stop();
  if (!thread_.joinable()) return;
  thread_.join();
  for (ServerSession* session : receiving_) session->report_cut_off();
  for (ServerSession* session : waiting_) {
    if (session->has_begun_) session->report_cut_off();
  }
}

void ServerWorker::adopt(ServerSocket socket) {
  if (sessions_ >= max_sessions_ && !close_longest_waiting()) {
    shared_.handler.on_refused({remote_address_of(socket), "", "", 0, "too many connections"});
    return;  // dropping the socket closes it
  }
  start_session(shared_, *this, std::move(socket));
}

bool ServerWorker::close_longest_waiting() {
  if (waiting_.empty()) return false;
  waiting_.front()->close();
  return true;
}

void ServerWorker::close_idle() {
  for (auto it = waiting_.begin(); it != waiting_.end();) {
    ServerSession* session = *it++;
    if (!session->has_begun_) session->close();
  }
}

void ServerWorker::closed(ServerSession& session) {
  leave_waiting(session);
  leave_receiving(session);
  --sessions_;
}

void ServerWorker::enter_waiting(ServerSession& session) {
  leave_waiting(session);
  session.waiting_ = waiting_.insert(waiting_.end(), &session);
}

void ServerWorker::leave_waiting(ServerSession& session) {
  leave(waiting_, session.waiting_);
}

void ServerWorker::enter_receiving(ServerSession& session) {
  session.receiving_ = receiving_.insert(receiving_.end(), &session);
}

void ServerWorker::leave_receiving(ServerSession& session) {
  leave(receiving_, session.receiving_);
}

}  // namespace terra_hook
