// SPDX-License-Identifier: MIT
// In which order and when what is to be sent by `replay`. Pure: no clock, and randomness comes from
// a seed. Memory is one small item a capture; bodies are not part of it.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <vector>

#include "base/time.hpp"

namespace terra_hook {

/// One thing to send, before it is loaded.
struct ReplayItem {
  std::int64_t capture = 0;   ///< its number; 0 for a message from a file
  std::uint32_t message = 0;  ///< which of the files' messages, when `capture` is 0
  std::uint64_t user = 0;     ///< the same for deliveries of one user; 0: nobody's
  std::uint64_t targets = 1;  ///< a bit for each target that it goes to
  UtcTime received_at{};      ///< for the gaps
};

inline constexpr std::size_t k_max_targets = 64;

enum class ReplayOrder {
  received,  ///< as the items are; of one user one after another
  shuffled,  ///< at random, users' order included
};

struct PlanOptions {
  ReplayOrder order = ReplayOrder::received;
  std::uint64_t seed = 0;
  std::uint64_t repeat = 1;    ///< how often all is sent
  double duplicates = 0;       ///< the share that is sent twice, as a sender may do
  std::optional<double> gaps;  ///< keep the original times, so many times faster
};

struct PlannedSend {
  const ReplayItem* item = nullptr;  ///< belongs to the plan
  std::size_t target = 0;
  /// Sends of one lane come one after another; 0: no other one need be waited for.
  std::uint64_t lane = 0;
  std::chrono::microseconds due{};  ///< after the start; 0 without gaps
  bool is_duplicate = false;
};

/// Gives one send after another. One thread at a time.
class ReplayPlan {
 public:
  ReplayPlan(std::vector<ReplayItem> items, const PlanOptions& options);

  /// The next one, or nothing when it was the last.
  std::optional<PlannedSend> next();

  /// All sends; duplicates count once they were given out.
  std::uint64_t total() const { return total_; }

 private:
  void begin_pass();
  bool advance();
  std::chrono::microseconds due_of(const ReplayItem& item);
  std::uint64_t lane_of(const ReplayItem& item, std::size_t target) const;

  std::vector<ReplayItem> items_;
  PlanOptions options_;
  std::mt19937_64 order_random_;
  std::mt19937_64 duplicate_random_;
  std::vector<std::uint32_t> order_;  ///< empty: as they are
  std::uint64_t total_ = 0;
  std::uint64_t pass_ = 0;
  std::size_t position_ = 0;        ///< in the pass
  std::uint64_t targets_left_ = 0;  ///< of the item at `position_`
  std::chrono::microseconds pass_length_{};
  std::chrono::microseconds last_due_{};
  std::optional<PlannedSend> duplicate_;
};

}  // namespace terra_hook
