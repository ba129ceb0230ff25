// SPDX-License-Identifier: MIT
#include "commands/replay_queue.hpp"

#include <algorithm>

namespace terra_hook {
namespace {

using namespace std::chrono_literals;

// No more is taken from the plan while so many wait for their lane or their next try.
constexpr std::size_t k_most_waiting = 100'000;
// How far behind its rate the queue may be and still catch up.
constexpr auto k_catch_up = 100ms;

}  // namespace

ReplayQueue::ReplayQueue(ReplayPlan plan, std::optional<std::chrono::nanoseconds> interval)
    : plan_(std::move(plan)),
      head_(plan_.next()),
      start_(Clock::now()),
      interval_(interval),
      next_slot_(start_) {}

std::optional<ReplayTask> ReplayQueue::take() {
  std::unique_lock lock(mutex_);
  while (!is_stopped_) {
    if (auto task = take_now()) {
      ++taken_;
      wait_for_slot(lock);
      if (!is_stopped_) return task;
      --taken_;
      break;
    }
    if (is_over()) break;
    ++idle_;
    if (const auto time = next_time()) {
      changed_.wait_until(lock, *time);
    } else {
      changed_.wait(lock);
    }
    --idle_;
  }
  tell_end();
  return std::nullopt;
}

// One that waits for its slot would swallow the call of a single one.
void ReplayQueue::wake_worker() {
  if (idle_ == 0) return;
  if (interval_) {
    changed_.notify_all();
  } else {
    changed_.notify_one();
  }
}

void ReplayQueue::tell_end() {
  if (!is_over()) return;
  changed_.notify_all();
  ended_.notify_all();
}

// What may be sent at once.
std::optional<ReplayTask> ReplayQueue::take_now() {
  if (!retries_.empty() && retries_.top().due <= Clock::now()) {
    ReplayTask task = retries_.top().task;
    retries_.pop();
    return task;
  }
  if (!ready_.empty()) {
    ReplayTask task = ready_.front();
    ready_.pop_front();
    return task;
  }
  return take_planned();
}

std::optional<ReplayTask> ReplayQueue::take_planned() {
  while (head_ && waiting_ + retries_.size() < k_most_waiting) {
    if (head_->due > 0us && start_ + head_->due > Clock::now()) return std::nullopt;
    const ReplayTask task{*head_, 1};
    head_ = plan_.next();
    if (task.send.lane == 0) return task;
    const auto [lane, is_free] = lanes_.try_emplace(task.send.lane);
    if (is_free) return task;
    lane->second.push_back(task);
    ++waiting_;
  }
  return std::nullopt;
}

std::optional<ReplayQueue::Clock::time_point> ReplayQueue::next_time() const {
  std::optional<Clock::time_point> time;
  if (!retries_.empty()) time = retries_.top().due;
  if (head_ && head_->due > 0us) {
    const Clock::time_point due = start_ + head_->due;
    if (due > Clock::now()) time = time ? std::min(*time, due) : due;
  }
  return time;
}

bool ReplayQueue::is_over() const {
  if (taken_ > 0) return false;
  return is_stopped_ || (!head_ && retries_.empty() && ready_.empty() && waiting_ == 0);
}

void ReplayQueue::wait_for_slot(std::unique_lock<std::mutex>& lock) {
  if (!interval_) return;
  const Clock::time_point now = Clock::now();
  const Clock::time_point slot = std::max(next_slot_, now - k_catch_up);
  next_slot_ = slot + *interval_;
  if (slot > now) changed_.wait_until(lock, slot, [this] { return is_stopped_; });
}

void ReplayQueue::finish(const ReplayTask& task) {
  const std::lock_guard lock(mutex_);
  --taken_;
  ++finished_;
  const auto lane = lanes_.find(task.send.lane);
  if (lane != lanes_.end()) {
    if (lane->second.empty()) {
      lanes_.erase(lane);
    } else {
      ready_.push_back(lane->second.front());
      lane->second.pop_front();
      --waiting_;
      wake_worker();
    }
  }
  tell_end();
}

void ReplayQueue::retry(ReplayTask task, std::chrono::microseconds wait) {
  const std::lock_guard lock(mutex_);
  --taken_;
  ++task.number;
  retries_.push({Clock::now() + wait, retry_order_++, task});
  wake_worker();
  tell_end();
}

void ReplayQueue::stop() {
  const std::lock_guard lock(mutex_);
  is_stopped_ = true;
  changed_.notify_all();
  tell_end();
}

QueueProgress ReplayQueue::progress() const {
  const std::lock_guard lock(mutex_);
  return {finished_, plan_.total(), retries_.size()};
}

bool ReplayQueue::wait_for_end(std::chrono::milliseconds timeout) const {
  std::unique_lock lock(mutex_);
  return ended_.wait_for(lock, timeout, [this] { return is_over(); });
}

}  // namespace terra_hook
