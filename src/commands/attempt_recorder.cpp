// SPDX-License-Identifier: MIT
#include "commands/attempt_recorder.hpp"

#include <memory>
#include <utility>

namespace terra_hook {
namespace {

constexpr std::uint64_t k_most = 4096;
constexpr std::uint64_t k_most_bytes = 32ULL << 20;

}  // namespace

void end_attempt(Attempt& attempt, Result<ClientResponse> answer,
                 std::chrono::steady_clock::time_point started) {
  if (!answer) {
    attempt.latency = std::chrono::duration_cast<std::chrono::microseconds>(
        std::chrono::steady_clock::now() - started);
    attempt.error = std::move(answer).error().message;
    return;
  }
  attempt.latency = answer->latency;
  attempt.status = answer->status;
  attempt.headers = std::move(answer->headers);
  attempt.body = std::move(answer->body);
  attempt.body_size = answer->body_size;
}

void AttemptRecorder::record(Attempt attempt) {
  if (store_ == nullptr || attempt.capture == 0) return;
  const std::uint64_t bytes = attempt.body.size();
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return queued_ < k_most && queued_bytes_ < k_most_bytes; });
    ++queued_;
    queued_bytes_ += bytes;
  }
  store_->append(std::make_shared<const Attempt>(std::move(attempt)),
                 [this, bytes](Result<void> kept) {
                   const std::lock_guard lock(mutex_);
                   --queued_;
                   queued_bytes_ -= bytes;
                   if (!kept) {
                     ++failed_;
                     if (!first_failure_) first_failure_ = std::move(kept).error();
                   }
                   changed_.notify_all();
                 });
}

void AttemptRecorder::finish() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return queued_ == 0; });
}

std::uint64_t AttemptRecorder::failed() const {
  const std::lock_guard lock(mutex_);
  return failed_;
}

std::optional<Error> AttemptRecorder::first_failure() const {
  const std::lock_guard lock(mutex_);
  return first_failure_;
}

}  // namespace terra_hook
