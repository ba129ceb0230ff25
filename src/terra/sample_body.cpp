// SPDX-License-Identifier: MIT
// What a scale, a cuff or a glucose sensor measured on a day, as a record of type body.
#include <algorithm>
#include <cmath>

#include "terra/sample_random.hpp"
#include "terra/sample_writers.hpp"

namespace terra_hook {
namespace {

constexpr double k_low_glucose = 70;
constexpr double k_high_glucose = 180;

struct GlucosePoint {
  int second;
  int mg;
};

class BodyWriter {
 public:
  BodyWriter(const SampleDay& day, bool is_weighed)
      : day_(day),
        person_(day.person),
        is_weighed_(is_weighed),
        random_({day_key(day.person, day.date, "body")}),
        morning_(plan_night(day.person, day.date).end() + 300) {}

  std::string write() {
    json_.object("", [&] {
      json_.object("metadata", [&] { write_times(json_, day_, 0, k_day_seconds); });
      write_device(json_, day_);
      write_measurements();
      write_heart();
      write_pressure();
      write_glucose();
      write_nothing();
    });
    return json_.take();
  }

 private:
  void write_measurements() {
    json_.object("measurements_data", [&] {
      json_.array("measurements", [&] {
        if (is_weighed_) write_weight();
      });
    });
  }

  void write_weight() {
    const double weight = rounded(weight_on(person_, day_.date) + random_.bell(0, 0.25), 2);
    const double height = rounded(person_.height_cm, 1);
    const double mass_index = weight / (height * height) * 10'000;
    const double fat =
        1.2 * mass_index + 0.23 * age_on(person_, day_.date) - (person_.is_female ? 5.4 : 16.2);
    const double lean = weight * (1 - fat / 100);
    json_.object("", [&] {
      json_.text("measurement_time", day_.stamp(morning_));
      json_.decimal("weight_kg", weight, 2);
      json_.decimal("height_cm", height, 1);
      json_.decimal("BMI", mass_index, 2);
      json_.decimal("bodyfat_percentage", fat, 1);
      json_.decimal("lean_mass_g", lean * 1000, 1);
      json_.decimal("muscle_mass_g", lean * 951, 1);
      json_.decimal("bone_mass_g", lean * 49, 1);
      json_.decimal("water_percentage", lean * 0.73 / weight * 100, 1);
      json_.decimal("BMR", resting_calories(person_, day_.date), 1);
      write_nulls(json_, {"RMR", "estimated_fitness_age", "skin_fold_mm", "insulin_units",
                          "insulin_type", "urine_color", "user_notes", "visceral_fat_level"});
    });
  }

  void write_heart() {
    const bool has_heart = has_data(person_, DataType::sleep);
    json_.object("heart_data", [&] {
      json_.object("heart_rate_data", [&] {
        json_.object("summary", [&] {
          if (has_heart) {
            json_.decimal("resting_hr_bpm", std::round(resting_bpm_on(person_, day_.date)), 1);
          } else {
            json_.null("resting_hr_bpm");
          }
          write_nulls(json_, {"avg_hr_bpm", "max_hr_bpm", "min_hr_bpm", "user_max_hr_bpm",
                              "avg_hrv_rmssd", "avg_hrv_sdnn"});
        });
        json_.object("detailed", [&] { json_.empty_array("hr_samples"); });
      });
      json_.empty_array("afib_classification_samples");
      json_.empty_array("ecg_signal");
      json_.empty_array("rr_interval_samples");
      json_.empty_array("pulse_wave_velocity_samples");
    });
  }

  void write_pressure() {
    json_.object("blood_pressure_data", [&] {
      json_.array("blood_pressure_samples", [&] {
        if (!person_.traits->has_pressure) return;
        const int age = age_on(person_, day_.date);
        for (const int second : {morning_ + 600, 20 * 3600 + 1500}) {
          write_sample(json_, day_, second, [&] {
            json_.decimal("systolic_bp", std::round(108 + age * 0.35 + random_.bell(0, 5)), 1);
            json_.decimal("diastolic_bp", std::round(70 + age * 0.15 + random_.bell(0, 4)), 1);
          });
        }
      });
    });
  }

