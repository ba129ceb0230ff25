// SPDX-License-Identifier: MIT
#include "terra/sample_day.hpp"

#include <algorithm>
#include <cmath>

#include "terra/sample_random.hpp"

namespace terra_hook {
namespace {

constexpr int k_hour = 3600;
constexpr int k_epoch = 30;  // a hypnogram's
constexpr double k_meters_per_degree = 111'320;

// The first three are favourites, the others come now and then (Person::first_sport).
constexpr Sport k_sports[] = {
    {8, "Run", 2.5, 3.3, 0.6, 0.78, 166, 0.9, 3.2, 25, 75, true, true, false, 0},
    {1, "Ride", 5.6, 8.2, 0.48, 0.68, 82, 0.6, 1.05, 40, 120, false, true, true, 0},
    {7, "Walk", 1.25, 1.6, 0.18, 0.32, 110, 1.3, 1.7, 25, 70, true, true, false, 0},
    {80, "Strength", 0, 0, 0.3, 0.5, 0, 4.6, 0, 30, 65, false, false, false, 0},
    {83, "Pool Swim", 0.8, 1.2, 0.5, 0.68, 28, 2.5, 4.5, 25, 55, false, false, false, 25},
    {100, "Yoga", 0, 0, 0.1, 0.22, 0, 2.5, 0, 30, 60, false, false, false, 0},
    {35, "Hike", 0.95, 1.3, 0.3, 0.45, 96, 2.3, 2.6, 60, 120, true, true, false, 0},
};

std::int64_t day_number(LocalDate date) {
  return date.time_since_epoch().count();
}

bool is_weekend(LocalDate date) {
  const std::chrono::weekday day(date);
  return day == std::chrono::Saturday || day == std::chrono::Sunday;
}

// A value that drifts: drawn anew each week, and between two weeks on the line from one to the
// next.
double drifting(const Person& person, LocalDate date, std::string_view what, double spread) {
  const std::int64_t day = day_number(date) + 70'000;  // from 1778 on
  const auto value_of = [&](std::int64_t week) {
    SampleRandom random(
        {person.seed, person.index, sample_key(what), static_cast<std::uint64_t>(week)});
    return random.bell(0, spread);
  };
  const double along = static_cast<double>(day % 7) / 7;
  const double from = value_of(day / 7);
  return from + (value_of(day / 7 + 1) - from) * along;
}

Workout draw_workout(const Person& person, SampleRandom& random, int start, bool is_long_day) {
  const double ticket = random.uniform(0, 1);
  auto index = static_cast<std::size_t>(random.whole(0, 6));
  if (ticket < 0.55) {
    index = person.first_sport;
  } else if (ticket < 0.8) {
    index = person.second_sport;
  }
  Workout workout;
  workout.sport = &k_sports[index];
  workout.start = start;
  const int most = is_long_day ? workout.sport->minutes_high
                               : (workout.sport->minutes_low + workout.sport->minutes_high) / 2;
  constexpr std::int64_t k_minute = 60;
  workout.seconds =
      static_cast<int>(random.whole(workout.sport->minutes_low * k_minute, most * k_minute));
  workout.effort = random.uniform(workout.sport->effort_low, workout.sport->effort_high);
  workout.speed =
      random.uniform(workout.sport->speed_low, workout.sport->speed_high) * person.fitness;
  workout.key = random.next();
  return workout;
}

/// Where somebody moves, seen from where they set out; they turn so as to come back about there.
class Route {
 public:
  Route(const Person& person, std::uint64_t key, int seconds)
      : person_(person), random_({key, sample_key("route")}) {
    x_ = random_.uniform(-1, 1);
    y_ = random_.uniform(-1, 1);
    normalize();
    turn_ = 6.283185307 / seconds * (random_.chance(0.5) ? 1 : -1);
    north_ = random_.uniform(-400, 400);
    east_ = random_.uniform(-400, 400);
  }

  void advance(double meters) {
    const double angle = turn_ + random_.bell(0, 0.02);
    const double x = x_ - angle * y_;
    y_ += angle * x_;
    x_ = x;
    normalize();
    east_ += meters * x_;
    north_ += meters * y_;
  }

  double latitude() const { return person_.latitude + north_ / k_meters_per_degree; }
  double longitude() const {
    return person_.longitude + east_ / (k_meters_per_degree * person_.longitude_scale);
  }

