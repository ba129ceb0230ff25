// SPDX-License-Identifier: MIT
#include "http/exchange_watch.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace terra_hook {
namespace {

/// A name may have several addresses: after one socket was shut down the next is tried. So it is
/// done again and again until the exchange has ended.
constexpr std::chrono::milliseconds k_again{20};

}  // namespace

ExchangeWatch::~ExchangeWatch() {
  {
    const std::lock_guard lock(mutex_);
    is_ending_ = true;
    changed_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
  if (socket_ >= 0) ::close(socket_);
}

bool ExchangeWatch::begin(Clock::time_point deadline) {
  const std::lock_guard lock(mutex_);
  if (is_interrupted_) return false;
  is_expired_ = false;
  deadline_ = deadline;
  if (!thread_.joinable()) {
    thread_ = std::thread([this] { run(); });
  } else if (is_parked_) {
    changed_.notify_all();
  }
  return true;
}

void ExchangeWatch::end() {
  const std::lock_guard lock(mutex_);
  deadline_.reset();
}

void ExchangeWatch::adopt(int socket) {
  const int copy = ::fcntl(socket, F_DUPFD_CLOEXEC, 0);
  const std::lock_guard lock(mutex_);
  if (socket_ >= 0) ::close(socket_);
  socket_ = copy;
}

int ExchangeWatch::descriptor() const {
  const std::lock_guard lock(mutex_);
  return socket_;
}

void ExchangeWatch::interrupt() {
  const std::lock_guard lock(mutex_);
  is_interrupted_ = true;
  changed_.notify_all();
}

bool ExchangeWatch::is_interrupted() const {
  const std::lock_guard lock(mutex_);
  return is_interrupted_;
}

bool ExchangeWatch::is_expired() const {
  const std::lock_guard lock(mutex_);
  return is_expired_;
}

bool ExchangeWatch::must_end(Clock::time_point now) const {
  return deadline_ && (is_interrupted_ || now >= *deadline_);
}

void ExchangeWatch::run() {
  std::unique_lock lock(mutex_);
  while (!is_ending_) {
    const auto now = Clock::now();
    if (must_end(now)) {
      is_expired_ = now >= *deadline_;
      if (socket_ >= 0) ::shutdown(socket_, SHUT_RDWR);
      changed_.wait_for(lock, k_again);
    } else if (deadline_) {
      // Deadlines only move on: waking at this one is early enough for the exchanges to come, and
      // saves waking this thread for each of them.
      const auto alarm = *deadline_;
      changed_.wait_until(lock, alarm);
    } else {
      is_parked_ = true;
      changed_.wait(lock);
      is_parked_ = false;
    }
  }
}

}  // namespace terra_hook
