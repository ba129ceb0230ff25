// SPDX-License-Identifier: MIT
// The smaller types whose payload is an array of records, and lab reports.
#include "terra/event_rows.hpp"

namespace terra_hook {
namespace {

// nutrition

constexpr std::string_view k_nutrition_line[] = {
    "{summary.macros.calories|int} kcal",
    "P{summary.macros.protein_g|int}",
    "C{summary.macros.carbohydrates_g|int}",
    "F{summary.macros.fat_g|int}g",
    "{meals|int} meal{meals|s}",
    "water {summary.water_ml|int} ml",
    "{metadata.start_time|date}",
};

constexpr CardRow k_nutrition_day[] = {
    {"day", "{metadata.start_time|date}"},
    {"energy", "{summary.macros.calories|int} kcal"},
    {"protein", "{summary.macros.protein_g|n} g"},
    {"carbohydrates",
     "{summary.macros.carbohydrates_g|n} g[, of which sugar {summary.macros.sugar_g|n} g]"},
    {"fat",
     "{summary.macros.fat_g|n} g[, of which saturated {summary.macros.saturated_fat_g|n} g]"},
    {"fiber", "{summary.macros.fiber_g|n} g"},
    {"alcohol", "{summary.macros.alcohol_g|n} g"},
    {"cholesterol", "{summary.macros.cholesterol_mg|n} mg"},
    {"sodium", "{summary.macros.sodium_mg,summary.micros.sodium_mg|n} mg"},
    {"water", "{summary.water_ml|int} ml"},
    {"drinks", "{summary.drink_ml|int} ml"},
};

constexpr CardRow k_micros[] = {
    {"caffeine", "{summary.micros.caffeine_mg|n} mg"},
    {"calcium", "{summary.micros.calcium_mg|n} mg"},
    {"iron", "{summary.micros.iron_mg|n} mg"},
    {"magnesium", "{summary.micros.magnesium_mg|n} mg"},
    {"potassium", "{summary.micros.potassium_mg|n} mg"},
    {"zinc", "{summary.micros.zinc_mg|n} mg"},
    {"vitamins",
     "[A {summary.micros.vitamin_A_mg|n}  ][B6 {summary.micros.vitamin_B6_mg|n}  ]"
     "[B12 {summary.micros.vitamin_B12_mg|n}  ][C {summary.micros.vitamin_C_mg|n}  ]"
     "[D {summary.micros.vitamin_D_mg|n}  ][E {summary.micros.vitamin_E_mg|n}  ]"
     "[K {summary.micros.vitamin_K_mg|n} ]mg"},
};

constexpr CardGroup k_nutrition_groups[] = {{"Nutrition", k_nutrition_day}, {"Micros", k_micros}};

constexpr CardRow k_meals[] = {
    {"time", "{timestamp|at}"},
    {"meal", "{type|MealType}"},
    {"name", "{name|text}"},
    {"amount", "{quantity.amount|n}[ {quantity.unit|NutritionUnit}]"},
    {"kcal", "{macros.calories|int}"},
    {"protein g", "{macros.protein_g|n}"},
    {"carbs g", "{macros.carbohydrates_g|n}"},
    {"fat g", "{macros.fat_g|n}"},
};

constexpr CardRow k_drinks[] = {
    {"time", "{timestamp|at}"},
    {"drink", "{drink_name|text}"},
    {"amount", "{drink_volume|n}[ {drink_unit|NutritionUnit}]"},
};

constexpr CardList k_nutrition_lists[] = {{"Meals", "meals", k_meals},
                                          {"Drinks", "drink_samples", k_drinks}};

// menstruation

constexpr std::string_view k_menstruation_line[] = {
    "{menstruation_data.current_phase|MenstruationPhase}",
    "day {menstruation_data.day_in_cycle|int}"
    "[ of {menstruation_data.cycle_length_days,"
    "menstruation_data.predicted_cycle_length_days|int}]",
    "{menstruation_data.is_predicted_cycle|if}predicted",
    "next phase in {menstruation_data.days_until_next_phase|int} d",
};

constexpr CardRow k_cycle[] = {
    {"phase", "{menstruation_data.current_phase|MenstruationPhase}"},
    {"day", "{menstruation_data.day_in_cycle|int}"},
    {"cycle", "{menstruation_data.cycle_length_days|int} days"},
    {"predicted cycle", "{menstruation_data.predicted_cycle_length_days|int} days"},
    {"is predicted", "{menstruation_data.is_predicted_cycle|yes}"},
    {"period",
     "{menstruation_data.period_start_date|date}"
     "[, {menstruation_data.period_length_days|int} days]"},
    {"phase's length", "{menstruation_data.length_of_current_phase_days|int} days"},
    {"next phase", "in {menstruation_data.days_until_next_phase|int} days"},
    {"fertile",
     "[{menstruation_data.fertility_window_start|date}]"
     "[ to {menstruation_data.fertility_window_end|date}]"},
    {"ovulation", "{menstruation_data.ovulation_day|date}"},
    {"updated", "{menstruation_data.last_updated_time|time}"},
};

constexpr CardGroup k_menstruation_groups[] = {{"Cycle", k_cycle}};

constexpr CardRow k_intervals[] = {
    {"phase", "{phase|MenstruationPhase}"},
    {"from", "{start_timestamp|date}"},
    {"to", "{end_timestamp|date}"},
};

constexpr CardRow k_flow_rows[] = {{"time", "{timestamp|dayat}"}, {"flow", "{flow|Flow}"}};

constexpr CardList k_menstruation_lists[] = {
    {"Phases", "menstruation_data.intervals", k_intervals},
    {"Flow", "menstruation_data.menstruation_flow", k_flow_rows},
};

constexpr SampleSeries k_menstruation_series[] = {
    {"flow", "menstruation_data.menstruation_flow", "flow", "", Drawing::steps, "Flow"},
};

// hormone

constexpr std::string_view k_hormone_line[] = {
    "LH {lh_mIU_per_ml|n}",   "E3G {e3g_ng_per_ml|n}",  "PdG {pdg_ug_per_ml|n}",
    "hCG {hcg_mIU_per_ml|n}", "FSH {fsh_mIU_per_ml|n}", "{timestamp|date}",
};

constexpr CardRow k_hormones[] = {
    {"measured", "{timestamp|time}"},     {"LH", "{lh_mIU_per_ml|n} mIU/ml"},
    {"E3G", "{e3g_ng_per_ml|n} ng/ml"},   {"PdG", "{pdg_ug_per_ml|n} µg/ml"},
    {"hCG", "{hcg_mIU_per_ml|n} mIU/ml"}, {"FSH", "{fsh_mIU_per_ml|n} mIU/ml"},
};

constexpr CardGroup k_hormone_groups[] = {{"Hormones", k_hormones}};

constexpr std::string_view k_hormone_keys[] = {"timestamp"};

// health_observation

constexpr std::string_view k_observation_line[] = {
    "{observation_data.observation_type|status}",
    "{observation_data.value.quantity|n}[ {observation_data.value.unit|text}]",
    "{observation_data.value.boolean|yes}",
    "{observation_data.value.text,observation_data.value.code|text}",
    "{observation_data.severity|severity}",
    "{observation_data.status|ObservationStatus}",
};

constexpr CardRow k_observation[] = {
    {"observation", "{observation_data.observation_type|text}"},
    {"category", "{observation_data.category|ObservationCategory}"},
    {"value",
     "[{observation_data.value.quantity|n}[ {observation_data.value.unit|text}]]"
     "[{observation_data.value.boolean|yes}][{observation_data.value.text|text}]"
     "[{observation_data.value.code|text}]"},
    {"kind of value", "{observation_data.value.value_type|ObservationValueType}"},
    {"severity", "{observation_data.severity|Severity}"},
    {"status", "{observation_data.status|ObservationStatus}"},
    {"notes", "{observation_data.notes|text}"},
    {"summary id", "{metadata.summary_id|text}"},
};

constexpr CardGroup k_observation_groups[] = {{"Observation", k_observation}};

constexpr CardRow k_codes[] = {
    {"system", "{system|text}"},
    {"code", "{code|text}"},
    {"meaning", "{display|text}"},
};

constexpr CardRow k_components[] = {
    {"code", "{code|text}"},
    {"value",
     "[{value.quantity|n}[ {value.unit|text}]][{value.boolean|yes}][{value.text|text}]"
     "[{value.code|text}]"},
};

constexpr CardList k_observation_lists[] = {
    {"Codes", "observation_data.codes", k_codes},
    {"Components", "observation_data.components", k_components},
};

// planned_workout

constexpr std::string_view k_planned_line[] = {
    "{planned_date|date}",
    "{details.metadata.type|sport}",
    "{details.metadata.estimated_duration_seconds|clock}",
    "{details.metadata.estimated_distance_meters|m}",
    "TSS {details.metadata.estimated_tss|n}",
    "{details.steps|int} step{details.steps|s}",
    "{is_external|if}external",
    "“{details.metadata.name|text}”",
};

constexpr CardRow k_planned[] = {
    {"planned for", "{planned_date|date}"},
    {"name", "{details.metadata.name|text}"},
    {"type", "{details.metadata.type|ActivityType}"},
    {"description", "{details.metadata.description|text}"},
    {"duration", "{details.metadata.estimated_duration_seconds|clock}"},
    {"distance", "{details.metadata.estimated_distance_meters|m}"},
    {"energy", "{details.metadata.estimated_calories|int} kcal"},
    {"climb", "{details.metadata.estimated_elevation_gain_meters|int} m"},
    {"load", "[TSS {details.metadata.estimated_tss|n}  ][IF {details.metadata.estimated_if|n}]"},
    {"external", "{is_external|yes}"},
    {"warnings", "{coercion_warnings|text}"},
    {"ids",
     "[plan {planned_workout_id|text}  ][workout {workout_id|text}  ]"
     "[provider {provider_workout_id|text}]"},
};

constexpr CardGroup k_planned_groups[] = {{"Plan", k_planned}};

constexpr CardRow k_steps[] = {
    {"#", "{order|int}"},
    {"kind", "{type|PlannedStepType}"},
    {"name", "{name|text}"},
    {"intensity", "{intensity|int}"},
    {"lasts",
     "[{durations[].seconds|clock}][{durations[].distance_meters|m}]"
     "[{durations[].reps|int} reps]"},
    {"target",
     "[{targets[].hr_bpm_low|int} to {targets[].hr_bpm_high|int} bpm]"
     "[{targets[].power_watt_low|int} to {targets[].power_watt_high|int} W]"
     "[{targets[].repetitions|int} times]"},
};

constexpr CardRow k_warnings[] = {{"at", "{path|text}"}, {"warning", "{message|text}"}};

constexpr CardList k_planned_lists[] = {{"Steps", "details.steps", k_steps, "steps"},
                                        {"Warnings", "coercion_warnings", k_warnings}};

// Terra's schema, its rules and its older texts name different members.
constexpr std::string_view k_planned_keys[] = {"planned_workout_id", "metadata.id",
                                               "details.metadata.id", "summary_id", "planned_date"};

// lab_report.completed

constexpr std::string_view k_lab_line[] = {
    "{$.data.results_count,$.data.results|int} result{$.data.results_count,$.data.results|s}",
    "{$.data.results[].interpretation.flag*|flags}",
    "{$.data.panels[].name*|names}",
    "{$.data.report_date|date}",
};

constexpr CardRow k_lab[] = {
    {"report's date", "{$.data.report_date|date}"},
    {"results",
     "{$.data.results_count,$.data.results|int}[, {$.data.results[].interpretation.flag*|flags}]"},
    {"panels", "{$.data.panels[].name*|names}"},
    {"language", "{$.data.report_locale|text}"},
    {"notes", "{$.data.report_notes|text}"},
    {"reference id", "{$.data.reference_id|text}"},
    {"session id", "{$.data.session_id|text}"},
    {"upload id", "{$.upload_id|text}"},
    {"event id", "{$.event_id|text}"},
    {"occurred", "{$.occurred_at|time}"},
};

constexpr CardGroup k_lab_groups[] = {{"Lab report", k_lab}};

constexpr CardRow k_results[] = {
    {"result", "{biomarker.display_name,source.name|text}"},
    {"value",
     "[{measurement.bounded.operator|text}{measurement.bounded.value|n}]"
     "[{measurement.numeric|n}][{measurement.qualitative.text,measurement.text|text}]"
     "[{measurement.absent_reason|text}]"},
    {"unit", "{measurement.units,source.units|text}"},
    {"flag", "{interpretation.flag|text}"},
    {"range",
     "[{interpretation.applied_range.lower|n}][ to {interpretation.applied_range.upper|n}]"},
    {"LOINC", "{biomarker.loinc_code|text}"},
};

constexpr CardList k_lab_lists[] = {{"Results", "$.data.results", k_results}};

}  // namespace

const EventType k_nutrition_row{
    "nutrition", Tone::data, k_nutrition_line, k_nutrition_groups, k_nutrition_lists,
    {},          true,       k_day_keys};
const EventType k_menstruation_row{"menstruation",
                                   Tone::data,
                                   k_menstruation_line,
                                   k_menstruation_groups,
                                   k_menstruation_lists,
                                   k_menstruation_series,
                                   true,
                                   k_day_keys};
const EventType k_hormone_row{"hormone", Tone::data, k_hormone_line, k_hormone_groups,
                              {},        {},         true,           k_hormone_keys};
const EventType k_health_observation_row{"health_observation",
                                         Tone::data,
                                         k_observation_line,
                                         k_observation_groups,
                                         k_observation_lists,
                                         {},
                                         true,
                                         k_session_keys};
const EventType k_planned_workout_row{
    "planned_workout", Tone::data, k_planned_line, k_planned_groups,
    k_planned_lists,   {},         true,           k_planned_keys};
const EventType k_lab_completed_row{
    "lab_report.completed", Tone::good, k_lab_line, k_lab_groups, k_lab_lists, {}, false};

}  // namespace terra_hook