 private:
  void normalize() {
    const double length = std::sqrt(x_ * x_ + y_ * y_);
    x_ = length > 0.01 ? x_ / length : 1;
    y_ = length > 0.01 ? y_ / length : 0;
  }

  const Person& person_;
  SampleRandom random_;
  double x_ = 0;
  double y_ = 0;
  double turn_ = 0;
  double north_ = 0;
  double east_ = 0;
};

// A light, a deep and a REM part; deep sleep comes early in the night, REM late.
void add_cycle(Night& night, SampleRandom& random, double progress, int seconds) {
  const double deep_share = std::max(0.03, (0.36 - 0.38 * progress) * (0.6 + 0.5 * night.depth));
  const double rem_share = (0.1 + 0.24 * progress) * (0.7 + 0.4 * night.depth);
  const auto part = [&](double share) {
    const double length = share * seconds * random.uniform(0.85, 1.15);
    return std::max(4, static_cast<int>(length) / k_epoch) * k_epoch;
  };
  const int deep = part(deep_share);
  const int rem = part(rem_share);
  const int light = std::max(20 * 60, (seconds - deep - rem) / k_epoch * k_epoch);
  const int before = std::max(10, light / k_epoch * 2 / 5) * k_epoch;
  night.stages.push_back({SleepLevel::light, before});
  night.stages.push_back({SleepLevel::deep, deep});
  night.stages.push_back({SleepLevel::light, light - before});
  night.stages.push_back({SleepLevel::rem, rem});
  if (random.chance(0.5 - 0.3 * night.depth)) {
    const int awake = static_cast<int>(random.whole(2, 14)) * k_epoch;
    night.stages.push_back({SleepLevel::awake, awake});
  }
}

double awake_walking(const Person& person, int minute) {
  const int hour = minute / 60;
  double share = 0.026;
  if (hour == 8 || hour == 17 || hour == 18) share = 0.06;
  if (hour == 12 || hour == 13) share = 0.05;
  if (hour >= 21 || hour < 7) share = 0.01;
  return share * person.steps_scale;
}

/// What the minutes of a day are filled with.
class DayFiller {
 public:
  DayFiller(const Person& person, LocalDate date)
      : person_(person), date_(date), random_({day_key(person, date, "minutes")}) {}

  DayTrace fill() {
    fill_awake();
    fill_night(plan_night(person_, date_), 0);
    fill_night(plan_night(person_, date_ + std::chrono::days(1)), -24 * k_hour);
    for (const Workout& workout : plan_workouts(person_, date_)) fill_workout(workout);
    return day_;
  }

 private:
  void fill_awake() {
    const double resting = resting_bpm_on(person_, date_);
    const double stride = person_.height_cm * 0.00413;
    const double weight = weight_on(person_, date_);
    double bpm = resting + 12;
    bool is_walking = false;
    for (std::size_t minute = 0; minute < k_minutes_of_day; ++minute) {
      is_walking =
          random_.chance(is_walking ? 0.72 : awake_walking(person_, static_cast<int>(minute)));
      const int steps = is_walking ? static_cast<int>(random_.whole(34, 112)) : 0;
      bpm += (resting + 13 + steps * 0.32 + random_.bell(0, 5) - bpm) * 0.4;
      day_.bpm[minute] = bpm;
      day_.steps[minute] = steps;
      day_.meters[minute] = steps * stride;
      day_.net_calories[minute] = steps * stride * weight * 0.00055;
      day_.level[minute] = steps == 0 ? 2 : (steps > 100 ? 4 : 3);
      day_.floors[minute] = is_walking && random_.chance(0.025) ? 1 : 0;
    }
  }

  void clear(std::size_t minute, double bpm, int level) {
    day_.bpm[minute] = bpm;
    day_.steps[minute] = 0;
    day_.meters[minute] = 0;
    day_.net_calories[minute] = 0;
    day_.level[minute] = level;
    day_.floors[minute] = 0;
  }

  void fill_night(const Night& night, int shift) {
    const int first = std::max(0, night.start + shift + 24 * k_hour) / 60 - 24 * 60;
    for (int minute = std::max(0, first); minute < k_minutes_of_day; ++minute) {
      const int second = minute * 60 - (night.start + shift);
      if (second >= night.seconds()) break;
      if (second < 0) continue;
      clear(static_cast<std::size_t>(minute), night_bpm(person_, night, second), 1);
    }
  }

