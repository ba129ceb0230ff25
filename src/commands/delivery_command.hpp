// SPDX-License-Identifier: MIT
// Hands deliveries to a command of the user's (`--exec`): the body on its standard input, what is
// known of the delivery in its environment. Nothing of a delivery becomes part of the command line,
// which the shell gets as the user wrote it.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/env.hpp"
#include "base/subprocess.hpp"
#include "capture/capture.hpp"
#include "commands/display.hpp"
#include "render/wait_report.hpp"

namespace terra_hook {

struct CommandOptions {
  std::string command;       ///< empty: none
  unsigned concurrency = 4;  ///< that run at the same time, at most
  std::chrono::milliseconds timeout{60'000};
};

/// The environment that a command gets on top of ours: DELIVERY_NUMBER, DELIVERY_TYPE, … Values are
/// cut to 4 KiB and end before a NUL byte; one that is not known is the empty string.
std::vector<std::string> delivery_variables(const Capture& capture);

class DeliveryCommand {
 public:
  /// Nothing is run yet. All must outlive it.
  DeliveryCommand(CommandOptions options, Display& display, Env& env);
  /// stop().
  ~DeliveryCommand();
  DeliveryCommand(const DeliveryCommand&) = delete;
  DeliveryCommand& operator=(const DeliveryCommand&) = delete;

  /// Puts `capture` in line. Waits while 64 are, or 64 MB, so that none goes without. Any thread.
  void run(std::shared_ptr<const Capture> capture);

  /// run() never waits from now on: what finds no room counts as not run.
  void stop_waiting();

  /// True once nothing is in line or running, waiting at most `timeout` for it.
  bool wait_until_idle(std::chrono::milliseconds timeout);

  /// Ends what runs and drops what is in line.
  void stop();

  /// What was done so far.
  CommandReport report() const;

 private:
  void work();
  CommandDone execute(const Capture& capture);
  void follow(Subprocess& process, CommandDone& done);
  void count(const CommandDone& done);
  bool has_room() const;

  const CommandOptions options_;
  Display& display_;
  Env& env_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::shared_ptr<const Capture>> queue_;
  std::uint64_t queued_bytes_ = 0;
  std::vector<std::thread> threads_;  ///< started as they are needed; they outlive their processes
  std::size_t idle_threads_ = 0;
  std::size_t running_ = 0;
  std::vector<Subprocess*> processes_;  ///< to be woken
  bool never_waits_ = false;
  bool is_stopping_ = false;
  CommandReport report_;
};

}  // namespace terra_hook
