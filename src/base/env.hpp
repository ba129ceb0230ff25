// SPDX-License-Identifier: MIT
// The world outside, handed to every command: clock, environment, streams, stop signal, chance.
// Nothing below main() reaches for these by itself, so a test can give its own.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/signals.hpp"
#include "base/terminal.hpp"
#include "base/time.hpp"

namespace terra_hook {

/// Writes whole strings to a file descriptor, which it does not own. Thread-safe: one write() is
/// never mixed with another.
class Output {
 public:
  explicit Output(int fd) : fd_(fd) {}

  /// False once the reader has gone (EPIPE) or the write failed; nothing is written after that.
  bool write(std::string_view text);

  /// The reader of a pipe has gone: a reason to stop quietly, not an error.
  bool reader_gone() const;

  /// What went wrong, when it was anything else (a full disk behind a redirection).
  std::optional<Error> failure() const;

  int fd() const { return fd_; }

  /// Ends a write() that waits for a reader who does not read, and all later ones, as if the reader
  /// had gone. Any thread.
  void abandon() { is_abandoned_ = true; }

 private:
  int fd_;
  mutable std::mutex mutex_;
  std::atomic<bool> is_abandoned_ = false;
  bool reader_gone_ = false;
  std::optional<Error> failure_;
};

struct Env {
  std::function<UtcTime()> now;
  EnvironmentLookup environment;
  Output& out;  ///< data only
  Output& err;  ///< banner, hints, progress, errors
  int in = 0;   ///< standard input's file descriptor
  StopSignal& stop;
  /// So many bytes that nobody can guess.
  std::function<std::string(std::size_t)> random_bytes;
  std::function<std::vector<std::string>()> variables = {};  ///< all, as NAME=value, for a child
};

/// An Env of the real process. The outputs and the signal must outlive it.
Env process_env(Output& out, Output& err, StopSignal& stop);

}  // namespace terra_hook
