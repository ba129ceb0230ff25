// SPDX-License-Identifier: MIT
// A night as a record of type sleep.
#include <algorithm>
#include <cmath>

#include "terra/sample_random.hpp"
#include "terra/sample_writers.hpp"

namespace terra_hook {
namespace {

constexpr int k_hrv_seconds = 300;
constexpr int k_breath_seconds = 900;
constexpr int k_short_seconds = 180;  ///< an interruption up to this is a short one

struct NightSums {
  int light = 0;
  int deep = 0;
  int rem = 0;
  int rem_events = 0;
  int wakeups = 0;
  int short_interruptions = 0;
  int long_interruptions = 0;
  int latency = 0;
  int wake_latency = 0;

  int asleep() const { return light + deep + rem; }
  int awake() const { return latency + wake_latency + short_interruptions + long_interruptions; }
};

NightSums sums_of(const Night& night) {
  NightSums sums;
  for (std::size_t i = 0; i < night.stages.size(); ++i) {
    const SleepStage& stage = night.stages[i];
    if (stage.level == SleepLevel::light) sums.light += stage.seconds;
    if (stage.level == SleepLevel::deep) sums.deep += stage.seconds;
    if (stage.level == SleepLevel::rem) sums.rem += stage.seconds;
    if (stage.level == SleepLevel::rem) ++sums.rem_events;
    if (stage.level != SleepLevel::awake) continue;
    if (i == 0) {
      sums.latency += stage.seconds;
    } else if (i + 1 == night.stages.size()) {
      sums.wake_latency += stage.seconds;
    } else {
      ++sums.wakeups;
      (stage.seconds <= k_short_seconds ? sums.short_interruptions : sums.long_interruptions) +=
          stage.seconds;
    }
  }
  return sums;
}

class SleepWriter {
 public:
  explicit SleepWriter(const SampleDay& day)
      : day_(day),
        traits_(*day.person.traits),
        night_(joined(plan_night(day.person, day.date))),
        sums_(sums_of(night_)),
        length_(night_.seconds()),
        random_({night_.key, sample_key("sleep")}) {}

  std::string write() {
    json_.object("", [&] {
      write_metadata();
      write_device(json_, day_);
      write_durations();
      write_heart();
      write_respiration();
      write_scores();
    });
    return json_.take();
  }

 private:
  // Being awake twice in a row is being awake once.
  static Night joined(Night night) {
    std::vector<SleepStage> stages;
    for (const SleepStage& stage : night.stages) {
      if (!stages.empty() && stages.back().level == stage.level) {
        stages.back().seconds += stage.seconds;
      } else {
        stages.push_back(stage);
      }
    }
    night.stages = std::move(stages);
    return night;
  }

  double efficiency() const { return 100.0 * sums_.asleep() / length_; }

  double score() const {
    const double hours = sums_.asleep() / 3600.0;
    return std::round(std::clamp(efficiency() * 0.55 + hours * 4 + night_.depth * 9, 30.0, 98.0));
  }

  void write_metadata() {
    json_.object("metadata", [&] {
      json_.text("summary_id", record_id(day_, night_.key));
      write_times(json_, day_, night_.start, night_.start + length_);
      json_.boolean("is_nap", false);
      json_.whole("upload_type", 2);
    });
  }

  void write_durations() {
    json_.object("sleep_durations_data", [&] {
      json_.object("asleep", [&] {
        json_.whole("duration_asleep_state_seconds", sums_.asleep());
        json_.whole("duration_light_sleep_state_seconds", sums_.light);
        json_.whole("duration_deep_sleep_state_seconds", sums_.deep);
        json_.whole("duration_REM_sleep_state_seconds", sums_.rem);
        json_.whole("num_REM_events", sums_.rem_events);
      });
      json_.object("awake", [&] {
        json_.whole("duration_awake_state_seconds", sums_.awake());
        json_.whole("duration_short_interruption_seconds", sums_.short_interruptions);
        json_.whole("duration_long_interruption_seconds", sums_.long_interruptions);
        json_.whole("num_wakeup_events", sums_.wakeups);
        json_.null("num_out_of_bed_events");
        json_.whole("sleep_latency_seconds", sums_.latency);
        json_.whole("wake_up_latency_seconds", sums_.wake_latency);
      });
      json_.object("other", [&] {
        json_.whole("duration_in_bed_seconds", length_);
        json_.whole("duration_unmeasurable_sleep_seconds", 0);
      });
      json_.decimal("sleep_efficiency", efficiency(), 1);
      write_hypnogram();
    });
  }

  // A sample at each change: a stage lasts until the next one.
  void write_hypnogram() {
    write_samples(json_, day_, "hypnogram_samples", [&] {
      int second = night_.start;
      for (const SleepStage& stage : night_.stages) {
        write_sample(json_, day_, second,
                     [&] { json_.whole("level", static_cast<int>(stage.level)); });
        second += stage.seconds;
      }
    });
  }

  std::int64_t bpm_at(int second) const {
    return std::llround(night_bpm(day_.person, night_, second));
  }

  double hrv_at(int second) const {
    SampleRandom random({night_.key, sample_key("hrv"), static_cast<std::uint64_t>(second)});
    const double usual = 125 - day_.person.resting_bpm - 0.6 * age_on(day_.person, day_.date);
    return std::max(8.0, usual + night_.depth * 14 + random.bell(0, 7));
  }

  void write_hrv(std::string_view key, std::string_view value, bool is_there) {
    write_samples(json_, day_, key, [&] {
      for (int second = 0; is_there && second < length_; second += k_hrv_seconds) {
        write_sample(json_, day_, night_.start + second,
                     [&] { json_.decimal(value, hrv_at(second), 1); });
      }
    });
  }