  std::vector<GlucosePoint> glucose_points() {
    std::vector<GlucosePoint> points;
    const double meals[] = {morning_ + 1800.0 + random_.uniform(0, 2400),
                            45'000 + random_.uniform(-2400, 2400),
                            68'400 + random_.uniform(-3000, 3000)};
    const double rises[] = {random_.uniform(25, 60), random_.uniform(25, 75),
                            random_.uniform(25, 80)};
    double noise = 0;
    for (int second = 0; second < k_day_seconds; second += person_.traits->glucose_seconds) {
      noise = noise * 0.8 + random_.bell(0, 2.5);
      double mg = 94 + noise;
      for (std::size_t i = 0; i < std::size(meals); ++i) {
        // Up within 45 minutes of a meal, down in the two hours after.
        const double since = second - meals[i];
        if (since > 0 && since < 2700) mg += rises[i] * since / 2700;
        if (since >= 2700 && since < 9900) mg += rises[i] * (9900 - since) / 7200;
      }
      points.push_back({second, static_cast<int>(std::lround(mg))});
    }
    return points;
  }

  void write_glucose() {
    json_.object("glucose_data", [&] {
      if (person_.traits->glucose_seconds == 0) {
        json_.empty_array("blood_glucose_samples");
        json_.empty_array("detailed_blood_glucose_samples");
        write_nulls(json_,
                    {"day_avg_blood_glucose_mg_per_dL", "gmi", "time_in_range", "sensor_usage"});
        return;
      }
      const std::vector<GlucosePoint> points = glucose_points();
      Spread spread;
      int in_range = 0;
      for (const GlucosePoint& point : points) {
        spread.add(point.mg);
        if (point.mg >= k_low_glucose && point.mg <= k_high_glucose) ++in_range;
      }
      json_.decimal("day_avg_blood_glucose_mg_per_dL", spread.mean(), 2);
      json_.decimal("gmi", 3.31 + 0.02392 * spread.mean(), 1);
      json_.decimal("time_in_range", 100.0 * in_range / spread.count, 1);
      json_.whole("sensor_usage", 100);
      write_glucose_samples(points);
      json_.empty_array("detailed_blood_glucose_samples");
      json_.empty_array("daily_patterns");
    });
  }

  void write_glucose_samples(const std::vector<GlucosePoint>& points) {
    write_samples(json_, day_, "blood_glucose_samples", [&] {
      int last = points.front().mg;
      for (const GlucosePoint& point : points) {
        const int step = point.mg - last;
        last = point.mg;
        write_sample(json_, day_, point.second, [&] {
          json_.decimal("blood_glucose_mg_per_dL", point.mg, 1);
          json_.whole("glucose_level_flag",
                      point.mg > k_high_glucose ? 1 : (point.mg < k_low_glucose ? 2 : 0));
          json_.whole("trend_arrow", std::clamp(3 + step / 12, 1, 5));
        });
      }
    });
  }

  void write_nothing() {
    json_.object("hydration_data", [&] {
      json_.null("day_total_water_consumption_ml");
      json_.empty_array("hydration_amount_samples");
    });
    json_.object("ketone_data", [&] { json_.empty_array("ketone_samples"); });
    json_.object("oxygen_data", [&] {
      write_nulls(json_, {"avg_saturation_percentage", "vo2max_ml_per_min_per_kg"});
      json_.empty_array("saturation_samples");
      json_.empty_array("vo2_samples");
    });
    json_.object("temperature_data", [&] {
      json_.empty_array("body_temperature_samples");
      json_.empty_array("skin_temperature_samples");
      json_.empty_array("ambient_temperature_samples");
    });
  }

  const SampleDay& day_;
  const Person& person_;
  const bool is_weighed_;
  SampleRandom random_;
  const int morning_;
  JsonText json_;
};

}  // namespace

std::vector<std::string> body_records(const SampleDay& day) {
  const ProviderTraits& traits = *day.person.traits;
  SampleRandom random({day_key(day.person, day.date, "scale")});
  const bool measures_more = traits.has_pressure || traits.glucose_seconds > 0;
  const bool has_scale = traits.has_scale || (day.options.ignores_provider && !measures_more);
  const bool is_weighed = random.chance(0.45) && has_scale;
  if (!is_weighed && !measures_more) return {};
  return {BodyWriter(day, is_weighed).write()};
}

}  // namespace terra_hook
