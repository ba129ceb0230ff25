// SPDX-License-Identifier: MIT
// Says why signatures fail while `listen` goes on: beside the deliveries, after their answers, on
// one thread. The sender learns none of it, not even by the time that it takes.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "base/secret.hpp"
#include "capture/capture.hpp"
#include "commands/display.hpp"

namespace terra_hook {

class DiagnosisQueue {
 public:
  /// `secrets` are those that deliveries are checked with, `others` those that may have been taken
  /// for one. `display` must outlive it.
  DiagnosisQueue(std::vector<NamedSecret> secrets, std::vector<NamedSecret> others,
                 Display& display);
  ~DiagnosisQueue();
  DiagnosisQueue(const DiagnosisQueue&) = delete;
  DiagnosisQueue& operator=(const DiagnosisQueue&) = delete;

  /// Takes `capture` up when its signature failed in a way that can be explained. Never waits: past
  /// 64 in line, or 64 MiB of bodies, it is left out and counted. Any thread.
  void consider(const std::shared_ptr<const Capture>& capture);

  /// Finishes what is in line, for at most `patience`, and the one it is at; leaves out the rest.
  void stop(std::chrono::milliseconds patience);

  /// How many were left out.
  std::uint64_t left_out() const;

 private:
  void run();

  const std::vector<NamedSecret> secrets_;
  const std::vector<NamedSecret> others_;
  Display& display_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::shared_ptr<const Capture>> queue_;
  std::uint64_t queued_bytes_ = 0;  ///< of the bodies in the queue and of the one at work
  bool is_busy_ = false;
  bool is_stopping_ = false;
  std::uint64_t left_out_ = 0;
  std::thread thread_;
};

}  // namespace terra_hook
