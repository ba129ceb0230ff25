// SPDX-License-Identifier: MIT
// A day as a record of type daily.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "terra/sample_random.hpp"
#include "terra/sample_writers.hpp"

namespace terra_hook {
namespace {

constexpr std::size_t k_step_minutes = 15;
constexpr std::size_t k_stress_minutes = 3;

struct StressPoint {
  std::size_t minute;
  int level;
};

class DailyWriter {
 public:
  explicit DailyWriter(const SampleDay& day)
      : day_(day),
        traits_(*day.person.traits),
        trace_(trace_day(day.person, day.date)),
        random_({day_key(day.person, day.date, "daily")}),
        heart_minutes_(static_cast<std::size_t>(std::max(60, traits_.heart_seconds)) / 60) {}

  std::string write() {
    json_.object("", [&] {
      write_metadata();
      write_device(json_, day_);
      write_distance();
      write_calories();
      write_durations();
      write_heart();
      write_met();
      write_stress();
      write_scores();
    });
    return json_.take();
  }

 private:
  template <typename Values>
  static auto total(const Values& values) {
    return std::accumulate(values.begin(), values.end(), typename Values::value_type{});
  }

  static int second_of(std::size_t minute) { return static_cast<int>(minute) * 60; }

  void write_metadata() {
    json_.object("metadata", [&] {
      write_times(json_, day_, 0, k_day_seconds);
      json_.whole("upload_type", 1);
    });
  }

  // What rose until each interval's end, at that end; midnight is the last one.
  template <typename Values, typename Write>
  void cumulative(std::string_view key, const Values& values, Write write) {
    write_samples(json_, day_, key, [&] {
      typename Values::value_type sum{};
      for (std::size_t minute = 0; minute < k_minutes_of_day; ++minute) {
        sum += values[minute];
        if ((minute + 1) % k_step_minutes != 0) continue;
        write_sample(json_, day_, second_of(minute + 1), [&] { write(sum); });
      }
    });
  }

  void write_distance() {
    json_.object("distance_data", [&] {
      json_.whole("steps", total(trace_.steps));
      json_.decimal("distance_meters", total(trace_.meters), 2);
      json_.whole("floors_climbed", total(trace_.floors));
      json_.object("elevation", [&] {
        json_.decimal("gain_actual_meters", total(trace_.floors) * 3.05, 1);
        write_nulls(json_, {"avg_meters", "gain_planned_meters", "loss_actual_meters", "max_meters",
                            "min_meters"});
      });
      json_.object("swimming", [&] {
        write_nulls(json_, {"num_laps", "num_strokes", "pool_length_meters"});
      });
      json_.object("detailed", [&] {
        cumulative("step_samples", trace_.steps, [&](int steps) { json_.whole("steps", steps); });
        cumulative("distance_samples", trace_.meters,
                   [&](double meters) { json_.decimal("distance_meters", meters, 2); });
        cumulative("floors_climbed_samples", trace_.floors,
                   [&](int floors) { json_.whole("floors_climbed", floors); });
        json_.empty_array("elevation_samples");
      });
    });
  }

  void write_calories() {
    const double resting = resting_calories(day_.person, day_.date);
    const double net = total(trace_.net_calories);
    json_.object("calories_data", [&] {
      json_.decimal("total_burned_calories", rounded(resting, 1) + rounded(net, 1), 1);
      json_.decimal("net_activity_calories", net, 1);
      json_.decimal("BMR_calories", resting, 1);
      json_.null("net_intake_calories");
      write_samples(json_, day_, "calorie_samples", [&] {
        double sum = 0;
        for (std::size_t minute = 0; minute < k_minutes_of_day; ++minute) {
          sum += trace_.net_calories[minute] + resting / k_minutes_of_day;
          if ((minute + 1) % k_step_minutes != 0) continue;
          write_sample(json_, day_, second_of(minute + 1 - k_step_minutes),
                       [&] { json_.decimal("calories", sum, 2); });
          sum = 0;
        }
      });
    });
  }

