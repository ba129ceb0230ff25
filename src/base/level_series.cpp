// SPDX-License-Identifier: MIT
#include "base/level_series.hpp"

#include <algorithm>
#include <cmath>

namespace terra_hook {

namespace {

constexpr std::size_t k_max_samples = 65'536;
constexpr double k_largest_level = 9999;

std::optional<int> to_level(const std::optional<double>& value) {
  const bool is_level =
      value && std::abs(*value) <= k_largest_level && std::trunc(*value) == *value;
  return is_level ? std::optional(static_cast<int>(*value)) : std::nullopt;
}

}  // namespace

void LevelSeries::add(const Sample& sample) {
  if (!is_on_calendar(sample.time)) {
    return;
  }
  if (samples_.size() == k_max_samples) {
    is_complete_ = false;
    return;
  }
  samples_.push_back({sample.time, to_level(sample.value)});
}

std::vector<LevelSeries::Span> LevelSeries::spans() const {
  std::vector<Point> ordered = samples_;
  std::stable_sort(ordered.begin(), ordered.end(),
                   [](const Point& a, const Point& b) { return a.time.seconds < b.time.seconds; });
  SampleTime end = ordered.empty() ? SampleTime{} : ordered.back().time;
  if (end_ && is_on_calendar(*end_) && end_->seconds > end.seconds) {
    end = *end_;
  }
  std::vector<Span> spans;
  for (std::size_t i = 0; i < ordered.size(); ++i) {
    const SampleTime& to = i + 1 < ordered.size() ? ordered[i + 1].time : end;
    if (!(to.seconds > ordered[i].time.seconds)) continue;
    if (!spans.empty() && spans.back().level == ordered[i].level) {
      spans.back().to = to;
    } else {
      spans.push_back({ordered[i].time, to, ordered[i].level});
    }
  }
  return spans;
}

}  // namespace terra_hook
