// SPDX-License-Identifier: MIT
// `--save`: answers of Terra's REST API in the store, as the deliveries they could have been.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>

#include "base/result.hpp"
#include "capture/store.hpp"
#include "commands/api_caller.hpp"
#include "terra/api_range.hpp"

namespace terra_hook {

/// Any thread may call keep().
class AnswerKeeper {
 public:
  static Result<AnswerKeeper> open(const std::filesystem::path& store);

  /// Stores the answer and waits until it is durable; the capture's number.
  Result<std::int64_t> keep(const ApiReply& reply, const Url& base, const std::string& what,
                            const std::optional<ApiRange>& window);

  /// The first and last number, and how many; 0 when nothing was kept.
  std::int64_t first() const { return state_->first; }
  std::int64_t last() const { return state_->last; }
  std::int64_t count() const { return state_->count; }

 private:
  struct State {
    std::unique_ptr<StoreWriter> writer;
    std::mutex mutex;
    std::int64_t first = 0;
    std::int64_t last = 0;
    std::int64_t count = 0;
  };
  explicit AnswerKeeper(std::unique_ptr<State> state) : state_(std::move(state)) {}

  std::unique_ptr<State> state_;
};

}  // namespace terra_hook
