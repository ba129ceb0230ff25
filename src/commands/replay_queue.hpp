// SPDX-License-Identifier: MIT
// Hands the sends of a plan to workers: at the rate asked for, of one lane one after another, with
// failed ones again when their time has come.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <queue>
#include <unordered_map>
#include <vector>

#include "commands/replay_plan.hpp"

namespace terra_hook {

/// One try of one send.
struct ReplayTask {
  PlannedSend send;
  std::size_t number = 1;  ///< which try it is
};

struct QueueProgress {
  std::uint64_t finished = 0;  ///< sends that are not tried again
  std::uint64_t total = 0;
  std::uint64_t retrying = 0;  ///< sends that wait for their next try
};

/// Any thread may call any member.
class ReplayQueue {
 public:
  /// `interval`: the shortest time between two tries on average.
  ReplayQueue(ReplayPlan plan, std::optional<std::chrono::nanoseconds> interval);

  /// The next try, as soon as it is time; nothing once all is finished or after stop(). Whoever
  /// takes one calls finish() or retry() with it.
  std::optional<ReplayTask> take();

  /// There will be no more tries of this send.
  void finish(const ReplayTask& task);

  /// The send is tried again after `wait`; its lane stays occupied.
  void retry(ReplayTask task, std::chrono::microseconds wait);

  /// Hands out nothing more. Tries that were taken go on.
  void stop();

  QueueProgress progress() const;

  /// Waits until all is finished, or stopped and no try is under way, or `timeout` has passed;
  /// true when it is over.
  bool wait_for_end(std::chrono::milliseconds timeout) const;

 private:
  using Clock = std::chrono::steady_clock;

  struct Retry {
    Clock::time_point due;
    std::uint64_t order;  ///< of equal times, first come, first served
    ReplayTask task;

    bool operator<(const Retry& other) const {
      return due != other.due ? due > other.due : order > other.order;
    }
  };

  std::optional<ReplayTask> take_now();
  std::optional<ReplayTask> take_planned();
  std::optional<Clock::time_point> next_time() const;
  bool is_over() const;
  void wait_for_slot(std::unique_lock<std::mutex>& lock);
  void wake_worker();
  void tell_end();

  mutable std::mutex mutex_;
  std::condition_variable changed_;        ///< for workers
  mutable std::condition_variable ended_;  ///< for whoever waits for the end
  std::size_t idle_ = 0;                   ///< workers that wait for a task
  ReplayPlan plan_;
  std::optional<PlannedSend> head_;  ///< the plan's next one
  std::priority_queue<Retry> retries_;
  std::deque<ReplayTask> ready_;  ///< whose lane has become free
  /// Lanes in use, with what waits for them.
  std::unordered_map<std::uint64_t, std::deque<ReplayTask>> lanes_;
  std::size_t waiting_ = 0;  ///< in all lanes
  std::size_t taken_ = 0;    ///< tries under way
  std::uint64_t finished_ = 0;
  std::uint64_t retry_order_ = 0;
  bool is_stopped_ = false;
  const Clock::time_point start_;
  const std::optional<std::chrono::nanoseconds> interval_;
  Clock::time_point next_slot_;
};

}  // namespace terra_hook
