// SPDX-License-Identifier: MIT
// Asks for one window of dates after another, several at once, each until it has an answer.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/env.hpp"
#include "commands/api_caller.hpp"
#include "commands/request_plan.hpp"

namespace terra_hook {

struct FetchProgress {
  std::size_t done = 0;   ///< windows, also those that were there before
  std::size_t total = 0;  ///< as far as is known: a window may turn out to be two
  std::uint64_t records = 0;
  std::uint64_t bytes = 0;
  std::uint64_t days = 0;  ///< asked for and got
  std::uint64_t total_days = 0;
  std::string waits_for;  ///< why a request waits; empty when none does
  std::chrono::milliseconds wait_left{};
  std::chrono::milliseconds asked_for{};  ///< since the latest request was sent
};

/// Any thread, but start() and the destructor.
class WindowFetcher {
 public:
  /// What becomes of a reply; called by several threads at once. An Error ends it all.
  using Keep = std::function<Result<void>(const std::optional<ApiRange>&, ApiReply)>;
  /// Told of each wait, and of a window that was too large: it is halved, and so are those to come.
  using Tell = std::function<void(const std::string& note)>;

  /// Begins. `windows` are in the order of asking; one without dates is a request that has none.
  /// `done` windows were there before. The arguments must outlive it. Errors: file (the CA file),
  /// internal (no thread).
  static Result<std::unique_ptr<WindowFetcher>> start(
      const RequestPlan& plan, const ApiSession& session, const ApiPatience& patience,
      std::size_t concurrency, std::vector<std::optional<ApiRange>> windows, std::size_t done,
      Keep keep, Tell tell, const Env& env);
  /// stop() and join.
  ~WindowFetcher();
  WindowFetcher(const WindowFetcher&) = delete;
  WindowFetcher& operator=(const WindowFetcher&) = delete;

  /// Waits until all are answered, one has failed, or `time` has passed; true for the former two.
  bool wait_for_end(std::chrono::milliseconds time);

  /// Abandons what is under way.
  void stop();

  FetchProgress progress() const;

  /// After the end: why it failed, and which window.
  std::optional<ApiFailure> failure() const;
  std::optional<Error> error() const;
  std::optional<ApiRange> failed_window() const;

 private:
  using Window = std::optional<ApiRange>;
  struct Worker {
    std::optional<ApiCaller> caller;
    std::string waits_for;
    std::chrono::steady_clock::time_point waits_until{};  ///< or until when it did
  };

  WindowFetcher(const RequestPlan& plan, const ApiSession& session, Keep keep, Tell tell)
      : plan_(plan), session_(session), keep_(std::move(keep)), tell_(std::move(tell)) {}

  void work(Worker& worker);
  std::optional<Window> take();
  void settle(const Window& window, ApiEnd end);
  void note_wait(Worker& worker, const ApiWait& wait);
  void fit_front();
  bool split(const Window& window);
  bool has_ended() const;

  const RequestPlan& plan_;
  const ApiSession& session_;
  const Keep keep_;
  const Tell tell_;
  ApiGate gate_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Window> queue_;
  std::int64_t most_days_ = 0;  ///< in one window, since one was too large; 0: any number
  std::size_t active_ = 0;
  std::chrono::steady_clock::time_point asked_at_{};
  FetchProgress progress_;
  std::optional<ApiFailure> failure_;
  std::optional<Error> error_;
  std::optional<ApiRange> failed_window_;
  bool is_stopping_ = false;
  std::deque<Worker> workers_;
  std::vector<std::thread> threads_;
};

}  // namespace terra_hook
