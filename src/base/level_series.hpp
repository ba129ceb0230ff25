// SPDX-License-Identifier: MIT
// A state that holds until the next one begins, such as the stages of a night, in bounded memory.
// Samples may come in any order. Pure; not thread-safe.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "base/series.hpp"

namespace terra_hook {

class LevelSeries {
 public:
  struct Span {
    SampleTime from, to;
    std::optional<int> level;  ///< nothing: not known
  };

  /// A value that is not a whole number of at most four digits is not a level, and counts as
  /// unknown. Of more than 65,536 samples the rest is not kept; is_complete() tells.
  void add(const Sample& sample);

  /// Until when the last level held; without it, until its own sample.
  void set_end(const SampleTime& end) { end_ = end; }

  /// Ordered by time, without spans of no length, neighbours of different levels.
  std::vector<Span> spans() const;

  bool is_complete() const { return is_complete_; }

 private:
  struct Point {
    SampleTime time;
    std::optional<int> level;
  };

  std::vector<Point> samples_;  // in the order of their coming
  std::optional<SampleTime> end_;
  bool is_complete_ = true;
};

}  // namespace terra_hook
