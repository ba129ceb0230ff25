// SPDX-License-Identifier: MIT
// A bounded number of captures on their way into the store.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

#include "base/result.hpp"
#include "capture/store.hpp"

namespace terra_hook {

/// Opens the store with the first capture, so that reading nothing makes none. add() and finish()
/// are for one thread.
class ImportQueue {
 public:
  /// `on_kept` is called for each capture that is durable, in order, one at a time.
  ImportQueue(std::filesystem::path store, std::function<void(const Capture&)> on_kept)
      : path_(std::move(store)), on_kept_(std::move(on_kept)) {}
  ~ImportQueue();

  /// Queues `capture`; waits while too much is under way. The Error of an earlier one that could
  /// not be kept.
  Result<void> add(Capture capture);

  /// Waits until all are kept.
  Result<void> finish();

 private:
  void settle(Capture& capture, Result<Appended> appended);
  void wait_for_room(std::size_t captures, std::uint64_t bytes);

  const std::filesystem::path path_;
  const std::function<void(const Capture&)> on_kept_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t captures_ = 0;  ///< under way
  std::uint64_t bytes_ = 0;   ///< of their bodies
  std::optional<Error> error_;
  std::unique_ptr<StoreWriter> writer_;  ///< last: its thread uses the others
};

}  // namespace terra_hook
