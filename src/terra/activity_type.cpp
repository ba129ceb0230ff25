// SPDX-License-Identifier: MIT
#include "terra/event_rows.hpp"

namespace terra_hook {
namespace {

constexpr std::string_view k_activity_line[] = {
    "{metadata.type|sport}",
    "{distance_data.summary.distance_meters|m}",
    "{metadata.start_time,metadata.end_time|span}",
    "♥{heart_rate_data.summary.avg_hr_bpm|int}[/{heart_rate_data.summary.max_hr_bpm|int}]",
    "{calories_data.total_burned_calories,calories_data.net_activity_calories|int} kcal",
    "“{metadata.name|text}”",
};

constexpr CardRow k_activity_session[] = {
    {"type", "{metadata.type|ActivityType}"},
    {"name", "{metadata.name|text}"},
    {"active", "{active_durations_data.activity_seconds|clock}"},
    {"inactive", "{active_durations_data.inactivity_seconds|clock}"},
    {"intensity",
     "[low {active_durations_data.low_intensity_seconds|clock}  ]"
     "[moderate {active_durations_data.moderate_intensity_seconds|clock}  ]"
     "[vigorous {active_durations_data.vigorous_intensity_seconds|clock}]"},
    {"place", "[{metadata.city|text}  ][{metadata.state|text}  ][{metadata.country|text}]"},
    {"upload", "{metadata.upload_type|UploadType}"},
    {"summary id", "{metadata.summary_id|text}"},
};

constexpr CardRow k_distance[] = {
    {"distance", "{distance_data.summary.distance_meters|m}"},
    {"steps", "{distance_data.summary.steps|int}"},
    {"floors", "{distance_data.summary.floors_climbed|n}"},
    {"climb", "{distance_data.summary.elevation.gain_actual_meters|int} m"},
    {"descent", "{distance_data.summary.elevation.loss_actual_meters|int} m"},
    {"altitude",
     "[{distance_data.summary.elevation.min_meters|int} m lowest  ]"
     "[{distance_data.summary.elevation.max_meters|int} m highest]"},
    {"swimming",
     "[{distance_data.summary.swimming.num_laps|int} laps  ]"
     "[{distance_data.summary.swimming.num_strokes|int} strokes  ]"
     "[pool {distance_data.summary.swimming.pool_length_meters|n} m]"},
    {"start", "{position_data.start_pos_lat_lng_deg[]*|position}"},
    {"end", "{position_data.end_pos_lat_lng_deg[]*|position}"},
};

constexpr CardRow k_movement[] = {
    {"pace", "{movement_data.avg_pace_minutes_per_kilometer|pace}"},
    {"speed",
     "[{movement_data.avg_speed_meters_per_second|speed}  ]"
     "[{movement_data.max_speed_meters_per_second|speed} highest]"},
    {"cadence",
     "[{movement_data.avg_cadence_rpm|int} rpm  ][{movement_data.max_cadence_rpm|int} rpm "
     "highest]"},
    {"power", "[{power_data.avg_watts|int} W  ][{power_data.max_watts|int} W highest]"},
    {"torque", "{movement_data.avg_torque_newton_meters|n} N m"},
};

constexpr CardRow k_load[] = {
    {"burned", "{calories_data.total_burned_calories|int} kcal"},
    {"of which active", "{calories_data.net_activity_calories|int} kcal"},
    {"work", "{work_data.work_kilojoules|n} kJ"},
    {"energy", "{energy_data.energy_kilojoules|n} kJ"},
    {"MET", "{MET_data.avg_level|n}"},
    {"strain", "{strain_data.strain_level|n}"},
    {"VO₂max", "{oxygen_data.vo2max_ml_per_min_per_kg|n} ml/min/kg"},
    {"SpO₂", "{oxygen_data.avg_saturation_percentage|n} %"},
    {"scores",
     "[efficiency {data_enrichment.efficiency_score|n}  ]"
     "[strain {data_enrichment.strain_score|n}  ][rcrs {data_enrichment.rcrs_score|n}  ]"
     "[trimp {data_enrichment.trimp_score|n}]"},
};

constexpr CardGroup k_activity_groups[] = {
    {"Session", k_activity_session}, {"Distance", k_distance}, {"Movement", k_movement},
    {"Heart", k_heart_rows},         {"Load", k_load},         {"Device", k_device_rows},
};

constexpr CardRow k_laps[] = {
    {"start", "{start_time|at}"},
    {"time", "{start_time,end_time|span}"},
    {"distance", "{distance_meters|m}"},
    {"♥", "{avg_hr_bpm|int}"},
    {"speed", "{avg_speed_meters_per_second|speed}"},
    {"power", "{avg_watts|int} W"},
    {"strokes", "{total_strokes|int}"},
    {"kcal", "{calories|int}"},
};

constexpr CardList k_activity_lists[] = {
    {"Zones", "heart_rate_data.summary.hr_zone_data", k_zone_columns},
    {"Laps", "lap_data.laps", k_laps},
};

constexpr SampleSeries k_activity_series[] = {
    {"heart rate", "heart_rate_data.detailed.hr_samples", "bpm", "bpm"},
    {"speed", "movement_data.speed_samples", "speed_meters_per_second", "m/s"},
    {"power", "power_data.power_samples", "watts", "W"},
    {"cadence", "movement_data.cadence_samples", "cadence_rpm", "rpm"},
    {"torque", "movement_data.torque_samples", "torque_newton_meters", "N m"},
    {"elevation", "distance_data.detailed.elevation_samples", "elev_meters", "m"},
    {"distance", "distance_data.detailed.distance_samples", "distance_meters", "m", Drawing::rate},
    {"steps", "distance_data.detailed.step_samples", "steps", "steps", Drawing::rate},
    {"floors", "distance_data.detailed.floors_climbed_samples", "floors_climbed", "floors",
     Drawing::rate},
    {"calories", "calories_data.calorie_samples", "calories", "kcal"},
    {"MET", "MET_data.MET_samples", "level", ""},
    {"intensity", "active_durations_data.activity_levels_samples", "activity_level", "",
     Drawing::steps, "ActivityLevel"},
    {"HRV rmssd", "heart_rate_data.detailed.hrv_samples_rmssd", "hrv_rmssd", "ms"},
    {"HRV sdnn", "heart_rate_data.detailed.hrv_samples_sdnn", "hrv_sdnn", "ms"},
    {"SpO₂", "oxygen_data.saturation_samples", "percentage", "%"},
    {"VO₂max", "oxygen_data.vo2_samples", "vo2max_ml_per_min_per_kg", "ml/min/kg"},
    {"route", "position_data.position_samples", "coords_lat_lng_deg", "", Drawing::route},
};

}  // namespace

const EventType k_activity_row{
    "activity",        Tone::data, k_activity_line, k_activity_groups, k_activity_lists,
    k_activity_series, true,       k_session_keys};

}  // namespace terra_hook