  void fill_workout(const Workout& workout) {
    const WorkoutTrace trace = trace_of(person_, workout);
    const bool counts_steps = workout.sport->is_on_foot;
    const int last = std::min((workout.start + workout.seconds - 1) / 60, k_minutes_of_day - 1);
    for (int minute = workout.start / 60; minute <= last; ++minute) {
      const auto from =
          static_cast<std::size_t>(std::clamp(minute * 60 - workout.start, 0, workout.seconds));
      const auto to = static_cast<std::size_t>(
          std::clamp(minute * 60 + 60 - workout.start, 0, workout.seconds));
      const auto at = static_cast<std::size_t>(minute);
      clear(at, trace.bpm[(from + to) / 2], workout.effort > 0.55 ? 5 : 4);
      day_.net_calories[at] = trace.net_calories[to] - trace.net_calories[from];
      if (!counts_steps) continue;
      day_.steps[at] =
          static_cast<int>(std::floor(trace.steps[to]) - std::floor(trace.steps[from]));
      day_.meters[at] = trace.meters[to] - trace.meters[from];
    }
  }

  const Person& person_;
  LocalDate date_;
  SampleRandom random_;
  DayTrace day_;
};

// What a second of a workout is like, one after another.
class WorkoutWalker {
 public:
  WorkoutWalker(const Person& person, const Workout& workout)
      : person_(person),
        workout_(workout),
        sport_(*workout.sport),
        random_({workout.key, sample_key("trace")}),
        route_(person, workout.key, workout.seconds),
        reserve_(person.most_bpm - person.resting_bpm),
        bpm_(person.resting_bpm + 24),
        elevation_(random_.uniform(12, 160)) {
    has_intervals_ = sport_.is_on_foot && workout.effort > 0.6 && random_.chance(0.3);
    has_route_ = sport_.is_outdoors && person.traits->has_position;
  }

  WorkoutTrace walk() {
    add();
    for (int second = 1; second <= workout_.seconds; ++second) {
      advance(second);
      add();
    }
    return std::move(trace_);
  }

 private:
  double pace_at(int second) const {
    const double warm = second < 90 ? 0.7 + 0.3 * second / 90 : 1;
    if (!has_intervals_ || second < 600) return warm;
    return (second / 150) % 2 == 0 ? 1.14 : 0.82;
  }

  void advance(int second) {
    const double pace = pace_at(second);
    wander_ = 0.96 * wander_ + random_.bell(0, 0.018);
    speed_ = std::max(0.0, workout_.speed * (pace + wander_));
    const double drift = 0.06 * second / workout_.seconds;
    const double goal =
        person_.resting_bpm + reserve_ * std::min(0.97, workout_.effort * (pace + drift));
    bpm_ += (goal - bpm_) * 0.015 + random_.bell(0, 0.35);
    bpm_ = std::min(bpm_, person_.most_bpm);
    cadence_ = sport_.cadence * (0.9 + 0.1 * pace + wander_ * 0.2);
    meters_ += speed_;
    steps_ += cadence_ / 60;
    if (sport_.is_outdoors) {
      grade_ = std::clamp(grade_ * 0.995 + random_.bell(0, 0.0009), -0.06, 0.06);
      elevation_ = std::max(1.0, elevation_ + grade_ * speed_);
    }
    watts_ = std::max(0.0, 12 * speed_ + 0.19 * speed_ * speed_ * speed_ +
                               grade_ * speed_ * 9.81 * (person_.weight_kg + 9));
    const double met = sport_.met + sport_.met_speed * speed_;
    net_calories_ += std::max(0.0, met - 1) * person_.weight_kg / k_hour;
    if (has_route_) route_.advance(speed_);
  }

  void add() {
    trace_.bpm.push_back(bpm_);
    trace_.speed.push_back(speed_);
    trace_.meters.push_back(meters_);
    trace_.steps.push_back(steps_);
    trace_.elevation.push_back(elevation_);
    trace_.cadence.push_back(cadence_);
    trace_.watts.push_back(watts_);
    trace_.net_calories.push_back(net_calories_);
    if (!has_route_) return;
    trace_.latitude.push_back(route_.latitude());
    trace_.longitude.push_back(route_.longitude());
  }

