// SPDX-License-Identifier: MIT
#include "terra/event_rows.hpp"

namespace terra_hook {
namespace {

// NOLINTBEGIN(bugprone-suspicious-missing-comma): the long phrases are in pieces
constexpr std::string_view k_body_line[] = {
    "{measurements_data.measurements[].weight_kg,measurements_data.day_avg_weight_kg|n} kg",
    "fat {measurements_data.measurements[].bodyfat_percentage,"
    "measurements_data.day_avg_bodyfat_percentage|n}%",
    "BMI {measurements_data.measurements[].BMI,measurements_data.day_avg_bmi|n}",
    "BP {blood_pressure_data.blood_pressure_samples[].systolic_bp,"
    "blood_pressure_data.day_avg_systolic_bp|int}"
    "[/{blood_pressure_data.blood_pressure_samples[].diastolic_bp,"
    "blood_pressure_data.day_avg_diastolic_bp|int}]",
    "glucose {glucose_data.day_avg_blood_glucose_mg_per_dL,"
    "glucose_data.day_avg_blood_glucose_mg_per_dl,"
    "glucose_data.day_avg_detailed_blood_glucose_mg_per_dL,"
    "glucose_data.blood_glucose_samples[].blood_glucose_mg_per_dL,"
    "glucose_data.detailed_blood_glucose_samples[].blood_glucose_mg_per_dL|n} mg/dL",
    "body {temperature_data.day_avg_body_temperature_celsius,"
    "temperature_data.body_temperature_samples[].temperature_celsius|n} °C",
    "skin {temperature_data.day_avg_skin_temperature_celsius,"
    "temperature_data.skin_temperature_samples[].temperature_celsius|n} °C",
    "water {hydration_data.day_total_water_consumption_ml|int} ml",
    "SpO₂ {oxygen_data.avg_saturation_percentage|n}%",
    "VO₂max {oxygen_data.vo2max_ml_per_min_per_kg|n}",
    "ketones {ketone_data.day_avg_ketone_mg_per_dL,"
    "ketone_data.ketone_samples[].ketone_mg_per_dL|n} mg/dL",
    "♥{heart_data.heart_rate_data.summary.resting_hr_bpm,"
    "heart_data.heart_rate_data.summary.avg_hr_bpm|int}",
    "AFib {heart_data.afib_classification_samples[].afib_classification|AFib}",
};
// NOLINTEND(bugprone-suspicious-missing-comma)

constexpr CardRow k_measures[] = {
    {"weight", "{measurements_data.day_avg_weight_kg|n} kg"},
    {"height", "{measurements_data.day_avg_height_cm|n} cm"},
    {"BMI", "{measurements_data.day_avg_bmi|n}"},
    {"body fat", "{measurements_data.day_avg_bodyfat_percentage|n} %"},
    {"muscle", "{measurements_data.day_avg_muscle_mass_g|int} g"},
    {"lean", "{measurements_data.day_avg_lean_mass_g|int} g"},
    {"bone", "{measurements_data.day_avg_bone_mass_g|int} g"},
    {"water", "{measurements_data.day_avg_water_percentage|n} %"},
    {"visceral fat", "{measurements_data.day_avg_visceral_fat_level|n}"},
    {"BMR", "{measurements_data.day_avg_bmr|int} kcal"},
    {"RMR", "{measurements_data.day_avg_rmr|int} kcal"},
    {"skin fold", "{measurements_data.day_avg_skin_fold_mm|n} mm"},
    {"fitness age", "{measurements_data.day_avg_estimated_fitness_age|n}"},
    {"insulin", "{measurements_data.day_avg_insulin_units|n} units"},
};

constexpr CardRow k_pressure[] = {
    {"average",
     "{blood_pressure_data.day_avg_systolic_bp|int}"
     "[/{blood_pressure_data.day_avg_diastolic_bp|int}] mmHg"},
};

constexpr CardRow k_glucose[] = {
    {"average",
     "{glucose_data.day_avg_blood_glucose_mg_per_dL,"
     "glucose_data.day_avg_blood_glucose_mg_per_dl|n} mg/dL"},
    {"detailed average", "{glucose_data.day_avg_detailed_blood_glucose_mg_per_dL|n} mg/dL"},
    {"GMI", "{glucose_data.gmi|n} %"},
    {"time in range", "{glucose_data.time_in_range|n}"},
    {"sensor usage", "{glucose_data.sensor_usage|n}"},
};

constexpr CardRow k_heart[] = {
    {"average", "{heart_data.heart_rate_data.summary.avg_hr_bpm|tenths} bpm"},
    {"range",
     "[{heart_data.heart_rate_data.summary.min_hr_bpm|int} lowest  ]"
     "[{heart_data.heart_rate_data.summary.max_hr_bpm|int} highest]"},
    {"resting", "{heart_data.heart_rate_data.summary.resting_hr_bpm|tenths} bpm"},
    {"HRV",
     "[rmssd {heart_data.heart_rate_data.summary.avg_hrv_rmssd|n} ms  ]"
     "[sdnn {heart_data.heart_rate_data.summary.avg_hrv_sdnn|n} ms]"},
};

constexpr CardRow k_others[] = {
    {"body", "{temperature_data.day_avg_body_temperature_celsius|n} °C"},
    {"skin", "{temperature_data.day_avg_skin_temperature_celsius|n} °C"},
    {"ambient", "{temperature_data.day_avg_ambient_temperature_celsius|n} °C"},
    {"water drunk", "{hydration_data.day_total_water_consumption_ml|int} ml"},
    {"hydration", "{hydration_data.day_avg_hydration_kg|n} kg"},
    {"SpO₂", "{oxygen_data.avg_saturation_percentage|n} %"},
    {"VO₂max",
     "{oxygen_data.vo2max_ml_per_min_per_kg,oxygen_data.day_avg_vo2max_ml_per_min_per_kg|n} "
     "ml/min/kg"},
    {"ketones", "{ketone_data.day_avg_ketone_mg_per_dL|n} mg/dL"},
};

constexpr CardGroup k_body_groups[] = {
    {"Averages", k_measures}, {"Pressure", k_pressure}, {"Glucose", k_glucose},
    {"Heart", k_heart},       {"Other", k_others},      {"Device", k_device_rows},
};

constexpr CardRow k_measurement_columns[] = {
    {"time", "{measurement_time|dayat}"},
    {"kg", "{weight_kg|n}"},
    {"fat %", "{bodyfat_percentage|n}"},
    {"BMI", "{BMI|n}"},
    {"cm", "{height_cm|n}"},
    {"muscle g", "{muscle_mass_g|int}"},
    {"bone g", "{bone_mass_g|int}"},
    {"water %", "{water_percentage|n}"},
    {"BMR", "{BMR|int}"},
    {"RMR", "{RMR|int}"},
    {"insulin", "{insulin_units|n}"},
    {"notes", "{user_notes|text}"},
};

constexpr CardRow k_pressure_columns[] = {
    {"time", "{timestamp|dayat}"},
    {"mmHg", "{systolic_bp|int}[/{diastolic_bp|int}]"},
};

constexpr CardRow k_glucose_columns[] = {
    {"time", "{timestamp|dayat}"},
    {"mg/dL", "{blood_glucose_mg_per_dL|n}"},
    {"level", "{glucose_level_flag|GlucoseFlag}"},
    {"trend", "{trend_arrow|TrendArrow}"},
};

constexpr CardRow k_pattern_columns[] = {
    {"from midnight", "{time_from_midnight|n}"},
    {"5 %", "{percentile_5|n}"},
    {"25 %", "{percentile_25|n}"},
    {"50 %", "{percentile_50|n}"},
    {"75 %", "{percentile_75|n}"},
    {"95 %", "{percentile_95|n}"},
};

constexpr CardRow k_afib_columns[] = {
    {"time", "{timestamp|dayat}"},
    {"AFib", "{afib_classification|AFib}"},
};

constexpr CardRow k_ecg_columns[] = {
    {"start", "{start_timestamp|dayat}"},
    {"♥", "{avg_hr_bpm|int}"},
    {"AFib", "{afib_classification|AFib}"},
    {"samples", "{raw_signal|int}"},
};

constexpr CardRow k_ketone_columns[] = {
    {"time", "{timestamp|dayat}"},
    {"mg/dL", "{ketone_mg_per_dL|n}"},
    {"from", "{sample_type|KetoneType}"},
};

constexpr CardList k_body_lists[] = {
    {"Measurements", "measurements_data.measurements", k_measurement_columns},
    {"Blood pressure readings", "blood_pressure_data.blood_pressure_samples", k_pressure_columns},
    {"Glucose readings", "glucose_data.blood_glucose_samples", k_glucose_columns},
    {"Glucose by time of day", "glucose_data.daily_patterns", k_pattern_columns},
    {"AFib", "heart_data.afib_classification_samples", k_afib_columns},
    {"ECG", "heart_data.ecg_signal", k_ecg_columns},
    {"Ketones", "ketone_data.ketone_samples", k_ketone_columns},
};

constexpr SampleSeries k_body_series[] = {
    {"glucose", "glucose_data.detailed_blood_glucose_samples", "blood_glucose_mg_per_dL", "mg/dL"},
    {"glucose", "glucose_data.blood_glucose_samples", "blood_glucose_mg_per_dL", "mg/dL"},
    {"systolic", "blood_pressure_data.blood_pressure_samples", "systolic_bp", "mmHg"},
    {"diastolic", "blood_pressure_data.blood_pressure_samples", "diastolic_bp", "mmHg"},
    {"weight", "measurements_data.measurements", "weight_kg", "kg", Drawing::line, "",
     "measurement_time"},
    {"body fat", "measurements_data.measurements", "bodyfat_percentage", "%", Drawing::line, "",
     "measurement_time"},
    {"heart rate", "heart_data.heart_rate_data.detailed.hr_samples", "bpm", "bpm"},
    {"HRV rmssd", "heart_data.heart_rate_data.detailed.hrv_samples_rmssd", "hrv_rmssd", "ms"},
    {"HRV sdnn", "heart_data.heart_rate_data.detailed.hrv_samples_sdnn", "hrv_sdnn", "ms"},
    {"ECG", "heart_data.ecg_signal[].raw_signal", "potential_uV", "µV"},
    {"RR interval", "heart_data.rr_interval_samples", "rr_interval_ms", "ms"},
    {"pulse wave", "heart_data.pulse_wave_velocity_samples",
     "pulse_wave_velocity_meters_per_second", "m/s"},
    {"body temperature", "temperature_data.body_temperature_samples", "temperature_celsius", "°C"},
    {"skin temperature", "temperature_data.skin_temperature_samples", "temperature_celsius", "°C"},
    {"ambient", "temperature_data.ambient_temperature_samples", "temperature_celsius", "°C"},
    {"ketones", "ketone_data.ketone_samples", "ketone_mg_per_dL", "mg/dL"},
    {"hydration", "hydration_data.hydration_amount_samples", "hydration_kg", "kg"},
    {"SpO₂", "oxygen_data.saturation_samples", "percentage", "%"},
    {"VO₂max", "oxygen_data.vo2_samples", "vo2max_ml_per_min_per_kg", "ml/min/kg"},
};

}  // namespace

const EventType k_body_row{"body",       Tone::data,    k_body_line, k_body_groups,
                           k_body_lists, k_body_series, true,        k_day_keys};

}  // namespace terra_hook
