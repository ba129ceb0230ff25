// SPDX-License-Identifier: MIT
// What a made-up person did: the night, the workouts and the minutes of a day, from which all
// records of that day are written, so that they agree. Pure; times are seconds after the date's
// local midnight.
#pragma once

#include <array>
#include <chrono>
#include <string_view>
#include <vector>

#include "terra/sample_person.hpp"

namespace terra_hook {

using LocalDate = std::chrono::local_days;

inline constexpr int k_day_seconds = 86'400;

struct Sport {
  int type;  ///< Terra's ActivityType
  std::string_view name;
  double speed_low;  ///< metres a second; 0: on the spot
  double speed_high;
  double effort_low;  ///< share of the heart rate's reserve
  double effort_high;
  double cadence;    ///< a minute; 0: none
  double met;        ///< at no speed
  double met_speed;  ///< for each metre a second
  int minutes_low;
  int minutes_high;
  bool is_on_foot;
  bool is_outdoors;
  bool has_power;
  int pool_meters;  ///< 0: not a pool
};

struct Workout {
  const Sport* sport = nullptr;
  int start = 0;
  int seconds = 0;
  double effort = 0;
  double speed = 0;       ///< its mean, about
  std::uint64_t key = 0;  ///< of all that is random about it
};

/// A value for each second from 0 to the workout's end; the cumulative ones begin with 0.
struct WorkoutTrace {
  std::vector<double> bpm;
  std::vector<double> speed;
  std::vector<double> meters;  ///< cumulative
  std::vector<double> steps;   ///< cumulative; of swimming, strokes
  std::vector<double> elevation;
  std::vector<double> cadence;
  std::vector<double> watts;
  std::vector<double> net_calories;  ///< cumulative, what rest would have burned left out
  std::vector<double> latitude;      ///< empty without positions
  std::vector<double> longitude;
};

/// Terra's SleepLevel.
enum class SleepLevel { awake = 1, light = 4, deep = 5, rem = 6 };

struct SleepStage {
  SleepLevel level;
  int seconds;
};

struct Night {
  int start = 0;  ///< of the date on which it ends; negative: the evening before
  std::vector<SleepStage> stages;
  double depth = 0;  ///< how good, from 0 to 1
  std::uint64_t key = 0;

  int seconds() const;
  int end() const { return start + seconds(); }
};

constexpr int k_minutes_of_day = 1440;

/// One value for each minute.
struct DayTrace {
  std::array<double, k_minutes_of_day> bpm{};
  std::array<int, k_minutes_of_day> steps{};
  std::array<double, k_minutes_of_day> meters{};
  std::array<double, k_minutes_of_day> net_calories{};
  std::array<int, k_minutes_of_day> level{};  ///< Terra's ActivityLevel
  std::array<int, k_minutes_of_day> floors{};
};

/// The workouts that begin on the date, the earliest first; on many days none.
std::vector<Workout> plan_workouts(const Person& person, LocalDate date);
WorkoutTrace trace_of(const Person& person, const Workout& workout);

/// The night that ends on the date.
Night plan_night(const Person& person, LocalDate date);
/// The heart rate at so many seconds into the night.
double night_bpm(const Person& person, const Night& night, int second);

DayTrace trace_day(const Person& person, LocalDate date);

/// What rest burns in a day (Mifflin-St Jeor).
double resting_calories(const Person& person, LocalDate date);
double weight_on(const Person& person, LocalDate date);
int age_on(const Person& person, LocalDate date);
/// The resting heart rate of those days.
double resting_bpm_on(const Person& person, LocalDate date);

/// A key for what is random about a person on a date, apart for each `purpose`.
std::uint64_t day_key(const Person& person, LocalDate date, std::string_view purpose);

}  // namespace terra_hook
