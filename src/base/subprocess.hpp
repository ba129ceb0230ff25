// SPDX-License-Identifier: MIT
// A program that runs beside us and ends with us, whatever ends us.
#pragma once

#include <sys/types.h>

#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/result.hpp"

namespace terra_hook {

/// The executable file that `name` stands for: itself when it has a `/`, else the first on `path`
/// (colons between folders, as in PATH). An Error of kind `file` names what is missing.
Result<std::string> find_program(const std::string& name, std::string_view path);

struct SubprocessOptions {
  std::string program;                   ///< a file, as find_program() gives
  std::vector<std::string> words;        ///< argv, with the program's name first
  std::vector<std::string> environment;  ///< all of it, as NAME=value
  /// Its standard input, which must outlive the process; it ends after that. None: it stays empty
  /// and ends with us.
  std::optional<std::string_view> input{};
};

/// How a process ended.
struct ProcessEnd {
  bool is_signal = false;
  int number = 0;  ///< exit code or signal

  bool operator==(const ProcessEnd&) const = default;
};

/// `exit code 1`, `signal 15 (Terminated)`.
std::string to_string(ProcessEnd end);

/// The program is the leader of a session of its own, so that the terminal's ^C and hang-up are
/// ours alone and it can ask nothing on our terminal. It has none of our descriptors. On Linux the
/// kernel kills it when the thread that called start() goes, also by SIGKILL: that thread must
/// outlive it. One thread at a time, except wake().
class Subprocess {
 public:
  /// Returns once the program runs. Errors: file (it can't be executed), internal (no more
  /// processes or descriptors).
  static Result<std::unique_ptr<Subprocess>> start(const SubprocessOptions& options);

  /// stop() without patience.
  ~Subprocess();
  Subprocess(const Subprocess&) = delete;
  Subprocess& operator=(const Subprocess&) = delete;

  enum class Source { none, output, errors };

  /// Some of what it has printed; `bytes` is valid until the next call.
  struct Piece {
    Source source = Source::none;
    std::string_view bytes;
  };

  /// Waits until it prints, and gives it its input meanwhile. `none` when instead it has ended (and
  /// all that its streams still held was read), wake() was called or `timeout` has passed.
  Piece read(std::chrono::milliseconds timeout);

  /// Ends a read() that waits, or the next one. Any thread.
  void wake() noexcept;

  /// How it ended, once it has. Its children may still run: stop() ends them.
  std::optional<ProcessEnd> end() const;

  /// Ends it and all of its process group: SIGTERM, and SIGKILL when the program has ended or
  /// `patience` has passed.
  ProcessEnd stop(std::chrono::milliseconds patience);

  pid_t pid() const { return pid_; }

 private:
  Subprocess() = default;
  void watch();
  Piece take(int& fd, Source source);
  void give_input();

  pid_t pid_ = -1;
  int input_ = -1;                  ///< our end of its standard input
  std::string_view pending_input_;  ///< what it has not been given yet
  int output_ = -1;                 ///< of its standard output; -1 after its end
  int errors_ = -1;
  int wake_read_ = -1;
  int wake_write_ = -1;
  std::array<char, 16 << 10> buffer_{};
  std::atomic<bool> has_ended_ = false;
  ProcessEnd end_;  ///< written before has_ended_ is set
  std::thread watcher_;
};

}  // namespace terra_hook
