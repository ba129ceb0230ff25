// SPDX-License-Identifier: MIT
// A workout as a record of type activity.
#include <algorithm>
#include <array>
#include <cmath>

#include "terra/sample_random.hpp"
#include "terra/sample_writers.hpp"

namespace terra_hook {
namespace {

constexpr std::size_t k_zones = 6;
constexpr double k_zone_starts[] = {0, 50, 60, 70, 80, 90, 100};
constexpr std::string_view k_zone_names[] = {"Below zones", "Warm up",   "Easy",
                                             "Aerobic",     "Threshold", "Maximum"};

/// The encoding of routes that maps take (Encoded Polyline Algorithm Format).
class Polyline {
 public:
  void add(double latitude, double longitude) {
    append(std::llround(latitude * 1e5), latitude_);
    append(std::llround(longitude * 1e5), longitude_);
  }
  const std::string& text() const { return text_; }

 private:
  void append(std::int64_t value, std::int64_t& last) {
    const std::int64_t step = value - last;
    last = value;
    std::uint64_t bits = static_cast<std::uint64_t>(step) << 1;
    if (step < 0) bits = ~bits;
    for (; bits >= 0x20; bits >>= 5) text_ += static_cast<char>((0x20 | (bits & 0x1F)) + 63);
    text_ += static_cast<char>(bits + 63);
  }

  std::string text_;
  std::int64_t latitude_ = 0;
  std::int64_t longitude_ = 0;
};

class ActivityWriter {
 public:
  ActivityWriter(const SampleDay& day, const Workout& workout)
      : day_(day),
        person_(day.person),
        workout_(workout),
        sport_(*workout.sport),
        trace_(trace_of(day.person, workout)) {
    for (int i = 0; i < workout.seconds; i += person_.traits->activity_seconds) {
      seconds_.push_back(i);
    }
    seconds_.push_back(workout.seconds);
    meters_ = rounded(trace_.meters.back(), 2);
  }

  std::string write() {
    json_.object("", [&] {
      write_metadata();
      write_device(json_, day_);
      write_distance();
      write_calories();
      write_heart();
      write_durations();
      write_movement();
      write_met();
      write_position();
      write_laps();
      write_power();
      write_rest();
    });
    return json_.take();
  }

 private:
  using Values = std::vector<double>;

  static std::size_t at(int second) { return static_cast<std::size_t>(second); }

  bool has_distance() const { return meters_ > 0; }

  void write_metadata() {
    const int hour = workout_.start / 3600;
    const std::string_view time = hour < 11 ? "Morning" : (hour < 15 ? "Lunch" : "Evening");
    json_.object("metadata", [&] {
      json_.text("name", std::string(time) + " " + std::string(sport_.name));
      json_.text("summary_id", record_id(day_, workout_.key));
      write_times(json_, day_, workout_.start, workout_.start + workout_.seconds);
      json_.whole("type", sport_.type);
      json_.whole("upload_type", 1);
      write_nulls(json_, {"city", "state", "country"});
    });
  }

  template <typename Fill>
  void series(std::string_view key, bool is_there, Fill fill) {
    json_.array(key, [&] {
      if (!is_there || !day_.options.with_samples) return;
      for (const int second : seconds_) {
        write_sample(json_, day_, workout_.start + second, [&] {
          fill(at(second));
          json_.whole("timer_duration_seconds", second);
        });
      }
    });
  }

  void write_distance() {
    json_.object("distance_data", [&] {
      json_.object("summary", [&] {
        if (has_distance()) {
          json_.decimal("distance_meters", meters_, 2);
        } else {
          json_.null("distance_meters");
        }
        if (sport_.is_on_foot) {
          json_.whole("steps", static_cast<std::int64_t>(std::floor(trace_.steps.back())));
        } else {
          json_.null("steps");
        }
        json_.null("floors_climbed");
        write_elevation();
        write_swimming();
      });
      json_.object("detailed", [&] {
        series("distance_samples", has_distance(),
               [&](std::size_t i) { json_.decimal("distance_meters", trace_.meters[i], 2); });
        series("elevation_samples", sport_.is_outdoors,
               [&](std::size_t i) { json_.decimal("elev_meters", trace_.elevation[i], 1); });
        series("step_samples", sport_.is_on_foot, [&](std::size_t i) {
          json_.whole("steps", static_cast<std::int64_t>(std::floor(trace_.steps[i])));
        });
        json_.empty_array("floors_climbed_samples");
      });
    });
  }