  const Person& person_;
  const Workout& workout_;
  const Sport& sport_;
  SampleRandom random_;
  Route route_;
  WorkoutTrace trace_;
  double reserve_;
  bool has_intervals_ = false;
  bool has_route_ = false;
  double wander_ = 0;
  double speed_ = 0;
  double bpm_;
  double meters_ = 0;
  double steps_ = 0;
  double cadence_ = 0;
  double grade_ = 0;
  double elevation_;
  double watts_ = 0;
  double net_calories_ = 0;
};

}  // namespace

int Night::seconds() const {
  int sum = 0;
  for (const SleepStage& stage : stages) sum += stage.seconds;
  return sum;
}

std::uint64_t day_key(const Person& person, LocalDate date, std::string_view purpose) {
  return SampleRandom({person.seed, person.index, static_cast<std::uint64_t>(day_number(date)),
                       sample_key(purpose)})
      .next();
}

std::vector<Workout> plan_workouts(const Person& person, LocalDate date) {
  SampleRandom random({day_key(person, date, "workouts")});
  const bool is_morning = random.chance(0.35);
  const double share = person.activity_share * (is_weekend(date) ? 1.15 : 0.95);
  std::vector<Workout> workouts;
  if (random.chance(share)) {
    const int woken = plan_night(person, date).end();
    const int start = is_morning ? std::max(woken + 2400, 6 * k_hour + 1500) +
                                       static_cast<int>(random.whole(0, 1800))
                                 : 12 * k_hour + static_cast<int>(random.whole(900, 3600));
    workouts.push_back(draw_workout(person, random, start, is_weekend(date)));
  }
  if (random.chance(share * 0.55)) {
    const int start = 17 * k_hour + static_cast<int>(random.whole(0, 5400));
    workouts.push_back(draw_workout(person, random, start, false));
  }
  return workouts;
}

WorkoutTrace trace_of(const Person& person, const Workout& workout) {
  return WorkoutWalker(person, workout).walk();
}

Night plan_night(const Person& person, LocalDate date) {
  SampleRandom random({day_key(person, date, "night")});
  Night night;
  night.key = random.next();
  night.depth = std::clamp(random.bell(0.6, 0.2), 0.0, 1.0);
  const int late = is_weekend(date) ? 25 * 60 : 0;
  const auto start = static_cast<int>(random.bell(person.bedtime_seconds + late, 22 * 60));
  night.start = std::clamp(start, -9000, k_hour) / k_epoch * k_epoch;
  const auto in_bed = static_cast<int>(random.bell(person.in_bed_seconds + late, 28 * 60));
  const int goal = std::clamp(in_bed, 20'000, 33'000);
  night.stages.push_back({SleepLevel::awake, static_cast<int>(random.whole(6, 50)) * k_epoch});
  const int cycles = std::max(3, (goal + 2700) / 5700);
  for (int i = 0; i < cycles; ++i) {
    add_cycle(night, random, static_cast<double>(i) / (cycles - 1), goal / cycles);
  }
  night.stages.push_back({SleepLevel::awake, static_cast<int>(random.whole(2, 24)) * k_epoch});
  return night;
}

double night_bpm(const Person& person, const Night& night, int second) {
  int before = 0;
  SleepLevel level = SleepLevel::awake;
  for (const SleepStage& stage : night.stages) {
    level = stage.level;
    before += stage.seconds;
    if (before > second) break;
  }
  double bpm = person.resting_bpm + 3 - 4.0 * second / std::max(1, night.seconds());
  if (level == SleepLevel::awake) bpm += 8;
  if (level == SleepLevel::rem) bpm += 2.5;
  if (level == SleepLevel::deep) bpm -= 2;
  SampleRandom random({night.key, sample_key("bpm"), static_cast<std::uint64_t>(second)});
  return bpm + random.bell(0, 1.2);
}

DayTrace trace_day(const Person& person, LocalDate date) {
  return DayFiller(person, date).fill();
}

double weight_on(const Person& person, LocalDate date) {
  return person.weight_kg + drifting(person, date, "weight", 0.6);
}

double resting_bpm_on(const Person& person, LocalDate date) {
  return person.resting_bpm + drifting(person, date, "resting", 1.2);
}

int age_on(const Person& person, LocalDate date) {
  const std::chrono::year_month_day day(date);
  const int years = static_cast<int>(day.year()) - static_cast<int>(person.born.year());
  const bool had_birthday = day.month() > person.born.month() ||
                            (day.month() == person.born.month() && day.day() >= person.born.day());
  return had_birthday ? years : years - 1;
}

double resting_calories(const Person& person, LocalDate date) {
  return 10 * weight_on(person, date) + 6.25 * person.height_cm - 5 * age_on(person, date) +
         (person.is_female ? -161 : 5);
}

}  // namespace terra_hook
