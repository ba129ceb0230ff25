// SPDX-License-Identifier: MIT
// Sends deliveries on to the developer's own server. Calls block, so they run on threads of their
// own, never on those of the server or the store; their number and what waits for them is bounded.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/env.hpp"
#include "base/latency.hpp"
#include "capture/attempt.hpp"
#include "capture/capture.hpp"
#include "capture/store.hpp"
#include "commands/display.hpp"
#include "http/client.hpp"
#include "http/header_change.hpp"
#include "http/response.hpp"
#include "http/route.hpp"

namespace terra_hook {

/// What `--forward-to` and its companions say.
struct ForwardOptions {
  std::vector<Route> routes;
  std::vector<HeaderChange> header_changes;
  std::chrono::milliseconds timeout{30'000};
  bool verifies_tls = true;
  std::string ca_file;
  bool acks_first = false;  ///< answer 200 at once, forward afterwards
  /// How long to wait at the start until every target accepts connections; not at all when empty.
  std::optional<std::chrono::milliseconds> target_wait;
  std::chrono::milliseconds limit{8'000};  ///< Terra's, for the clock
  bool fails_when_slow = false;            ///< exit code 8 when the limit was broken
  unsigned concurrency = 32;               ///< deliveries that are forwarded at once, at most
  std::size_t queue = 1'000;               ///< deliveries that may wait for that
};

class Forwarder {
 public:
  /// Called once with what the sender is to be answered, from a forwarding thread.
  using Answer = std::function<void(HttpResponse)>;

  /// Nothing is connected yet. `store` may be null. Errors: file (the CA file).
  static Result<std::unique_ptr<Forwarder>> create(const ForwardOptions& options,
                                                   StoreWriter* store, Display& display, Env& env);
  /// As stop().
  ~Forwarder();
  Forwarder(const Forwarder&) = delete;
  Forwarder& operator=(const Forwarder&) = delete;

  const ForwardOptions& options() const { return options_; }

  /// Takes the room that `capture` needs in the queue; false when there is none, or when stopping.
  bool reserve(const Capture& capture);

  /// Queues `capture`, whose room was reserved, for the targets with these indices, at least one.
  /// Once all have answered or failed, `answer` (which may be empty) is given the worst outcome:
  /// the target's own status, headers and body, or 502 or 504. Any thread.
  void forward(std::shared_ptr<const Capture> capture, const std::vector<std::size_t>& targets,
               Answer answer);

  /// Deliveries on their way or waiting.
  std::size_t pending() const;

  /// True once nothing is pending, waiting at most `timeout` for it.
  bool wait_until_idle(std::chrono::milliseconds timeout);

  /// Interrupts what is on its way, gives up what waits, and ends the threads. Everything is
  /// answered (503) and reported.
  void stop();

  /// What was done so far.
  ForwardSummary summary() const;

 private:
  struct Delivery;
  struct Job {
    std::shared_ptr<Delivery> delivery;
    std::size_t target = 0;
  };
  struct Outcome;

  Forwarder(ForwardOptions options, StoreWriter* store, Display& display, Env& env)
      : options_(std::move(options)), store_(store), display_(display), env_(env) {}

  void work();
  Attempt begin_attempt(const Job& job) const;
  void give_up(const Job& job);
  Outcome send(const Job& job);
  Outcome exchange(Client& client, const Job& job, Attempt attempt);
  void finish(const Job& job, Outcome outcome);
  void count(const Outcome& outcome);
  void keep(const Attempt& attempt);
  Result<std::unique_ptr<Client>> take_client(std::size_t target);
  void give_back(std::size_t target, std::unique_ptr<Client> client);

  const ForwardOptions options_;
  StoreWriter* store_;
  Display& display_;
  Env& env_;

  mutable std::mutex mutex_;
  std::condition_variable has_work_;
  std::condition_variable became_idle_;
  std::deque<Job> queue_;
  std::vector<std::thread> threads_;  ///< started as they are needed
  std::size_t idle_threads_ = 0;
  std::size_t pending_ = 0;  ///< deliveries that were reserved and are not finished
  std::uint64_t pending_bytes_ = 0;
  bool is_stopping_ = false;
  std::vector<std::vector<std::unique_ptr<Client>>> idle_clients_;  ///< of each route
  std::vector<Client*> busy_clients_;
  ForwardSummary summary_;
  LatencyHistogram latencies_;
};

/// Waits until every target accepts a connection or a stop is asked for; false when `target_wait`
/// has passed before. Tells on standard error what it waits for.
bool wait_for_targets(const ForwardOptions& options, Env& env);

}  // namespace terra_hook