  void write_hrv_mean(std::string_view key, bool is_there) {
    if (!is_there) {
      json_.null(key);
      return;
    }
    Spread spread;
    for (int second = 0; second < length_; second += k_hrv_seconds) {
      spread.add(rounded(hrv_at(second), 1));
    }
    json_.decimal(key, spread.mean(), 1);
  }

  void write_heart() {
    Spread spread;
    for (int second = 0; second < length_; second += traits_.night_seconds) {
      spread.add(static_cast<double>(bpm_at(second)));
    }
    json_.object("heart_rate_data", [&] {
      json_.object("summary", [&] {
        json_.decimal("avg_hr_bpm", spread.mean(), 1);
        json_.decimal("max_hr_bpm", spread.most, 1);
        json_.decimal("min_hr_bpm", spread.least, 1);
        json_.decimal("resting_hr_bpm", std::round(resting_bpm_on(day_.person, day_.date)), 1);
        json_.null("user_max_hr_bpm");
        write_hrv_mean("avg_hrv_rmssd", traits_.has_rmssd);
        write_hrv_mean("avg_hrv_sdnn", traits_.has_sdnn);
        json_.empty_array("hr_zone_data");
      });
      json_.object("detailed", [&] {
        write_samples(json_, day_, "hr_samples", [&] {
          for (int second = 0; second < length_; second += traits_.night_seconds) {
            write_sample(json_, day_, night_.start + second, [&] {
              json_.whole("bpm", bpm_at(second));
              json_.whole("context", 2);
            });
          }
        });
        write_hrv("hrv_samples_rmssd", "hrv_rmssd", traits_.has_rmssd);
        write_hrv("hrv_samples_sdnn", "hrv_sdnn", traits_.has_sdnn);
      });
    });
  }

  double breaths_at(int second) const {
    SampleRandom random({night_.key, sample_key("breath"), static_cast<std::uint64_t>(second)});
    return 12.5 + 0.04 * day_.person.resting_bpm + random.bell(0, 0.5);
  }

  double saturation_at(int second) const {
    SampleRandom random({night_.key, sample_key("oxygen"), static_cast<std::uint64_t>(second)});
    return std::min(100.0, std::round(random.bell(96.3, 0.9)));
  }

  void write_respiration() {
    json_.object("respiration_data", [&] {
      write_breaths();
      write_saturation();
      json_.object("snoring_data", [&] {
        write_nulls(json_, {"start_time", "end_time", "num_snoring_events",
                            "total_snoring_duration_seconds"});
        json_.empty_array("samples");
      });
    });
  }

  void write_span() {
    json_.text("start_time", day_.stamp(night_.start));
    json_.text("end_time", day_.stamp(night_.start + length_));
  }

  void write_breaths() {
    json_.object("breaths_data", [&] {
      if (!traits_.has_breaths) {
        write_nulls(json_, {"avg_breaths_per_min", "max_breaths_per_min", "min_breaths_per_min",
                            "start_time", "end_time"});
        json_.empty_array("samples");
        return;
      }
      Spread spread;
      for (int second = 0; second < length_; second += k_breath_seconds) {
        spread.add(rounded(breaths_at(second), 1));
      }
      json_.decimal("avg_breaths_per_min", spread.mean(), 1);
      json_.decimal("max_breaths_per_min", spread.most, 1);
      json_.decimal("min_breaths_per_min", spread.least, 1);
      write_span();
      write_samples(json_, day_, "samples", [&] {
        for (int second = 0; second < length_; second += k_breath_seconds) {
          write_sample(json_, day_, night_.start + second,
                       [&] { json_.decimal("breaths_per_min", breaths_at(second), 1); });
        }
      });
    });
  }

  void write_saturation() {
    json_.object("oxygen_saturation_data", [&] {
      if (!traits_.has_saturation) {
        write_nulls(json_, {"avg_saturation_percentage", "start_time", "end_time"});
        json_.empty_array("samples");
        return;
      }
      Spread spread;
      for (int second = 0; second < length_; second += k_breath_seconds) {
        spread.add(saturation_at(second));
      }
      json_.decimal("avg_saturation_percentage", spread.mean(), 1);
      write_span();
      write_samples(json_, day_, "samples", [&] {
        for (int second = 0; second < length_; second += k_breath_seconds) {
          write_sample(json_, day_, night_.start + second, [&] {
            json_.decimal("percentage", saturation_at(second), 1);
            json_.whole("type", 0);
          });
        }
      });
    });
  }

  void write_scores() {
    json_.object("temperature_data", [&] {
      if (traits_.has_temperature) {
        json_.decimal("delta", random_.bell(0, 0.25), 2);
      } else {
        json_.null("delta");
      }
    });
    json_.object("readiness_data", [&] {
      if (!traits_.has_readiness) {
        write_nulls(json_, {"readiness", "recovery_level"});
        return;
      }
      const double readiness = std::round(std::clamp(score() + random_.bell(0, 5), 20.0, 99.0));
      json_.decimal("readiness", readiness, 1);
      json_.whole("recovery_level", std::clamp(static_cast<int>(readiness / 17) + 1, 1, 6));
    });
    json_.object("scores", [&] { json_.decimal("sleep", score(), 1); });
    json_.object("data_enrichment", [&] {
      write_nulls(json_,
                  {"sleep_score", "readiness_score", "sleep_score_v2", "respiratory_score_v2"});
    });
  }

  const SampleDay& day_;
  const ProviderTraits& traits_;
  const Night night_;
  const NightSums sums_;
  const int length_;
  SampleRandom random_;
  JsonText json_;
};

}  // namespace

std::string sleep_record(const SampleDay& day) {
  return SleepWriter(day).write();
}

}  // namespace terra_hook
