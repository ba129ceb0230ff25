// SPDX-License-Identifier: MIT
#include "terra/event_rows.hpp"

namespace terra_hook {
namespace {

constexpr std::string_view k_sleep_line[] = {
    "slept {sleep_durations_data.asleep.duration_asleep_state_seconds|hours}",
    "deep {sleep_durations_data.asleep.duration_deep_sleep_state_seconds|hours}",
    "REM {sleep_durations_data.asleep.duration_REM_sleep_state_seconds|hours}",
    "eff {sleep_durations_data.sleep_efficiency|n}",
    "{metadata.is_nap|if}nap",
    "{metadata.upload_type|tentative}",
    "♥{heart_rate_data.summary.avg_hr_bpm|int}",
};

constexpr CardRow k_night[] = {
    {"asleep", "{sleep_durations_data.asleep.duration_asleep_state_seconds|hours}"},
    {"deep", "{sleep_durations_data.asleep.duration_deep_sleep_state_seconds|hours}"},
    {"light", "{sleep_durations_data.asleep.duration_light_sleep_state_seconds|hours}"},
    {"REM", "{sleep_durations_data.asleep.duration_REM_sleep_state_seconds|hours}"},
    {"awake",
     "{sleep_durations_data.awake.duration_awake_state_seconds|hours}"
     "[, woke up {sleep_durations_data.awake.num_wakeup_events|int} times]"
     "[, out of bed {sleep_durations_data.awake.num_out_of_bed_events|int} times]"},
    {"in bed", "{sleep_durations_data.other.duration_in_bed_seconds|hours}"},
    {"unmeasurable", "{sleep_durations_data.other.duration_unmeasurable_sleep_seconds|hours}"},
    {"efficiency", "{sleep_durations_data.sleep_efficiency|n} %"},
    {"latency",
     "[to sleep {sleep_durations_data.awake.sleep_latency_seconds|hours}  ]"
     "[to get up {sleep_durations_data.awake.wake_up_latency_seconds|hours}]"},
    {"nap", "{metadata.is_nap|yes}"},
    {"upload", "{metadata.upload_type|SleepUploadType}"},
    {"summary id", "{metadata.summary_id|text}"},
};

constexpr CardRow k_breath[] = {
    {"breaths",
     "[{respiration_data.breaths_data.avg_breaths_per_min|n} a minute  ]"
     "[{respiration_data.breaths_data.min_breaths_per_min|n} lowest  ]"
     "[{respiration_data.breaths_data.max_breaths_per_min|n} highest]"},
    {"SpO₂", "{respiration_data.oxygen_saturation_data.avg_saturation_percentage|n} %"},
    {"snoring",
     "[{respiration_data.snoring_data.num_snoring_events|int} times  ]"
     "[{respiration_data.snoring_data.total_snoring_duration_seconds|hours}]"},
};

constexpr CardRow k_sleep_scores[] = {
    {"temperature", "{temperature_data.delta|n} °C from usual"},
    {"readiness", "{readiness_data.readiness|n}"},
    {"recovery", "{readiness_data.recovery_level|RecoveryLevel}"},
    {"sleep score", "{scores.sleep|n}"},
    {"Terra's scores",
     "[sleep {data_enrichment.sleep_score_v2,data_enrichment.sleep_score|n}  ]"
     "[readiness {data_enrichment.readiness_score|n}  ]"
     "[respiratory {data_enrichment.respiratory_score_v2|n}]"},
};

constexpr CardGroup k_sleep_groups[] = {
    {"Sleep", k_night},         {"Heart", k_heart_rows},   {"Breath", k_breath},
    {"Scores", k_sleep_scores}, {"Device", k_device_rows},
};

constexpr SampleSeries k_sleep_series[] = {
    {"phases", "sleep_durations_data.hypnogram_samples", "level", "", Drawing::steps, "SleepLevel"},
    {"heart rate", "heart_rate_data.detailed.hr_samples", "bpm", "bpm"},
    {"HRV rmssd", "heart_rate_data.detailed.hrv_samples_rmssd", "hrv_rmssd", "ms"},
    {"HRV sdnn", "heart_rate_data.detailed.hrv_samples_sdnn", "hrv_sdnn", "ms"},
    {"SpO₂", "respiration_data.oxygen_saturation_data.samples", "percentage", "%"},
    {"breathing", "respiration_data.breaths_data.samples", "breaths_per_min", "a minute"},
    {"snoring", "respiration_data.snoring_data.samples", "duration_seconds", "s"},
};

}  // namespace

const EventType k_sleep_row{"sleep", Tone::data,     k_sleep_line, k_sleep_groups,
                            {},      k_sleep_series, true,         k_session_keys};

}  // namespace terra_hook
