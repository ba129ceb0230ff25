// SPDX-License-Identifier: MIT
// Keeps attempts in the store without waiting for each, and without letting more queue than memory
// should hold.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>

#include "capture/store.hpp"
#include "http/client.hpp"

namespace terra_hook {

/// Ends `attempt`, which began at `started`: with the answer, or why there was none.
void end_attempt(Attempt& attempt, Result<ClientResponse> answer,
                 std::chrono::steady_clock::time_point started);

class AttemptRecorder {
 public:
  /// `store` may be null: nothing is kept then.
  explicit AttemptRecorder(StoreWriter* store) : store_(store) {}
  /// Waits until all are durable or have failed.
  ~AttemptRecorder() { finish(); }
  AttemptRecorder(const AttemptRecorder&) = delete;
  AttemptRecorder& operator=(const AttemptRecorder&) = delete;

  /// Queues it; waits while too much is queued. Any thread.
  void record(Attempt attempt);

  /// Waits until all are durable or have failed.
  void finish();

  /// How many could not be kept, and why the first could not.
  std::uint64_t failed() const;
  std::optional<Error> first_failure() const;

 private:
  StoreWriter* store_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t queued_ = 0;
  std::uint64_t queued_bytes_ = 0;
  std::uint64_t failed_ = 0;
  std::optional<Error> first_failure_;
};

}  // namespace terra_hook
