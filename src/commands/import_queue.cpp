// SPDX-License-Identifier: MIT
#include "commands/import_queue.hpp"

#include <utility>

namespace terra_hook {
namespace {

constexpr std::size_t k_max_captures = 512;
constexpr std::uint64_t k_max_queued_bytes = 64ULL << 20;

}  // namespace

ImportQueue::~ImportQueue() {
  writer_.reset();
}

Result<void> ImportQueue::add(Capture capture) {
  if (!writer_) {
    TRY_ASSIGN(writer_, StoreWriter::open(path_));
  }
  wait_for_room(k_max_captures, k_max_queued_bytes);
  {
    const std::lock_guard lock(mutex_);
    if (error_) return *error_;
    ++captures_;
    bytes_ += capture.body.size();
  }
  auto shared = std::make_shared<Capture>(std::move(capture));
  writer_->append(
      shared, [this, shared](Result<Appended> appended) { settle(*shared, std::move(appended)); });
  return {};
}

void ImportQueue::settle(Capture& capture, Result<Appended> appended) {
  if (appended) {
    capture.number = appended->number;
    capture.duplicate_of = appended->duplicate_of;
    capture.duplicate_differs = appended->duplicate_differs;
    on_kept_(capture);
  }
  const std::lock_guard lock(mutex_);
  --captures_;
  bytes_ -= capture.body.size();
  if (!appended && !error_) error_ = appended.error();
  changed_.notify_all();
}

void ImportQueue::wait_for_room(std::size_t captures, std::uint64_t bytes) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return captures_ == 0 || (captures_ < captures && bytes_ < bytes); });
}

Result<void> ImportQueue::finish() {
  wait_for_room(1, 0);
  const std::lock_guard lock(mutex_);
  if (error_) return *error_;
  return {};
}

}  // namespace terra_hook
