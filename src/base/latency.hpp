// SPDX-License-Identifier: MIT
// How long things took, as percentiles, in memory that does not grow with their number.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace terra_hook {

/// Counts durations in buckets that are 1/64 of their value wide or narrower; a percentile is off
/// by at most that. One thread at a time.
class LatencyHistogram {
 public:
  /// Negative durations count as 0, those above 12 days as that.
  void add(std::chrono::microseconds duration);
  void add(const LatencyHistogram& other);

  std::uint64_t count() const { return count_; }

  /// The duration that `percent` of all do not exceed (the nearest rank; 50: the median); 0 when
  /// there are none.
  std::chrono::microseconds percentile(double percent) const;
  std::chrono::microseconds min() const;
  std::chrono::microseconds max() const { return std::chrono::microseconds(max_); }

 private:
  static constexpr std::size_t k_bucket_bits = 6;
  static constexpr std::size_t k_value_bits = 40;

  static std::size_t bucket_of(std::uint64_t value);
  static std::uint64_t top_of(std::size_t bucket);

  std::array<std::uint64_t, (k_value_bits - k_bucket_bits + 1) << k_bucket_bits> buckets_{};
  std::uint64_t count_ = 0;
  std::int64_t min_ = 0;
  std::int64_t max_ = 0;
};

}  // namespace terra_hook
