// SPDX-License-Identifier: MIT
#include "commands/window_fetcher.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>
#include <utility>

#include "base/time.hpp"

namespace terra_hook {
namespace {

using Clock = std::chrono::steady_clock;

std::int64_t days_of(const std::optional<ApiRange>& window) {
  return window ? window->days() : 0;
}

}  // namespace

Result<std::unique_ptr<WindowFetcher>> WindowFetcher::start(
    const RequestPlan& plan, const ApiSession& session, const ApiPatience& patience,
    std::size_t concurrency, std::vector<std::optional<ApiRange>> windows, std::size_t done,
    Keep keep, Tell tell, const Env& env) {
  std::unique_ptr<WindowFetcher> fetcher(
      new WindowFetcher(plan, session, std::move(keep), std::move(tell)));
  WindowFetcher& self = *fetcher;
  self.progress_.done = done;
  self.progress_.total = done + windows.size();
  for (const Window& window : windows) {
    self.progress_.total_days += static_cast<std::uint64_t>(days_of(window));
  }
  self.queue_.assign(windows.begin(), windows.end());
  const std::size_t count =
      std::clamp<std::size_t>(concurrency, 1, std::max<std::size_t>(windows.size(), 1));
  for (std::size_t i = 0; i < count; ++i) {
    Worker& worker = self.workers_.emplace_back();
    TRY_ASSIGN(ApiCaller caller, ApiCaller::create(session, patience, self.gate_, env,
                                                   [&self, &worker](const ApiWait& wait) {
                                                     self.note_wait(worker, wait);
                                                   }));
    worker.caller.emplace(std::move(caller));
  }
  try {
    for (Worker& worker : self.workers_) {
      self.threads_.emplace_back([&self, &worker] { self.work(worker); });
    }
  } catch (const std::system_error& failure) {
    return Error{ErrorKind::internal, fmt::format("can't start a thread: {}", failure.what()),
                 "try a lower --concurrency"};
  }
  return fetcher;
}

WindowFetcher::~WindowFetcher() {
  stop();
  for (std::thread& thread : threads_) thread.join();
}

void WindowFetcher::stop() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
    changed_.notify_all();
  }
  gate_.end();
  for (Worker& worker : workers_) {
    if (worker.caller) worker.caller->interrupt();
  }
}

bool WindowFetcher::has_ended() const {
  return active_ == 0 && (queue_.empty() || is_stopping_);
}

bool WindowFetcher::wait_for_end(std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, time, [this] { return has_ended(); });
}

std::optional<WindowFetcher::Window> WindowFetcher::take() {
  std::unique_lock lock(mutex_);
  // One that is under way may turn out to be two.
  changed_.wait(lock, [this] { return !queue_.empty() || active_ == 0 || is_stopping_; });
  if (queue_.empty() || is_stopping_) return std::nullopt;
  fit_front();
  Window window = queue_.front();
  queue_.pop_front();
  ++active_;
  asked_at_ = Clock::now();
  return window;
}

void WindowFetcher::work(Worker& worker) {
  const ApiSubject subject = plan_.subject(session_.base);
  while (const std::optional<Window> window = take()) {
    ApiEnd end =
        worker.caller->call(plan_.target(session_.base, *window), days_of(*window), subject);
    {
      const std::lock_guard lock(mutex_);
      worker.waits_for.clear();
    }
    settle(*window, std::move(end));
  }
}

/// Halves the next window until it is no larger than what may do. Under the lock.
void WindowFetcher::fit_front() {
  while (most_days_ > 0 && days_of(queue_.front()) > most_days_) {
    const auto halves = halve(*queue_.front());
    if (!halves) return;
    queue_.front() = halves->second;
    queue_.emplace_front(halves->first);
    ++progress_.total;
  }
}

/// Asks for less than a window that was too large, if that is wanted and can be done.
bool WindowFetcher::split(const Window& window) {
  const std::int64_t half = days_of(window) / 2;
  if (!plan_.traits.is_split || half < 1) return false;
  bool is_news = false;
  {
    const std::lock_guard lock(mutex_);
    is_news = most_days_ == 0 || half < most_days_;
    if (is_news) most_days_ = half;
    queue_.push_front(window);
  }
  if (is_news) {
    tell_(fmt::format("{} days were too much for one answer; asking for {} at once from now on",
                      days_of(window), half));
  }
  return true;
}

void WindowFetcher::settle(const Window& window, ApiEnd end) {
  std::optional<Error> error;
  const bool is_split = end.failure && end.is_too_large && split(window);
  std::uint64_t bytes = 0;
  std::uint64_t records = 0;
  const bool has_reply = end.reply.has_value();
  if (has_reply) {
    bytes = end.reply->body().size();
    records = static_cast<std::uint64_t>(end.reply->answer.records.value_or(0));
    if (auto kept = keep_(window, *std::move(end.reply)); !kept) error = kept.error();
  }
  bool fails = false;
  {
    const std::lock_guard lock(mutex_);
    --active_;
    if (error && !error_) error_ = std::move(error);
    if (end.failure && !is_split && !failure_) {
      failure_ = std::move(end.failure);
      failed_window_ = window;
    }
    fails = error_.has_value() || failure_.has_value();
    is_stopping_ = is_stopping_ || fails;
    if (has_reply && !error_) {
      ++progress_.done;
      progress_.days += static_cast<std::uint64_t>(days_of(window));
      progress_.bytes += bytes;
      progress_.records += records;
    }
    changed_.notify_all();
  }
  // Others may wait for minutes; what they are sending may still come to its end.
  if (fails) gate_.end();
}

void WindowFetcher::note_wait(Worker& worker, const ApiWait& wait) {
  {
    const std::lock_guard lock(mutex_);
    worker.waits_for = wait.reason;
    worker.waits_until = Clock::now() + wait.time;
  }
  std::string note =
      fmt::format("{}: asking again in {}", wait.reason, to_human_duration(wait.time));
  if (wait.retry > 0) note += fmt::format(" (retry {})", wait.retry);
  tell_(note);
}

FetchProgress WindowFetcher::progress() const {
  const std::lock_guard lock(mutex_);
  FetchProgress progress = progress_;
  auto asked_at = asked_at_;
  for (const Worker& worker : workers_) {
    asked_at = std::max(asked_at, worker.waits_until);
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(worker.waits_until - Clock::now());
    if (worker.waits_for.empty() || left.count() <= 0) continue;
    if (progress.waits_for.empty() || left < progress.wait_left) {
      progress.waits_for = worker.waits_for;
      progress.wait_left = left;
    }
  }
  progress.asked_for =
      std::max(std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - asked_at),
               std::chrono::milliseconds(0));
  return progress;
}

std::optional<ApiFailure> WindowFetcher::failure() const {
  const std::lock_guard lock(mutex_);
  return failure_;
}

std::optional<Error> WindowFetcher::error() const {
  const std::lock_guard lock(mutex_);
  return error_;
}

std::optional<ApiRange> WindowFetcher::failed_window() const {
  const std::lock_guard lock(mutex_);
  return failed_window_;
}

}  // namespace terra_hook
