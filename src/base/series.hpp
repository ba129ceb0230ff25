// SPDX-License-Identifier: MIT
// A measured value over time, in bounded memory however many samples come: kept as they are while
// they are few, then in ever wider buckets that remember their extremes. Samples may come in any
// order and repeat a time. Pure; not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace terra_hook {

/// A timestamp as Terra writes it: the instant, and how far the local clock was ahead of UTC.
struct SampleTime {
  double seconds = 0;  ///< since the Unix epoch, UTC
  double offset = 0;   ///< seconds, local minus UTC; 0 where the text has no offset

  bool operator==(const SampleTime&) const = default;
};

/// The time that `text` spells (parse_iso8601), or nothing when it is none.
std::optional<SampleTime> parse_sample_time(std::string_view text);

/// False for what no four-digit year can name, and for an offset of more than a day.
bool is_on_calendar(const SampleTime& time);

struct Sample {
  SampleTime time;
  std::optional<double> value;  ///< nothing: sent as null, or not a number
};

/// What a column of a plot shows.
struct SeriesColumn {
  double minimum = 0;
  double maximum = 0;
  double mean = 0;
};

class Series {
 public:
  /// Samples that lie close together.
  struct Bucket {
    SampleTime first, last;                  ///< of all its samples
    double first_value = 0, last_value = 0;  ///< by time, of those with a value
    double first_value_at = 0, last_value_at = 0;
    double minimum = 0, maximum = 0, sum = 0;
    std::uint64_t count = 0;  ///< samples with a value; the others are the missing ones
  };

  /// Values that are not finite count as missing, huge ones are cut to ±1e300; a sample whose time
  /// is not on the calendar is left out.
  void add(const Sample& sample);

  std::uint64_t count() const { return count_; }      ///< samples with a value
  std::uint64_t missing() const { return missing_; }  ///< samples without
  double minimum() const { return minimum_; }         ///< 0 while count() is 0, as the next two
  double maximum() const { return maximum_; }
  double mean() const { return mean_; }

  /// The earliest and latest time of any sample; meaningless while there is none.
  SampleTime first() const { return buckets_.empty() ? SampleTime{} : buckets_.front().first; }
  SampleTime last() const { return buckets_.empty() ? SampleTime{} : buckets_.back().last; }

  /// The usual distance between samples in seconds (the median); 0 when there are fewer than two.
  double typical_step() const;

  /// The time from first to last cut into `count` columns of equal length. A column that no sample
  /// falls into is interpolated, unless it lies in a gap: between samples that are more than three
  /// steps apart or have a missing one between them. Gaps are empty.
  std::vector<std::optional<SeriesColumn>> columns(std::size_t count) const;

  /// For a series that only ever counts up: its increase a second in each of `count` columns. A
  /// value below half of the one before it is taken for a counter that began again at 0. A gap in
  /// which nothing was added is empty, like in columns().
  std::vector<std::optional<double>> rates(std::size_t count) const;

  /// How much a series that only ever counts up was counted up in all, over its resets.
  double total_increase() const;

 private:
  std::int64_t index_of(double seconds) const;
  Bucket& bucket_at(const SampleTime& time);
  void widen_buckets();

  std::vector<Bucket> buckets_;        // ordered by time
  std::vector<std::int64_t> indexes_;  // of each bucket: its time in bucket widths
  int width_exponent_ = -10;           // a bucket is 2^this seconds wide
  std::uint64_t count_ = 0;
  std::uint64_t missing_ = 0;
  double minimum_ = 0;
  double maximum_ = 0;
  double mean_ = 0;
};

}  // namespace terra_hook
