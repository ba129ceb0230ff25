// SPDX-License-Identifier: MIT
#include "commands/replay_plan.hpp"

#include <algorithm>
#include <bit>
#include <numeric>

namespace terra_hook {
namespace {

// Worked out here, not by <random>'s distributions: a seed gives the same everywhere.
double unit_interval(std::mt19937_64& random) {
  return static_cast<double>(random() >> 11) * 0x1.0p-53;
}

void shuffle(std::vector<std::uint32_t>& order, std::mt19937_64& random) {
  for (std::size_t i = order.size(); i > 1; --i) {
    const auto j = static_cast<std::size_t>(unit_interval(random) * static_cast<double>(i));
    std::swap(order[i - 1], order[j]);
  }
}

}  // namespace

ReplayPlan::ReplayPlan(std::vector<ReplayItem> items, const PlanOptions& options)
    : items_(std::move(items)),
      options_(options),
      order_random_(options.seed),
      duplicate_random_(options.seed ^ 0x9E3779B97F4A7C15ULL) {
  std::erase_if(items_, [](const ReplayItem& item) { return item.targets == 0; });
  for (const ReplayItem& item : items_) {
    total_ += static_cast<std::uint64_t>(std::popcount(item.targets));
  }
  total_ *= options_.repeat;
  if (items_.size() > 1) {
    // A pass begins after the last one's end and a usual gap.
    const auto span = std::max(items_.back().received_at - items_.front().received_at,
                               std::chrono::microseconds(0));
    pass_length_ = span + span / static_cast<std::int64_t>(items_.size() - 1);
  }
  begin_pass();
}

void ReplayPlan::begin_pass() {
  position_ = 0;
  targets_left_ = items_.empty() ? 0 : items_.front().targets;
  if (options_.order == ReplayOrder::received) return;
  order_.resize(items_.size());
  std::iota(order_.begin(), order_.end(), 0U);
  shuffle(order_, order_random_);
  if (!items_.empty()) targets_left_ = items_[order_.front()].targets;
}

// To the next item or pass; false at the end.
bool ReplayPlan::advance() {
  if (++position_ < items_.size()) {
    targets_left_ = items_[order_.empty() ? position_ : order_[position_]].targets;
    return true;
  }
  ++pass_;
  if (pass_ < options_.repeat) begin_pass();
  return pass_ < options_.repeat;
}

std::chrono::microseconds ReplayPlan::due_of(const ReplayItem& item) {
  if (!options_.gaps) return {};
  const auto since_first = item.received_at - items_.front().received_at +
                           pass_length_ * static_cast<std::int64_t>(pass_);
  const double scaled = static_cast<double>(since_first.count()) / *options_.gaps;
  // A clock that was set back leaves no gap, and none is worth waiting for longer than a century.
  constexpr double k_century = 3.2e15;
  const std::chrono::microseconds due(
      static_cast<std::int64_t>(std::clamp(scaled, 0.0, k_century)));
  last_due_ = std::max(last_due_, due);
  return last_due_;
}

std::uint64_t ReplayPlan::lane_of(const ReplayItem& item, std::size_t target) const {
  if (options_.order == ReplayOrder::shuffled || item.user == 0) return 0;
  return std::max<std::uint64_t>(1, item.user * k_max_targets + target);
}

std::optional<PlannedSend> ReplayPlan::next() {
  if (duplicate_) {
    std::optional<PlannedSend> send;
    send.swap(duplicate_);
    return send;
  }
  if (items_.empty() || pass_ >= options_.repeat) return std::nullopt;
  if (targets_left_ == 0 && !advance()) return std::nullopt;
  const ReplayItem& item = items_[order_.empty() ? position_ : order_[position_]];
  PlannedSend send;
  send.item = &item;
  send.target = static_cast<std::size_t>(std::countr_zero(targets_left_));
  targets_left_ &= targets_left_ - 1;
  send.lane = lane_of(item, send.target);
  send.due = due_of(item);
  if (options_.duplicates > 0 && unit_interval(duplicate_random_) < options_.duplicates) {
    duplicate_ = send;
    duplicate_->is_duplicate = true;
    ++total_;
  }
  return send;
}

}  // namespace terra_hook
