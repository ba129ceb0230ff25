// SPDX-License-Identifier: MIT
#include "commands/diagnosis_queue.hpp"

#include <chrono>
#include <utility>

#include "commands/signature_diagnosis.hpp"

namespace terra_hook {
namespace {

constexpr std::size_t k_max_in_line = 64;
constexpr std::uint64_t k_max_bytes_in_line = 64ULL << 20;

}  // namespace

DiagnosisQueue::DiagnosisQueue(std::vector<NamedSecret> secrets, std::vector<NamedSecret> others,
                               Display& display)
    : secrets_(std::move(secrets)),
      others_(std::move(others)),
      display_(display),
      thread_([this] { run(); }) {}

DiagnosisQueue::~DiagnosisQueue() {
  stop(std::chrono::milliseconds(0));
}

void DiagnosisQueue::consider(const std::shared_ptr<const Capture>& capture) {
  if (!is_diagnosable(capture->verdict)) return;
  const std::lock_guard lock(mutex_);
  const std::uint64_t size = capture->body.size();
  if (is_stopping_ || queue_.size() >= k_max_in_line ||
      queued_bytes_ + size > k_max_bytes_in_line) {
    ++left_out_;
    return;
  }
  queued_bytes_ += size;
  queue_.push_back(capture);
  changed_.notify_all();
}

void DiagnosisQueue::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return !queue_.empty() || is_stopping_; });
    if (queue_.empty()) return;
    const std::shared_ptr<const Capture> capture = std::move(queue_.front());
    queue_.pop_front();
    is_busy_ = true;
    lock.unlock();
    const auto began = std::chrono::steady_clock::now();
    display_.push(SignatureDiagnosed{
        capture->number, capture->verdict,
        diagnose_delivery({capture->headers, std::nullopt, capture->body, capture->received_at},
                          secrets_, others_)});
    lock.lock();
    queued_bytes_ -= capture->body.size();
    is_busy_ = false;
    changed_.notify_all();
    // A flood of forgeries gets half of one processor at the most.
    changed_.wait_for(lock, std::chrono::steady_clock::now() - began,
                      [this] { return is_stopping_; });
  }
}

void DiagnosisQueue::stop(std::chrono::milliseconds patience) {
  {
    std::unique_lock lock(mutex_);
    is_stopping_ = true;
    changed_.notify_all();
    changed_.wait_for(lock, patience, [this] { return queue_.empty() && !is_busy_; });
    left_out_ += queue_.size();
    queue_.clear();
  }
  if (thread_.joinable()) thread_.join();
}

std::uint64_t DiagnosisQueue::left_out() const {
  const std::lock_guard lock(mutex_);
  return left_out_;
}

}  // namespace terra_hook
