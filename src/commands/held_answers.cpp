// SPDX-License-Identifier: MIT
#include "commands/held_answers.hpp"

#include <utility>

namespace terra_hook {
namespace {

/// No sender waits for so long: the longest limit that Terra ever named is 30 s.
constexpr std::chrono::minutes k_never{2};

}  // namespace

HeldAnswers::~HeldAnswers() {
  release();
  if (thread_.joinable()) thread_.join();
}

void HeldAnswers::answer(Responder responder, HttpResponse response,
                         std::chrono::milliseconds delay) {
  std::unique_lock lock(mutex_);
  if (is_released_ || delay.count() <= 0) {
    lock.unlock();
    responder.send(std::move(response));
    return;
  }
  held_.emplace(Clock::now() + delay, Held{std::move(responder), std::move(response)});
  if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
  changed_.notify_all();
}

void HeldAnswers::keep_waiting(Responder responder) {
  answer(std::move(responder), {k_no_answer, {}, ""}, k_never);
}

void HeldAnswers::release() {
  const std::lock_guard lock(mutex_);
  is_released_ = true;
  changed_.notify_all();
}

void HeldAnswers::run() {
  std::unique_lock lock(mutex_);
  while (!is_released_ || !held_.empty()) {
    if (held_.empty()) {
      changed_.wait(lock);
      continue;
    }
    const auto due = held_.begin()->first;
    if (!is_released_ && Clock::now() < due) {
      changed_.wait_until(lock, due);
      continue;
    }
    auto first = held_.extract(held_.begin());
    lock.unlock();
    first.mapped().responder.send(std::move(first.mapped().response));
    lock.lock();
  }
}

}  // namespace terra_hook
