// SPDX-License-Identifier: MIT
#include "base/series.hpp"

#include <algorithm>
#include <cmath>

#include "base/time.hpp"

namespace terra_hook {

namespace {

constexpr std::size_t k_max_buckets = 1024;
constexpr double k_largest_value = 1e300;
// Samples further apart than so many steps have a gap between them.
constexpr double k_steps_of_a_gap = 3;

using Bucket = Series::Bucket;

double to_seconds(UtcTime time) {
  return static_cast<double>(time.time_since_epoch().count()) / 1e6;
}

Bucket empty_bucket(const SampleTime& time) {
  Bucket bucket;
  bucket.first = time;
  bucket.last = time;
  return bucket;
}

void add_value(Bucket& bucket, double at, double value) {
  if (bucket.count == 0 || at < bucket.first_value_at) {
    bucket.first_value_at = at;
    bucket.first_value = value;
  }
  if (bucket.count == 0 || at >= bucket.last_value_at) {
    bucket.last_value_at = at;
    bucket.last_value = value;
  }
  bucket.minimum = bucket.count == 0 ? value : std::min(bucket.minimum, value);
  bucket.maximum = bucket.count == 0 ? value : std::max(bucket.maximum, value);
  bucket.sum += value;
  ++bucket.count;
}

// Takes `later`, whose times all lie after those of `bucket`, into it.
void merge(Bucket& bucket, const Bucket& later) {
  bucket.last = later.last;
  if (later.count == 0) {
    return;
  }
  if (bucket.count == 0) {
    const SampleTime first = bucket.first;
    bucket = later;
    bucket.first = first;
    return;
  }
  bucket.last_value_at = later.last_value_at;
  bucket.last_value = later.last_value;
  bucket.minimum = std::min(bucket.minimum, later.minimum);
  bucket.maximum = std::max(bucket.maximum, later.maximum);
  bucket.sum += later.sum;
  bucket.count += later.count;
}

// Which of `count` columns over [first, last] holds `seconds`.
std::size_t column_of(double seconds, double first, double last, std::size_t count) {
  if (last <= first) {
    return 0;
  }
  const double place = (seconds - first) / (last - first) * static_cast<double>(count);
  return std::min(static_cast<std::size_t>(std::max(place, 0.0)), count - 1);
}

// One column while its buckets are added up.
struct Sum {
  SeriesColumn column;
  double sum = 0;
  double count = 0;

  void add(const Bucket& bucket) {
    column.minimum = count == 0 ? bucket.minimum : std::min(column.minimum, bucket.minimum);
    column.maximum = count == 0 ? bucket.maximum : std::max(column.maximum, bucket.maximum);
    sum += bucket.sum;
    count += static_cast<double>(bucket.count);
    column.mean = std::clamp(sum / count, column.minimum, column.maximum);
  }
};

// By how much the counter went up between two places, the later one's values being those of
// `bucket`.
struct Increase {
  double from = 0;  // seconds
  double to = 0;
  double amount = 0;
  bool is_after_gap = false;
};

double increase_to(const Bucket& bucket, double before) {
  const double highest = std::max(bucket.maximum, before);
  const bool begins_again = bucket.last_value < highest / 2;
  // Before it began again it may have gone up to the highest value of this bucket.
  return begins_again ? (highest - before) + std::max(bucket.last_value, 0.0) : highest - before;
}

// Whether nothing is known about the time between two neighbouring buckets with values.
struct Neighbours {
  const Bucket& left;
  const Bucket& right;
  bool are_adjacent;  // no bucket without values lies between them