  void write_elevation() {
    if (!sport_.is_outdoors) {
      json_.null("elevation");
      return;
    }
    Spread spread;
    double gain = 0;
    double loss = 0;
    double last = rounded(trace_.elevation.front(), 1);
    for (const int second : seconds_) {
      const double meters = rounded(trace_.elevation[at(second)], 1);
      gain += std::max(0.0, meters - last);
      loss += std::max(0.0, last - meters);
      last = meters;
      spread.add(meters);
    }
    json_.object("elevation", [&] {
      json_.decimal("avg_meters", spread.mean(), 1);
      json_.decimal("gain_actual_meters", gain, 1);
      json_.null("gain_planned_meters");
      json_.decimal("loss_actual_meters", loss, 1);
      json_.decimal("max_meters", spread.most, 1);
      json_.decimal("min_meters", spread.least, 1);
    });
  }

  void write_swimming() {
    if (sport_.pool_meters == 0) {
      json_.null("swimming");
      return;
    }
    json_.object("swimming", [&] {
      json_.whole("num_laps", static_cast<std::int64_t>(meters_) / sport_.pool_meters);
      json_.whole("num_strokes", static_cast<std::int64_t>(std::floor(trace_.steps.back())));
      json_.whole("pool_length_meters", sport_.pool_meters);
    });
  }

  double resting_part(int seconds) const {
    return resting_calories(person_, day_.date) * seconds / 86'400;
  }

  void write_calories() {
    const double net = trace_.net_calories.back();
    json_.object("calories_data", [&] {
      json_.decimal("total_burned_calories", net + resting_part(workout_.seconds), 1);
      json_.decimal("net_activity_calories", net, 1);
      json_.decimal("BMR_calories", resting_part(workout_.seconds), 1);
      json_.null("net_intake_calories");
      json_.empty_array("calorie_samples");
    });
  }

  std::int64_t bpm_at(int second) const { return std::llround(trace_.bpm[at(second)]); }

  void write_heart() {
    Spread spread;
    for (const int second : seconds_) spread.add(static_cast<double>(bpm_at(second)));
    json_.object("heart_rate_data", [&] {
      json_.object("summary", [&] {
        json_.decimal("avg_hr_bpm", spread.mean(), 1);
        json_.decimal("max_hr_bpm", spread.most, 1);
        json_.decimal("min_hr_bpm", spread.least, 1);
        json_.decimal("user_max_hr_bpm", std::floor(person_.most_bpm), 1);
        write_nulls(json_, {"resting_hr_bpm", "avg_hrv_rmssd", "avg_hrv_sdnn"});
        write_zones();
      });
      json_.object("detailed", [&] {
        series("hr_samples", true, [&](std::size_t i) {
          json_.whole("bpm", std::llround(trace_.bpm[i]));
          json_.whole("context", 1);
        });
        json_.empty_array("hrv_samples_rmssd");
        json_.empty_array("hrv_samples_sdnn");
      });
    });
  }

  void write_zones() {
    std::array<int, k_zones> seconds{};
    for (int second = 1; second <= workout_.seconds; ++second) {
      const double share = 100 * trace_.bpm[at(second)] / person_.most_bpm;
      std::size_t zone = 0;
      while (zone + 1 < k_zones && share >= k_zone_starts[zone + 1]) ++zone;
      ++seconds[zone];
    }
    json_.array("hr_zone_data", [&] {
      for (std::size_t zone = 0; zone < k_zones; ++zone) {
        json_.object("", [&] {
          json_.whole("zone", static_cast<std::int64_t>(zone));
          json_.decimal("start_percentage", k_zone_starts[zone], 1);
          json_.decimal("end_percentage", k_zone_starts[zone + 1], 1);
          json_.text("name", k_zone_names[zone]);
          json_.whole("duration_seconds", seconds[zone]);
        });
      }
    });
  }

