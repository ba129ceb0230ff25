// SPDX-License-Identifier: MIT
// A program as a child process whose environment, streams and life are under the test's control.
// Whatever is waited for has a deadline; missing it throws, with what the child had printed.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "support/sanitized.hpp"
#include "support/unique_fd.hpp"

namespace terra_hook::test {

/// How long anything may take before a test gives up; reached only by tests that fail.
inline constexpr std::chrono::seconds k_patience{k_is_sanitized ? 60 : 15};

struct ChildSetup {
  /// HOME and the XDG directories lie in it. Of the test's own environment only PATH and the
  /// sanitizers' options are passed on, so no TERRA_* variable is.
  std::filesystem::path home;
  std::map<std::string, std::string> environment{};  ///< on top of that
  std::string input{};                               ///< standard input, then its end
  bool keeps_input_open = false;                     ///< that end never comes
};

/// The environment that such a child gets, as NAME=VALUE.
std::vector<std::string> child_environment(const ChildSetup& setup);

class ChildProcess {
 public:
  ChildProcess(const std::string& program, const std::vector<std::string>& arguments,
               const ChildSetup& setup);
  /// Kills the child if it still runs.
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  pid_t pid() const { return pid_; }

  /// The next line of standard output without its end; nothing when the output has ended.
  std::optional<std::string> next_line(std::chrono::milliseconds patience = k_patience);

  /// What of standard output next_line() has not taken so far.
  std::string output();
  /// Standard error so far.
  std::string errors();
  /// Waits until standard error contains `text`.
  void await_error_text(std::string_view text, std::chrono::milliseconds patience = k_patience);

  /// Reads no more of standard output: the child's writes will block.
  void hold_output();
  /// Closes our end of standard output: the child's next write fails with EPIPE.
  void close_output();

  void signal(int number);
  bool is_running();
  /// Waits for the end; the exit code, or 128 + the signal that killed it. output() and errors()
  /// are complete after that.
  int wait(std::chrono::milliseconds patience = k_patience);

  /// How many descriptors it has; only those of one `kind` (such as "socket:") when one is given.
  std::size_t open_descriptors(std::string_view kind = "") const;
  std::uint64_t resident_bytes() const;
  std::uint64_t peak_resident_bytes() const;
  /// Sets a soft limit such as RLIMIT_FSIZE from now on.
  void limit(int resource, std::uint64_t value);

 private:
  void pump(bool keeps_input_open);
  void wake_pump();
  void watch();
  template <typename Predicate>
  void await(std::unique_lock<std::mutex>& lock, std::chrono::milliseconds patience,
             std::string_view what, Predicate is_so);

  pid_t pid_ = -1;
  UniqueFd in_, out_, err_;
  UniqueFd wake_read_, wake_write_;  ///< interrupts the pump

  std::mutex mutex_;
  std::condition_variable changed_;
  std::string input_, output_, errors_;
  bool output_ended_ = false;
  bool holds_output_ = false;
  bool closes_output_ = false;
  bool is_pumped_ = false;  ///< both streams have ended
  std::optional<int> exit_code_;

  std::thread pump_, watcher_;
};

/// The terra-hook that was built beside the tests.
std::string terra_hook_program();

struct Finished {
  int code = 0;
  std::string out;
  std::string err;
};

/// Runs a program to its end.
Finished run_program(const std::string& program, const std::vector<std::string>& arguments,
                     const ChildSetup& setup, std::chrono::milliseconds patience = k_patience);
Finished run_terra_hook(const std::vector<std::string>& arguments, const ChildSetup& setup,
                        std::chrono::milliseconds patience = k_patience);

}  // namespace terra_hook::test