  bool have_gap(double step) const {
    return !are_adjacent ||
           right.first_value_at - left.last_value_at > std::max(step, 1e-9) * k_steps_of_a_gap;
  }
};

template <typename Visit>
void for_each_neighbours(const std::vector<Bucket>& buckets, Visit visit) {
  const Bucket* left = nullptr;
  bool are_adjacent = true;
  for (const Bucket& bucket : buckets) {
    if (bucket.count == 0) {
      are_adjacent = false;
      continue;
    }
    if (left != nullptr) visit(Neighbours{*left, bucket, are_adjacent});
    left = &bucket;
    are_adjacent = true;
  }
}

std::vector<Increase> increases(const std::vector<Bucket>& buckets, double step) {
  std::vector<Increase> found;
  double before = 0;
  double at = 0;
  const auto add = [&](const Bucket& bucket, bool is_after_gap) {
    const double amount = increase_to(bucket, before);
    found.push_back({at, bucket.last_value_at, amount, is_after_gap});
    const bool begins_again = bucket.last_value < std::max(bucket.maximum, before) / 2;
    before = begins_again ? bucket.last_value : std::max(bucket.maximum, before);
    at = bucket.last_value_at;
  };
  const auto first = std::find_if(buckets.begin(), buckets.end(),
                                  [](const Bucket& bucket) { return bucket.count != 0; });
  if (first == buckets.end()) {
    return found;
  }
  before = first->first_value;
  at = first->first_value_at;
  add(*first, false);
  for_each_neighbours(buckets, [&](const Neighbours& neighbours) {
    add(neighbours.right, neighbours.have_gap(step));
  });
  return found;
}

}  // namespace

bool is_on_calendar(const SampleTime& time) {
  // Within the years 1 to 9999, whatever the offset.
  constexpr double k_earliest = -6.2e10;
  constexpr double k_latest = 2.534e11;
  constexpr double k_day = 86'400;
  return time.seconds >= k_earliest && time.seconds <= k_latest && std::abs(time.offset) <= k_day;
}

std::optional<SampleTime> parse_sample_time(std::string_view text) {
  const std::optional<UtcTime> instant = parse_iso8601(text);
  if (!instant) {
    return std::nullopt;
  }
  SampleTime time{to_seconds(*instant), 0};
  constexpr std::size_t k_after_time_of_day = 19;
  const std::size_t sign = text.find_first_of("+-", k_after_time_of_day);
  if (sign != std::string_view::npos) {
    if (const std::optional<UtcTime> local = parse_iso8601(text.substr(0, sign))) {
      time.offset = to_seconds(*local) - time.seconds;
    }
  }
  return time;
}

void Series::add(const Sample& sample) {
  if (!is_on_calendar(sample.time)) {
    return;
  }
  Bucket& bucket = bucket_at(sample.time);
  if (sample.time.seconds < bucket.first.seconds) {
    bucket.first = sample.time;
  }
  if (sample.time.seconds >= bucket.last.seconds) {
    bucket.last = sample.time;
  }
  if (!sample.value || !std::isfinite(*sample.value)) {
    ++missing_;
    return;
  }
  const double value = std::clamp(*sample.value, -k_largest_value, k_largest_value);
  add_value(bucket, sample.time.seconds, value);
  minimum_ = count_ == 0 ? value : std::min(minimum_, value);
  maximum_ = count_ == 0 ? value : std::max(maximum_, value);
  ++count_;
  mean_ += (value - mean_) / static_cast<double>(count_);
}

std::int64_t Series::index_of(double seconds) const {
  return static_cast<std::int64_t>(std::floor(std::ldexp(seconds, -width_exponent_)));
}

Series::Bucket& Series::bucket_at(const SampleTime& time) {
  const std::int64_t index = index_of(time.seconds);
  const auto found = indexes_.empty() || indexes_.back() < index
                         ? indexes_.end()
                         : std::lower_bound(indexes_.begin(), indexes_.end(), index);
  const auto place = found - indexes_.begin();
  if (found != indexes_.end() && *found == index) {
    return buckets_[static_cast<std::size_t>(place)];
  }
  if (indexes_.size() == k_max_buckets) {
    widen_buckets();
    return bucket_at(time);
  }
  indexes_.insert(found, index);
  return *buckets_.insert(buckets_.begin() + place, empty_bucket(time));
}

void Series::widen_buckets() {
  ++width_exponent_;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < buckets_.size(); ++i) {
    const std::int64_t index = indexes_[i] >> 1;
    if (kept > 0 && indexes_[kept - 1] == index) {
      merge(buckets_[kept - 1], buckets_[i]);
    } else {
      indexes_[kept] = index;
      buckets_[kept] = buckets_[i];
      ++kept;
    }
  }
  indexes_.resize(kept);
  buckets_.resize(kept);
}