  void write_durations() {
    int low = 0;
    int moderate = 0;
    int vigorous = 0;
    for (int second = 1; second <= workout_.seconds; ++second) {
      const double share =
          (trace_.bpm[at(second)] - person_.resting_bpm) / (person_.most_bpm - person_.resting_bpm);
      ++(share < 0.4 ? low : (share < 0.6 ? moderate : vigorous));
    }
    json_.object("active_durations_data", [&] {
      json_.whole("activity_seconds", workout_.seconds);
      json_.whole("low_intensity_seconds", low);
      json_.whole("moderate_intensity_seconds", moderate);
      json_.whole("vigorous_intensity_seconds", vigorous);
      write_nulls(json_, {"inactivity_seconds", "rest_seconds", "num_continuous_inactive_periods"});
      json_.empty_array("activity_levels_samples");
    });
  }

  double most(const Values& values) const {
    double most = 0;
    for (const int second : seconds_) most = std::max(most, values[at(second)]);
    return most;
  }

  void write_movement() {
    if (!has_distance()) {
      json_.null("movement_data");
      return;
    }
    const double speed = meters_ / workout_.seconds;
    const double fastest = most(trace_.speed);
    json_.object("movement_data", [&] {
      json_.decimal("avg_speed_meters_per_second", speed, 4);
      json_.decimal("max_speed_meters_per_second", fastest, 3);
      json_.decimal("avg_pace_minutes_per_kilometer", 1000 / speed / 60, 3);
      json_.decimal("max_pace_minutes_per_kilometer", 1000 / fastest / 60, 3);
      json_.decimal("avg_cadence_rpm", trace_.steps.back() / workout_.seconds * 60, 1);
      json_.decimal("max_cadence_rpm", most(trace_.cadence), 1);
      write_nulls(json_, {"normalized_speed_meters_per_second", "avg_torque_newton_meters",
                          "max_torque_newton_meters"});
      series("speed_samples", true,
             [&](std::size_t i) { json_.decimal("speed_meters_per_second", trace_.speed[i], 3); });
      series("cadence_samples", true,
             [&](std::size_t i) { json_.decimal("cadence_rpm", trace_.cadence[i], 1); });
      json_.empty_array("torque_samples");
    });
  }

  void write_met() {
    const double net = trace_.net_calories.back();
    const double level = 1 + net * 3600 / person_.weight_kg / workout_.seconds;
    json_.object("MET_data", [&] {
      json_.decimal("avg_level", level, 2);
      write_nulls(json_, {"num_low_intensity_minutes", "num_moderate_intensity_minutes",
                          "num_high_intensity_minutes", "num_inactive_minutes"});
      json_.empty_array("MET_samples");
    });
  }

  void position(std::string_view key, std::size_t i) {
    json_.array(key, [&] {
      json_.decimal("", trace_.latitude[i], 6);
      json_.decimal("", trace_.longitude[i], 6);
    });
  }

  void write_position() {
    if (trace_.latitude.empty()) {
      json_.null("position_data");
      json_.null("polyline_map_data");
      return;
    }
    json_.object("position_data", [&] {
      position("start_pos_lat_lng_deg", 0);
      position("center_pos_lat_lng_deg", trace_.latitude.size() / 2);
      position("end_pos_lat_lng_deg", trace_.latitude.size() - 1);
      series("position_samples", true, [&](std::size_t i) { position("coords_lat_lng_deg", i); });
    });
    Polyline line;
    const std::size_t step = std::max<std::size_t>(1, trace_.latitude.size() / 90);
    for (std::size_t i = 0; i < trace_.latitude.size(); i += step) {
      line.add(trace_.latitude[i], trace_.longitude[i]);
    }
    json_.object("polyline_map_data", [&] { json_.text("summary_polyline", line.text()); });
  }

