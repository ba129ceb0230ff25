// SPDX-License-Identifier: MIT
#include "terra/event_rows.hpp"

namespace terra_hook {
namespace {

constexpr std::string_view k_daily_line[] = {
    "{distance_data.steps|int} steps",
    "{distance_data.distance_meters|km}",
    "{calories_data.total_burned_calories|int} kcal",
    "♥{heart_rate_data.summary.resting_hr_bpm|int}",
    "{metadata.start_time|date}",
};

constexpr CardRow k_daily_day[] = {
    {"day", "{metadata.start_time|date}"},
    {"steps", "{distance_data.steps|int}"},
    {"distance", "{distance_data.distance_meters|m}"},
    {"floors", "{distance_data.floors_climbed|n}"},
    {"climb", "{distance_data.elevation.gain_actual_meters|int} m"},
    {"swimming",
     "[{distance_data.swimming.num_laps|int} laps  ]"
     "[{distance_data.swimming.num_strokes|int} strokes]"},
    {"burned", "{calories_data.total_burned_calories|int} kcal"},
    {"of which active", "{calories_data.net_activity_calories|int} kcal"},
    {"upload", "{metadata.upload_type|UploadType}"},
};

constexpr CardRow k_time[] = {
    {"active", "{active_durations_data.activity_seconds|hours}"},
    {"intensity",
     "[low {active_durations_data.low_intensity_seconds|hours}  ]"
     "[moderate {active_durations_data.moderate_intensity_seconds|hours}  ]"
     "[vigorous {active_durations_data.vigorous_intensity_seconds|hours}]"},
    {"inactive", "{active_durations_data.inactivity_seconds|hours}"},
    {"rest", "{active_durations_data.rest_seconds|hours}"},
    {"standing", "{active_durations_data.standing_seconds|hours}"},
    {"MET", "{MET_data.avg_level|n}"},
};

constexpr CardRow k_stress[] = {
    {"level",
     "[{stress_data.avg_stress_level|n} average  ][{stress_data.max_stress_level|n} highest]"},
    {"rating", "{stress_data.stress_rating|StressLevel}"},
    {"time in",
     "[rest {stress_data.rest_stress_duration_seconds|hours}  ]"
     "[low {stress_data.low_stress_duration_seconds|hours}  ]"
     "[medium {stress_data.medium_stress_duration_seconds|hours}  ]"
     "[high {stress_data.high_stress_duration_seconds|hours}]"},
};

constexpr CardRow k_daily_scores[] = {
    {"scores",
     "[activity {scores.activity|n}  ][recovery {scores.recovery|n}  ][sleep {scores.sleep|n}]"},
    {"strain", "{strain_data.strain_level|n}"},
    {"SpO₂", "{oxygen_data.avg_saturation_percentage|n} %"},
    {"VO₂max", "{oxygen_data.vo2max_ml_per_min_per_kg|n} ml/min/kg"},
    {"Terra's scores",
     "[stress {data_enrichment.total_stress_score_v2,data_enrichment.total_stress_score|n}  ]"
     "[respiratory {data_enrichment.respiratory_score|n}  ]"
     "[immune {data_enrichment.immune_index|n}  ]"
     "[resilience {data_enrichment.resilience_score|n}  ]"
     "[strain {data_enrichment.strain_index|n}  ]"
     "[{data_enrichment.strain_traffic_light|text}]"},
};

constexpr CardGroup k_daily_groups[] = {
    {"Day", k_daily_day}, {"Activity", k_time},       {"Heart", k_heart_rows},
    {"Stress", k_stress}, {"Scores", k_daily_scores}, {"Device", k_device_rows},
};

constexpr CardRow k_tags[] = {
    {"time", "{timestamp|at}"},
    {"tag", "{tag_name|text}"},
    {"notes", "{notes|text}"},
};

constexpr CardList k_daily_lists[] = {
    {"Zones", "heart_rate_data.summary.hr_zone_data", k_zone_columns},
    {"Tags", "tag_data.tags", k_tags},
};

constexpr SampleSeries k_daily_series[] = {
    {"heart rate", "heart_rate_data.detailed.hr_samples", "bpm", "bpm"},
    {"steps", "distance_data.detailed.step_samples", "steps", "steps", Drawing::rate},
    {"distance", "distance_data.detailed.distance_samples", "distance_meters", "m", Drawing::rate},
    {"floors", "distance_data.detailed.floors_climbed_samples", "floors_climbed", "floors",
     Drawing::rate},
    {"elevation", "distance_data.detailed.elevation_samples", "elev_meters", "m"},
    {"calories", "calories_data.calorie_samples", "calories", "kcal"},
    {"stress", "stress_data.samples", "level", ""},
    {"body battery", "stress_data.body_battery_samples", "level", ""},
    {"intensity", "active_durations_data.activity_levels_samples", "activity_level", "",
     Drawing::steps, "ActivityLevel"},
    {"MET", "MET_data.MET_samples", "level", ""},
    {"HRV rmssd", "heart_rate_data.detailed.hrv_samples_rmssd", "hrv_rmssd", "ms"},
    {"HRV sdnn", "heart_rate_data.detailed.hrv_samples_sdnn", "hrv_sdnn", "ms"},
    {"SpO₂", "oxygen_data.saturation_samples", "percentage", "%"},
    {"VO₂max", "oxygen_data.vo2_samples", "vo2max_ml_per_min_per_kg", "ml/min/kg"},
};

}  // namespace

const EventType k_daily_row{"daily",       Tone::data,     k_daily_line, k_daily_groups,
                            k_daily_lists, k_daily_series, true,         k_day_keys};

}  // namespace terra_hook