  int seconds_at(int level) const {
    return 60 * static_cast<int>(std::count(trace_.level.begin(), trace_.level.end(), level));
  }

  void write_durations() {
    const int low = seconds_at(3);
    const int moderate = seconds_at(4);
    const int vigorous = seconds_at(5);
    json_.object("active_durations_data", [&] {
      json_.whole("activity_seconds", low + moderate + vigorous);
      json_.whole("low_intensity_seconds", low);
      json_.whole("moderate_intensity_seconds", moderate);
      json_.whole("vigorous_intensity_seconds", vigorous);
      json_.whole("inactivity_seconds", seconds_at(2));
      json_.whole("rest_seconds", seconds_at(1));
      json_.null("num_continuous_inactive_periods");
      write_samples(json_, day_, "activity_levels_samples", [&] {
        for (std::size_t minute = 0; minute < k_minutes_of_day; ++minute) {
          const bool is_change = minute == 0 || trace_.level[minute] != trace_.level[minute - 1];
          if (!is_change) continue;
          write_sample(json_, day_, second_of(minute),
                       [&] { json_.whole("activity_level", trace_.level[minute]); });
        }
      });
    });
  }

  void write_heart() {
    Spread spread;
    for (std::size_t minute = 0; minute < k_minutes_of_day; minute += heart_minutes_) {
      spread.add(static_cast<double>(std::llround(trace_.bpm[minute])));
    }
    json_.object("heart_rate_data", [&] {
      json_.object("summary", [&] {
        json_.decimal("avg_hr_bpm", spread.mean(), 1);
        json_.decimal("max_hr_bpm", spread.most, 1);
        json_.decimal("min_hr_bpm", spread.least, 1);
        json_.decimal("resting_hr_bpm", std::round(resting_bpm_on(day_.person, day_.date)), 1);
        write_nulls(json_, {"user_max_hr_bpm", "avg_hrv_rmssd", "avg_hrv_sdnn"});
        json_.empty_array("hr_zone_data");
      });
      json_.object("detailed", [&] {
        write_samples(json_, day_, "hr_samples", [&] {
          for (std::size_t minute = 0; minute < k_minutes_of_day; minute += heart_minutes_) {
            write_sample(json_, day_, second_of(minute), [&] {
              json_.whole("bpm", std::llround(trace_.bpm[minute]));
              json_.whole("context", 0);
            });
          }
        });
        json_.empty_array("hrv_samples_rmssd");
        json_.empty_array("hrv_samples_sdnn");
      });
    });
  }

  void write_met() {
    json_.object("MET_data", [&] {
      const double kcal_an_hour = day_.person.weight_kg;
      json_.decimal("avg_level", 1 + total(trace_.net_calories) / 24 / kcal_an_hour, 2);
      json_.whole("num_low_intensity_minutes", seconds_at(3) / 60);
      json_.whole("num_moderate_intensity_minutes", seconds_at(4) / 60);
      json_.whole("num_high_intensity_minutes", seconds_at(5) / 60);
      json_.whole("num_inactive_minutes", seconds_at(2) / 60);
      json_.empty_array("MET_samples");
    });
  }

  // What moves too much can't be measured.
  std::vector<StressPoint> stress_points() {
    std::vector<StressPoint> points;
    const double resting = resting_bpm_on(day_.person, day_.date);
    for (std::size_t minute = 0; minute < k_minutes_of_day; minute += k_stress_minutes) {
      const int level = trace_.level[minute];
      if (level > 3) continue;
      const double base = level == 1 ? 12 : 30;
      const double stress =
          base + (trace_.bpm[minute] - resting - (level == 1 ? 0 : 12)) * 1.8 + random_.bell(0, 8);
      points.push_back({minute, static_cast<int>(std::clamp(stress, 1.0, 99.0))});
    }
    return points;
  }

