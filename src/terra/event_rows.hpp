// SPDX-License-Identifier: MIT
// The rows that are long enough for a file of their own, and what several types share. Only the
// table's own files include this.
#pragma once

#include "terra/event_type.hpp"

namespace terra_hook {

extern const EventType k_activity_row;
extern const EventType k_body_row;
extern const EventType k_daily_row;
extern const EventType k_sleep_row;
extern const EventType k_nutrition_row;
extern const EventType k_menstruation_row;
extern const EventType k_hormone_row;
extern const EventType k_health_observation_row;
extern const EventType k_planned_workout_row;
extern const EventType k_lab_completed_row;

// A provisional record may come without the id that its final form has, and end elsewhere.
inline constexpr std::string_view k_session_keys[] = {
    "metadata.summary_id", "metadata.start_time metadata.end_time", "metadata.start_time"};
inline constexpr std::string_view k_day_keys[] = {"metadata.start_time:10"};

inline constexpr CardRow k_heart_rows[] = {
    {"average", "{heart_rate_data.summary.avg_hr_bpm|tenths} bpm"},
    {"range",
     "[{heart_rate_data.summary.min_hr_bpm|int} lowest  ]"
     "[{heart_rate_data.summary.max_hr_bpm|int} highest]"},
    {"resting", "{heart_rate_data.summary.resting_hr_bpm|tenths} bpm"},
    {"user's maximum", "{heart_rate_data.summary.user_max_hr_bpm|int} bpm"},
    {"HRV",
     "[rmssd {heart_rate_data.summary.avg_hrv_rmssd|n} ms  ]"
     "[sdnn {heart_rate_data.summary.avg_hrv_sdnn|n} ms]"},
};

inline constexpr CardRow k_device_rows[] = {
    {"name", "{device_data.name|text}[, {device_data.manufacturer|text}]"},
    {"software", "{device_data.software_version|text}"},
};

inline constexpr CardRow k_zone_columns[] = {
    {"zone", "{zone|int}"},
    {"name", "{name|text}"},
    {"% of maximum", "{start_percentage|int}[ to {end_percentage|int}]"},
    {"time", "{duration_seconds|clock}"},
};

}  // namespace terra_hook