  void write_laps() {
    json_.object("lap_data", [&] {
      json_.array("laps", [&] {
        const double length = sport_.is_on_foot ? 1000 : 5000;
        if (!has_distance() || !sport_.is_outdoors) return;
        int start = 0;
        for (int second = 1; second <= workout_.seconds; ++second) {
          const double covered = trace_.meters[at(second)] - trace_.meters[at(start)];
          if (covered < length && second < workout_.seconds) continue;
          write_lap(start, second);
          start = second;
        }
      });
    });
  }

  void write_lap(int from, int to) {
    double beats = 0;
    for (int second = from + 1; second <= to; ++second) beats += trace_.bpm[at(second)];
    const double meters = trace_.meters[at(to)] - trace_.meters[at(from)];
    const double net = trace_.net_calories[at(to)] - trace_.net_calories[at(from)];
    json_.object("", [&] {
      json_.text("start_time", day_.stamp(workout_.start + from));
      json_.text("end_time", day_.stamp(workout_.start + to));
      json_.decimal("distance_meters", meters, 2);
      json_.decimal("avg_speed_meters_per_second", meters / (to - from), 3);
      json_.decimal("avg_hr_bpm", beats / (to - from), 1);
      json_.decimal("calories", net + resting_part(to - from), 1);
      json_.whole("active_duration_seconds", to - from);
      json_.text("trigger_method", "DISTANCE");
      write_nulls(json_, {"avg_watts", "stroke_type", "total_strokes"});
    });
  }

  void write_power() {
    const bool has_power = sport_.has_power && person_.traits->has_power;
    Spread spread;
    double joules = 0;
    for (const int second : seconds_) {
      spread.add(static_cast<double>(std::llround(trace_.watts[at(second)])));
    }
    for (const double watts : trace_.watts) joules += watts;
    json_.object("power_data", [&] {
      if (has_power) {
        json_.decimal("avg_watts", spread.mean(), 1);
        json_.decimal("max_watts", spread.most, 1);
      } else {
        write_nulls(json_, {"avg_watts", "max_watts"});
      }
      series("power_samples", has_power,
             [&](std::size_t i) { json_.whole("watts", std::llround(trace_.watts[i])); });
    });
    json_.object("work_data", [&] {
      if (has_power) {
        json_.decimal("work_kilojoules", joules / 1000, 1);
      } else {
        json_.null("work_kilojoules");
      }
    });
  }

  void write_rest() {
    const double burned = trace_.net_calories.back() + resting_part(workout_.seconds);
    json_.object("energy_data", [&] {
      json_.decimal("energy_kilojoules", burned * 4.184, 1);
      json_.null("energy_planned_kilojoules");
    });
    json_.object("oxygen_data", [&] {
      json_.null("avg_saturation_percentage");
      if (person_.traits->has_position && sport_.is_on_foot) {
        json_.decimal("vo2max_ml_per_min_per_kg", 15.3 * person_.most_bpm / person_.resting_bpm, 1);
      } else {
        json_.null("vo2max_ml_per_min_per_kg");
      }
      json_.empty_array("saturation_samples");
      json_.empty_array("vo2_samples");
    });
    json_.object("strain_data", [&] {
      if (person_.traits->has_readiness) {
        json_.decimal("strain_level", workout_.effort * 14 + workout_.seconds / 3600.0, 1);
      } else {
        json_.null("strain_level");
      }
    });
    json_.object("TSS_data", [&] { json_.empty_array("TSS_samples"); });
    json_.whole("cheat_detection", 0);
    json_.object("data_enrichment", [&] {
      write_nulls(json_, {"efficiency_score", "strain_score", "rcrs_score", "trimp_score"});
    });
  }

  const SampleDay& day_;
  const Person& person_;
  const Workout& workout_;
  const Sport& sport_;
  const WorkoutTrace trace_;
  JsonText json_;
  std::vector<int> seconds_;  ///< of the samples
  double meters_ = 0;
};

}  // namespace

std::string activity_record(const SampleDay& day, const Workout& workout) {
  return ActivityWriter(day, workout).write();
}

}  // namespace terra_hook
