// SPDX-License-Identifier: MIT
// Goes through the steps of `emulate --script`, with its waits.
#pragma once

#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "base/env.hpp"
#include "commands/emulate_server.hpp"

namespace terra_hook {

/// Runs on a thread of its own until the last step, an error, or a stop.
class EmulateScript {
 public:
  /// All must outlive it. `speed` divides the waits.
  EmulateScript(std::vector<Step> steps, double speed, EmulateServer& server, WebhookOutbox& outbox,
                Env& env);
  /// Waits for the thread: a stop must have been asked for.
  ~EmulateScript();

  /// The step that could not be done; it has asked for the stop.
  std::optional<Error> error() const;
  /// The script itself asked for the stop.
  bool has_stopped() const;

 private:
  void run();
  bool take(const Step& step);
  bool wait(std::chrono::milliseconds duration);
  bool settle();

  const std::vector<Step> steps_;
  const double speed_;
  EmulateServer& server_;
  WebhookOutbox& outbox_;
  Env& env_;
  std::chrono::milliseconds gap_{};
  mutable std::mutex mutex_;
  std::optional<Error> error_;
  bool has_stopped_ = false;
  std::thread thread_;
};

/// Reads the durations of `wait` and `gap`. Errors: input, with the line.
Result<void> check_waits(const std::vector<Step>& steps);

}  // namespace terra_hook