double Series::typical_step() const {
  std::vector<double> steps;
  for (std::size_t i = 1; i < buckets_.size(); ++i) {
    steps.push_back(buckets_[i].first.seconds - buckets_[i - 1].last.seconds);
  }
  if (steps.empty()) {
    return 0;
  }
  const auto middle = steps.begin() + static_cast<std::ptrdiff_t>(steps.size() / 2);
  std::nth_element(steps.begin(), middle, steps.end());
  return *middle;
}

std::vector<std::optional<SeriesColumn>> Series::columns(std::size_t count) const {
  std::vector<std::optional<SeriesColumn>> columns(count);
  if (count == 0 || count_ == 0) {
    return columns;
  }
  const double start = first().seconds;
  const double end = last().seconds;
  const auto place = [&](double seconds) { return column_of(seconds, start, end, count); };
  std::vector<Sum> sums(count);
  for (const Bucket& bucket : buckets_) {
    if (bucket.count != 0) sums[place(bucket.first_value_at)].add(bucket);
  }
  for (std::size_t i = 0; i < count; ++i) {
    if (sums[i].count != 0) columns[i] = sums[i].column;
  }
  const double step = typical_step();
  for_each_neighbours(buckets_, [&](const Neighbours& neighbours) {
    if (neighbours.have_gap(step)) return;
    const std::size_t left = place(neighbours.left.first_value_at);
    const std::size_t right = place(neighbours.right.first_value_at);
    for (std::size_t i = left + 1; i < right; ++i) {
      const double part = static_cast<double>(i - left) / static_cast<double>(right - left);
      const double value =
          std::lerp(neighbours.left.last_value, neighbours.right.first_value, part);
      if (!columns[i]) columns[i] = SeriesColumn{value, value, value};
    }
  });
  return columns;
}

std::vector<std::optional<double>> Series::rates(std::size_t count) const {
  std::vector<std::optional<double>> rates(count);
  const double start = first().seconds;
  const double end = last().seconds;
  if (count == 0 || !(end > start)) {
    return rates;
  }
  const double width = (end - start) / static_cast<double>(count);
  std::vector<double> amounts(count, 0);
  std::vector<double> covered(count, 0);
  for (const Increase& increase : increases(buckets_, typical_step())) {
    const double length = increase.to - increase.from;
    if (!(length > 0) || (increase.is_after_gap && increase.amount <= 0)) continue;
    const std::size_t from = column_of(increase.from, start, end, count);
    const std::size_t to = column_of(increase.to, start, end, count);
    for (std::size_t i = from; i <= to; ++i) {
      const double begin = std::max(increase.from, start + width * static_cast<double>(i));
      const double stop = std::min(increase.to, start + width * static_cast<double>(i + 1));
      const double overlap = std::max(stop - begin, 0.0);
      amounts[i] += increase.amount * (overlap / length);
      covered[i] += overlap;
    }
  }
  for (std::size_t i = 0; i < count; ++i) {
    // A sliver at the border of a gap is not worth a bar.
    if (covered[i] > width * 1e-3) rates[i] = std::min(amounts[i] / covered[i], k_largest_value);
  }
  return rates;
}

double Series::total_increase() const {
  double total = 0;
  for (const Increase& increase : increases(buckets_, 0)) total += increase.amount;
  return total;
}

}  // namespace terra_hook
