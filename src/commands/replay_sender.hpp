// SPDX-License-Identifier: MIT
// Sends what a queue hands out, on as many threads as asked for, each with connections of its own,
// and keeps count.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/env.hpp"
#include "commands/attempt_recorder.hpp"
#include "commands/replay.hpp"
#include "commands/replay_display.hpp"
#include "commands/replay_queue.hpp"
#include "commands/replay_source.hpp"
#include "http/client.hpp"

namespace terra_hook {

/// A delivery that is loaded and ready to go to one target.
struct PreparedSend {
  ReplayRequest request;
  ReplayedRequest told;     ///< what is shown of it
  std::string sent_target;  ///< path and query at the target
};

/// Makes the request that `capture` (loaded) goes to the target of `route` as; `name` is for
/// people. Errors: input.
Result<PreparedSend> prepare_request(Capture capture, std::string name, const RequestMaker& maker,
                                     const Route& route, UtcTime now);

/// What is kept of the try to send `request`, as far as it is known when it begins.
Attempt begin_attempt(const ReplayedRequest& request, UtcTime started_at);

/// Makes the request of `send`, whose capture `loader` gave.
Result<PreparedSend> prepare_loaded(const PlannedSend& send, Capture capture,
                                    const RequestMaker& maker, const std::vector<Route>& routes,
                                    const ReplayLoader& loader, UtcTime now);

/// Loads `send` and makes its request. One thread at a time for a `loader`.
Result<PreparedSend> prepare_send(const PlannedSend& send, const RequestMaker& maker,
                                  const std::vector<Route>& routes, ReplayLoader& loader,
                                  UtcTime now);

class ReplaySender {
 public:
  /// All that is referred to must outlive it. Errors: file (the CA file), storage.
  static Result<std::unique_ptr<ReplaySender>> start(const ReplayOptions& options,
                                                     const ReplaySource& source,
                                                     const RequestMaker& maker, ReplayQueue& queue,
                                                     ReplayDisplay& display,
                                                     AttemptRecorder& recorder, Env& env);
  /// Stops the queue and waits for the tries under way.
  ~ReplaySender();
  ReplaySender(const ReplaySender&) = delete;
  ReplaySender& operator=(const ReplaySender&) = delete;

  /// What was done so far: counts, statuses, latencies.
  ReplaySummary summary() const;

 private:
  struct Worker {
    ReplayLoader loader;
    std::vector<std::optional<Client>> clients;  ///< of each target
  };

  ReplaySender(const ReplayOptions& options, const RequestMaker& maker, ReplayQueue& queue,
               ReplayDisplay& display, AttemptRecorder& recorder, Env& env);

  void work(Worker& worker);
  ReplayAttempt send(const ReplayTask& task, Worker& worker);
  void exchange(const ReplayTask& task, const PreparedSend& prepared, Worker& worker,
                ReplayAttempt& attempt);
  void settle(const ReplayTask& task, const Worker& worker, ReplayAttempt& attempt);
  bool is_wanted(const ReplayAttempt& attempt, const std::optional<StatusSet>& expected) const;
  void count(const ReplayTask& task, const ReplayAttempt& attempt);
  void stop_when_nobody_answers(ClientFailure failure);

  const ReplayOptions& options_;
  const RequestMaker& maker_;
  ReplayQueue& queue_;
  ReplayDisplay& display_;
  AttemptRecorder& recorder_;
  Env& env_;
  ClientOptions client_options_;
  std::atomic<bool> has_answer_ = false;  ///< any target's
  std::atomic<bool> has_told_refusal_ = false;
  mutable std::mutex mutex_;
  ReplaySummary summary_;
  std::vector<Worker> workers_;
  std::vector<std::thread> threads_;
};

}  // namespace terra_hook
