// SPDX-License-Identifier: MIT
// `listen` in scripts and CI: what it waits for, what is done with the deliveries that count, and
// how whoever started it learns that it listens and what came of it.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/env.hpp"
#include "base/new_file.hpp"
#include "capture/capture.hpp"
#include "commands/delivery_command.hpp"
#include "commands/delivery_watch.hpp"
#include "commands/display.hpp"
#include "commands/options.hpp"
#include "commands/ready_notice.hpp"

namespace terra_hook {

/// The flags.
struct WaitOptions {
  FilterOptions filter;  ///< which deliveries count
  std::optional<std::int64_t> count;
  std::vector<Expression> some;   ///< `--expect`
  std::vector<Expression> every;  ///< `--expect-every`
  std::optional<std::chrono::milliseconds> timeout;
  ReadyOptions ready;
  std::string junit;    ///< a file; empty: none
  bool is_tap = false;  ///< TAP instead of text
  CommandOptions command;

  /// Whether `timeout` is about the wait: nothing else says what a listener does in the end.
  bool is_waiting() const { return count || !some.empty() || !every.empty(); }
};

/// From before the listener's socket until after its end.
class ListenWait {
 public:
  /// Checks what is to be written to. Errors: usage, file. Before anything opens descriptors.
  static Result<std::unique_ptr<ListenWait>> prepare(const WaitOptions& options, Env& env);
  /// Ends the commands that still run.
  ~ListenWait() = default;

  /// Begins to watch; note() may come from now on. `max_decoded` and `shows_values` as in
  /// WatchOptions; deliveries that were refused for their signature are handed to no command unless
  /// `accepts_unauthentic`.
  Result<void> begin(Display& display, std::uint64_t max_decoded, bool shows_values,
                     bool accepts_unauthentic);

  /// A delivery was kept and answered. May wait until a command has room for it.
  void note(const std::shared_ptr<const Capture>& capture);

  /// The listener accepts connections at `url`. The time begins to run.
  Result<void> announce(std::string_view url);

  /// Blocks until there is nothing left to wait for, the time is up, or a stop is asked for.
  void wait();

  /// Whether a stop that was asked for ended listening, after wait(); else it ended by itself.
  bool was_stopped() const;

  /// Lets the commands finish: all of them when listening ended by itself (until a stop is asked
  /// for), else for at most `patience`.
  void finish_commands(std::chrono::milliseconds patience);

  /// After a stop that was asked for nobody waits for a command's room any more; when listening
  /// ended by itself every delivery that counted still gets its command.
  void stop_waiting();

  /// Whether deliveries matter to it, and a report is to be made; after begin().
  bool is_asked_for() const;

  /// What came of it; nothing when nothing was asked for.
  std::optional<WaitReport> report() const;

  /// Writes the JUnit file, if there is to be one.
  Result<void> write_junit(const WaitReport& report);

 private:
  ListenWait(WaitOptions options, ReadyNotice notice, std::optional<NewFile> junit, Env& env)
      : options_(std::move(options)),
        notice_(std::move(notice)),
        junit_(std::move(junit)),
        env_(env) {}

  const WaitOptions options_;
  ReadyNotice notice_;
  std::optional<NewFile> junit_;
  Env& env_;
  bool accepts_unauthentic_ = false;
  std::optional<DeliveryWatch> watch_;
  std::optional<DeliveryCommand> command_;
  UtcTime started_at_{};
  std::chrono::steady_clock::time_point started_{};
  std::chrono::microseconds duration_{};  ///< of the wait
  WaitEnd end_ = WaitEnd::stopped;        ///< unless the watch knows better
};

}  // namespace terra_hook
