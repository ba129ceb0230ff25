// SPDX-License-Identifier: MIT
// What the writers of made-up records share. Only sample_*.cpp include this.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "terra/sample_json.hpp"
#include "terra/sample_records.hpp"

namespace terra_hook {

/// What a record is written for.
struct SampleDay {
  const Person& person;
  LocalDate date;
  SampleOptions options;

  /// So many seconds after the date's midnight, as Terra writes it.
  std::string stamp(int second) const {
    return local_stamp(std::chrono::local_seconds(date) + std::chrono::seconds(second),
                       person.utc_offset);
  }
};

/// `start_time`, `end_time` and `timestamp_localization`, members of `metadata`.
void write_times(JsonText& json, const SampleDay& day, int start, int end);

void write_device(JsonText& json, const SampleDay& day);

/// A record's id in the provider's manner; the same for the same `key`.
std::string record_id(const SampleDay& day, std::uint64_t key);

/// Members that are null, one after another.
void write_nulls(JsonText& json, std::initializer_list<std::string_view> keys);

/// An array of samples, or an empty one when none are wanted: `fill` writes the elements.
template <typename Fill>
void write_samples(JsonText& json, const SampleDay& day, std::string_view key, Fill fill) {
  json.array(key, [&] {
    if (day.options.with_samples) fill();
  });
}

/// An element of an array of samples: its time, then what `fill` writes.
template <typename Fill>
void write_sample(JsonText& json, const SampleDay& day, int second, Fill fill) {
  json.object("", [&] {
    json.text("timestamp", day.stamp(second));
    fill();
  });
}

/// Least, greatest and mean of numbers as they were written.
struct Spread {
  double least = 0;
  double most = 0;
  double sum = 0;
  int count = 0;

  void add(double value);
  double mean() const { return count == 0 ? 0 : sum / count; }
};

std::string activity_record(const SampleDay& day, const Workout& workout);
std::string athlete_record(const SampleDay& day);
std::vector<std::string> body_records(const SampleDay& day);
std::string daily_record(const SampleDay& day);
std::string menstruation_record(const SampleDay& day);
std::vector<std::string> nutrition_records(const SampleDay& day);
std::string sleep_record(const SampleDay& day);
std::string hormone_record(const SampleDay& day);
std::string observation_record(const SampleDay& day);
std::string planned_workout_record(const SampleDay& day);

std::string lab_report_event(const Person& person, LocalDate date);
std::string lab_failure_event(const Person& person, LocalDate date);
/// The flat form of before.
std::string old_lab_report_event(const Person& person, LocalDate date);
/// Terra's other product, Vantage, whose events have `event_type` instead of `type`.
std::string order_event(const Person& person, LocalDate date);
std::string order_item_event(const Person& person, LocalDate date);

}  // namespace terra_hook