  void write_stress() {
    if (!traits_.has_stress) {
      json_.null("stress_data");
      return;
    }
    const std::vector<StressPoint> points = stress_points();
    Spread spread;
    int seconds[4] = {};
    for (const StressPoint& point : points) {
      spread.add(point.level);
      seconds[std::min(3, (point.level - 1) / 25)] += static_cast<int>(k_stress_minutes) * 60;
    }
    json_.object("stress_data", [&] {
      json_.decimal("avg_stress_level", std::round(spread.mean()), 1);
      json_.decimal("max_stress_level", spread.most, 1);
      json_.whole("stress_rating", 1 + std::min(3, (static_cast<int>(spread.mean()) - 1) / 25));
      json_.whole("rest_stress_duration_seconds", seconds[0]);
      json_.whole("low_stress_duration_seconds", seconds[1]);
      json_.whole("medium_stress_duration_seconds", seconds[2]);
      json_.whole("high_stress_duration_seconds", seconds[3]);
      json_.whole("stress_duration_seconds", seconds[1] + seconds[2] + seconds[3]);
      json_.whole("activity_stress_duration_seconds",
                  k_day_seconds - seconds[0] - seconds[1] - seconds[2] - seconds[3]);
      write_samples(json_, day_, "samples", [&] {
        for (const StressPoint& point : points) {
          write_sample(json_, day_, second_of(point.minute),
                       [&] { json_.whole("level", point.level); });
        }
      });
      write_battery(points);
    });
  }

  // It fills at rest and empties otherwise.
  void write_battery(const std::vector<StressPoint>& points) {
    write_samples(json_, day_, "body_battery_samples", [&] {
      double level = random_.uniform(35, 60);
      for (const StressPoint& point : points) {
        level = std::clamp(level + (26.0 - point.level) * 0.035, 5.0, 100.0);
        write_sample(json_, day_, second_of(point.minute),
                     [&] { json_.whole("level", std::llround(level)); });
      }
    });
  }

  void write_scores() {
    json_.object("oxygen_data", [&] {
      if (traits_.has_saturation) {
        json_.decimal("avg_saturation_percentage", std::round(random_.bell(96.4, 0.7)), 1);
      } else {
        json_.null("avg_saturation_percentage");
      }
      if (traits_.has_position) {
        const Person& person = day_.person;
        json_.decimal("vo2max_ml_per_min_per_kg", 15.3 * person.most_bpm / person.resting_bpm, 1);
      } else {
        json_.null("vo2max_ml_per_min_per_kg");
      }
      json_.empty_array("saturation_samples");
      json_.empty_array("vo2_samples");
    });
    json_.object("scores", [&] {
      if (!traits_.has_readiness) {
        write_nulls(json_, {"activity", "recovery", "sleep"});
        return;
      }
      json_.decimal("activity", std::round(std::clamp(total(trace_.steps) / 120.0, 20.0, 99.0)), 1);
      json_.decimal("recovery", std::round(random_.bell(72, 9)), 1);
      json_.decimal("sleep", std::round(random_.bell(78, 7)), 1);
    });
    json_.object("strain_data", [&] {
      if (traits_.has_readiness) {
        json_.decimal("strain_level", std::min(20.9, 4 + total(trace_.net_calories) / 90), 1);
      } else {
        json_.null("strain_level");
      }
    });
    json_.object("tag_data", [&] { json_.empty_array("tags"); });
    json_.object("data_enrichment", [&] {
      write_nulls(json_, {"total_stress_score", "respiratory_score", "immune_index",
                          "resilience_score", "strain_index", "strain_traffic_light"});
    });
  }

  const SampleDay& day_;
  const ProviderTraits& traits_;
  const DayTrace trace_;
  SampleRandom random_;
  const std::size_t heart_minutes_;
  JsonText json_;
};

}  // namespace

std::string daily_record(const SampleDay& day) {
  return DailyWriter(day).write();
}

}  // namespace terra_hook
