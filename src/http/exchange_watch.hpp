// SPDX-License-Identifier: MIT
// Ends an exchange from outside, at its deadline or when asked: cpp-httplib's time-outs hold for
// each read alone, and its stop() waits for a connection that is being made.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

namespace terra_hook {

/// Has a descriptor of its own for the socket in use, so that shutting that down never hits a
/// number which has been given to another file meanwhile. A thread is started at the first
/// deadline. Thread-safe; one exchange at a time, whose deadlines come later and later.
class ExchangeWatch {
 public:
  using Clock = std::chrono::steady_clock;

  ExchangeWatch() = default;
  ~ExchangeWatch();
  ExchangeWatch(const ExchangeWatch&) = delete;
  ExchangeWatch& operator=(const ExchangeWatch&) = delete;

  /// An exchange begins; false when interrupt() was called.
  bool begin(Clock::time_point deadline);
  /// It has ended.
  void end();

  /// This socket is the one in use from now on; it is duplicated.
  void adopt(int socket);
  /// Our descriptor of it, or -1. Valid until the next adopt().
  int descriptor() const;

  /// Ends the exchange in progress; none begins after that.
  void interrupt();

  bool is_interrupted() const;
  /// The latest exchange was ended by its deadline.
  bool is_expired() const;
  bool has_fired() const { return is_interrupted() || is_expired(); }

 private:
  void run();
  bool must_end(Clock::time_point now) const;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<Clock::time_point> deadline_;  ///< of the exchange in progress
  int socket_ = -1;
  bool is_expired_ = false;
  bool is_interrupted_ = false;
  bool is_parked_ = false;  ///< the thread sleeps without an alarm
  bool is_ending_ = false;
  std::thread thread_;
};

}  // namespace terra_hook
