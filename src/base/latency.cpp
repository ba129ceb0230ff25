// SPDX-License-Identifier: MIT
#include "base/latency.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace terra_hook {

// Values below 64 have a bucket each; above, each power of two is cut into 64 equal ones.
std::size_t LatencyHistogram::bucket_of(std::uint64_t value) {
  constexpr std::uint64_t k_width = 1ULL << k_bucket_bits;
  if (value < k_width) return value;
  const auto shift = static_cast<std::size_t>(std::bit_width(value)) - 1 - k_bucket_bits;
  return ((shift + 1) << k_bucket_bits) + (value >> shift) - k_width;
}

std::uint64_t LatencyHistogram::top_of(std::size_t bucket) {
  constexpr std::uint64_t k_width = 1ULL << k_bucket_bits;
  if (bucket < k_width) return bucket;
  const std::size_t shift = (bucket >> k_bucket_bits) - 1;
  return (((bucket & (k_width - 1)) + k_width + 1) << shift) - 1;
}

void LatencyHistogram::add(std::chrono::microseconds duration) {
  constexpr std::int64_t k_most = (std::int64_t{1} << k_value_bits) - 1;
  const std::int64_t value = std::clamp<std::int64_t>(duration.count(), 0, k_most);
  min_ = count_ == 0 ? value : std::min(min_, value);
  max_ = std::max(max_, value);
  ++count_;
  ++buckets_[bucket_of(static_cast<std::uint64_t>(value))];
}

void LatencyHistogram::add(const LatencyHistogram& other) {
  if (other.count_ == 0) return;
  min_ = count_ == 0 ? other.min_ : std::min(min_, other.min_);
  max_ = std::max(max_, other.max_);
  count_ += other.count_;
  for (std::size_t i = 0; i < buckets_.size(); ++i) buckets_[i] += other.buckets_[i];
}

std::chrono::microseconds LatencyHistogram::percentile(double percent) const {
  const double rank = std::ceil(percent / 100 * static_cast<double>(count_));
  std::uint64_t left = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(rank));
  for (std::size_t i = 0; i < buckets_.size(); ++i) {
    if (buckets_[i] >= left) {
      return std::chrono::microseconds(std::min(static_cast<std::int64_t>(top_of(i)), max_));
    }
    left -= buckets_[i];
  }
  return max();
}

std::chrono::microseconds LatencyHistogram::min() const {
  return std::chrono::microseconds(min_);
}

}  // namespace terra_hook
