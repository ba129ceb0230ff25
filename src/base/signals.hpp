// SPDX-License-Identifier: MIT
// How a user asks the program to stop: SIGINT, SIGTERM, SIGHUP, or a caller in a test.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>

namespace terra_hook {

/// Counts requests to stop and wakes whoever waits for one. request() is async-signal-safe; every
/// member may be called from any thread.
class StopSignal {
 public:
  StopSignal();
  ~StopSignal();
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;

  /// From now on the first SIGINT, SIGTERM or SIGHUP calls request() on this object; the second
  /// ends the process at once with 130, whatever its threads wait for. Only for commands that wait
  /// for the request: the others are best ended by the signal itself. The object must outlive the
  /// process's signals: make it in main().
  void catch_signals();

  /// Asks to stop, once more each time.
  void request() noexcept;

  /// How often a stop was asked for so far.
  int count() const noexcept;

  /// Waits until more than `seen` requests were made or `timeout` has passed; true when they were.
  bool wait_for_more_than(int seen, std::optional<std::chrono::milliseconds> timeout = {}) const;

 private:
  int read_end_ = -1;
  int write_end_ = -1;
  std::atomic<int> count_ = 0;
  mutable std::mutex mutex_;
  mutable std::condition_variable watcher_left_;
  mutable bool is_watched_ = false;  ///< a waiting thread polls the pipe for all of them
};

/// Makes a closed pipe and a file that may not grow errors of write() instead of the process's end.
void ignore_write_signals();

}  // namespace terra_hook
