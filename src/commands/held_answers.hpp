// SPDX-License-Identifier: MIT
// Answers that are given late, or never, on purpose.
#pragma once

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

#include "http/exchange.hpp"

namespace terra_hook {

/// A thread that sends answers when they are due. All members may be called from any thread.
class HeldAnswers {
 public:
  HeldAnswers() = default;
  ~HeldAnswers();
  HeldAnswers(const HeldAnswers&) = delete;
  HeldAnswers& operator=(const HeldAnswers&) = delete;

  /// Sends `response` after `delay`, at once when it is 0 or after release().
  void answer(Responder responder, HttpResponse response, std::chrono::milliseconds delay);

  /// Never answers: the connection is closed when the sender must have given up long ago.
  void keep_waiting(Responder responder);

  /// Sends what is held at once, and what comes from now on too.
  void release();

 private:
  using Clock = std::chrono::steady_clock;
  struct Held {
    Responder responder;
    HttpResponse response;
  };
  void run();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::multimap<Clock::time_point, Held> held_;
  bool is_released_ = false;
  std::thread thread_;  ///< started with the first one held
};

}  // namespace terra_hook
