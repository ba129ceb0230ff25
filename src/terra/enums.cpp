// SPDX-License-Identifier: MIT
#include "terra/enums.hpp"

namespace terra_hook {
namespace {

constexpr EnumWord k_activity_type[] = {
    {0, "in vehicle"},
    {1, "biking"},
    {3, "still"},
    {4, "unknown"},
    {5, "tilting"},
    {7, "walking"},
    {8, "running"},
    {9, "aerobics"},
    {10, "badminton"},
    {11, "baseball"},
    {12, "basketball"},
    {13, "biathlon"},
    {14, "hand biking"},
    {15, "mountain biking"},
    {16, "road biking"},
    {17, "spinning"},
    {18, "stationary biking"},
    {19, "utility biking"},
    {20, "boxing"},
    {21, "calisthenics"},
    {22, "circuit training"},
    {23, "cricket"},
    {24, "dancing"},
    {25, "elliptical"},
    {26, "fencing"},
    {27, "American football"},
    {28, "Australian football"},
    {29, "English football"},
    {30, "frisbee"},
    {31, "gardening"},
    {32, "golf"},
    {33, "gymnastics"},
    {34, "handball"},
    {35, "hiking"},
    {36, "hockey"},
    {37, "horseback riding"},
    {38, "housework"},
    {39, "jumping rope"},
    {40, "kayaking"},
    {41, "kettlebell training"},
    {42, "kickboxing"},
    {43, "kitesurfing"},
    {44, "martial arts"},
    {45, "meditation"},
    {46, "mixed martial arts"},
    {47, "P90X exercises"},
    {48, "paragliding"},
    {49, "pilates"},
    {50, "polo"},
    {51, "racquetball"},
    {52, "rock climbing"},
    {53, "rowing"},
    {54, "rowing machine"},
    {55, "rugby"},
    {56, "jogging"},
    {57, "running on sand"},
    {58, "treadmill running"},
    {59, "sailing"},
    {60, "scuba diving"},
    {61, "skateboarding"},
    {62, "skating"},
    {63, "cross skating"},
    {64, "indoor rollerblading"},
    {65, "skiing"},
    {66, "back country skiing"},
    {67, "cross country skiing"},
    {68, "downhill skiing"},
    {69, "kite skiing"},
    {70, "roller skiing"},
    {71, "sledding"},
    {73, "snowboarding"},
    {74, "snowmobile"},
    {75, "snowshoeing"},
    {76, "squash"},
    {77, "stair climbing"},
    {78, "stair climbing machine"},
    {79, "stand up paddleboarding"},
    {80, "strength training"},
    {81, "surfing"},
    {82, "swimming"},
    {83, "swimming in pool"},
    {84, "open water swimming"},
    {85, "table tennis"},
    {86, "team sports"},
    {87, "tennis"},
    {88, "treadmill"},
    {89, "volleyball"},
    {90, "beach volleyball"},
    {91, "indoor volleyball"},
    {92, "wakeboarding"},
    {93, "walking for fitness"},
    {94, "Nordic walking"},
    {95, "treadmill walking"},
    {96, "water polo"},
    {97, "weightlifting"},
    {98, "wheelchair"},
    {99, "windsurfing"},
    {100, "yoga"},
    {101, "zumba"},
    {102, "diving"},
    {103, "ergometer"},
    {104, "ice skating"},
    {105, "indoor skating"},
    {106, "curling"},
    {108, "other"},
    {113, "CrossFit"},
    {114, "HIIT"},
    {115, "interval training"},
    {116, "walking with stroller"},
    {117, "elevator"},
    {118, "escalator"},
    {119, "archery"},
    {120, "softball"},
    {122, "guided breathing"},
    {123, "cardio training"},
    {124, "lacrosse"},
    {125, "stretching"},
    {126, "triathlon"},
    {127, "inline skating"},
    {128, "sky diving"},
    {129, "paddling"},
    {130, "mountaineering"},
    {131, "fishing"},
    {132, "water skiing"},
    {133, "indoor running"},
    {134, "padel tennis"},
    {135, "driving"},
    {136, "off-Road driving"},
    {137, "motorbiking"},
    {138, "motor racing"},
    {139, "enduro"},
    {140, "canoeing"},
    {141, "orienteering"},
    {142, "hang gliding"},
    {143, "flying"},
    {144, "hot air ballooning"},
    {145, "jet skiing"},
    {146, "power boating"},
    {147, "Gaelic football"},
    {148, "hurling"},
    {149, "trail running"},
    {150, "gravel cycling"},
    {151, "multisport"},
    {152, "e-Biking"},
    {153, "e-Mountain biking"},
    {154, "physical therapy"},
};

constexpr EnumWord k_upload_type[] = {
    {0, "unknown"}, {1, "automatic"}, {2, "manual"},      {3, "update"},
    {4, "delete"},  {5, "pending"},   {6, "third party"},
};

constexpr EnumWord k_sleep_upload_type[] = {
    {0, "unknown"}, {1, "manual"}, {2, "automatic"}, {3, "tentative"}, {4, "indeterminate"},
};

constexpr EnumWord k_sleep_level[] = {
    {0, "unknown"}, {1, "awake"}, {2, "sleeping"}, {3, "out of bed"},
    {4, "light"},   {5, "deep"},  {6, "REM"},
};

constexpr EnumWord k_timestamp_localization[] = {
    {0, "UTC"},
    {1, "local"},
};

constexpr EnumWord k_heart_rate_context[] = {
    {0, "not set"},
    {1, "active"},
    {2, "not active"},
};

constexpr EnumWord k_activity_level[] = {
    {0, "unknown"}, {1, "rest"}, {2, "inactive"}, {3, "low"}, {4, "medium"}, {5, "high"},
};

constexpr EnumWord k_stress_level[] = {
    {0, "unknown"}, {1, "rest"}, {2, "low"}, {3, "medium"}, {4, "high"},
};

constexpr EnumWord k_glucose_flag[] = {
    {0, "normal"},
    {1, "high"},
    {2, "low"},
};

constexpr EnumWord k_trend_arrow[] = {
    {0, "unknown"}, {1, "falling quickly"}, {2, "falling"},
    {3, "flat"},    {4, "rising"},          {5, "rising quickly"},
};

constexpr EnumWord k_afib[] = {
    {0, "negative"},
    {1, "positive"},
    {2, "inconclusive"},
};

constexpr EnumWord k_sp_o2_type[] = {
    {0, "blood"},
    {1, "muscle"},
};

constexpr EnumWord k_ketone_type[] = {
    {0, "unknown"},
    {1, "blood"},
    {2, "urine"},
    {3, "breath"},
};

constexpr EnumWord k_meal_type[] = {
    {0, "unknown"},         {1, "breakfast"}, {2, "morning snack"}, {3, "lunch"},
    {4, "afternoon snack"}, {5, "dinner"},    {6, "snack"},
};

constexpr EnumWord k_nutrition_unit[] = {
    {0, "unknown"},    {1, "g"},         {2, "tsp"},       {3, "tbsp"}, {4, "cup"},
    {5, "medium egg"}, {6, "large egg"}, {7, "small egg"}, {8, "ml"},   {9, "oz"},
    {10, "pcs"},       {11, "scoop"},    {12, "fl oz"},
};

constexpr EnumWord k_recovery_level[] = {
    {0, "unknown"}, {1, "very poor"}, {2, "poor"},      {3, "compromised"},
    {4, "ok"},      {5, "good"},      {6, "very good"},
};

constexpr EnumWord k_menstruation_phase[] = {
    {0, "unknown"},          {1, "period"},          {2, "follicular"}, {3, "fertile window"},
    {4, "ovulation"},        {5, "luteal"},          {6, "PMS"},        {7, "first trimester"},
    {8, "second trimester"}, {9, "third trimester"},
};

constexpr EnumWord k_flow[] = {
    {0, "unknown"}, {1, "none"}, {2, "light"}, {3, "medium"}, {4, "heavy"}, {5, "had"},
};

constexpr EnumWord k_observation_category[] = {
    {0, "unspecified"},   {1, "symptom"},      {2, "reproductive"},
    {3, "self care"},     {4, "medication"},   {5, "lab & health metrics"},
    {6, "state of mind"}, {7, "device event"}, {8, "clinical"},
};

constexpr EnumWord k_severity[] = {
    {0, "unspecified"}, {1, "not present"}, {2, "mild"}, {3, "moderate"}, {4, "severe"},
};

constexpr EnumWord k_observation_status[] = {
    {0, "unspecified"},
    {1, "final"},
    {2, "amended"},
    {3, "entered in error"},
};

constexpr EnumWord k_observation_value_type[] = {
    {0, "none"}, {1, "quantity"}, {2, "boolean"}, {3, "string"}, {4, "code"},
};

constexpr EnumWord k_planned_step_type[] = {
    {0, "step"},
    {1, "repetition block"},
};

constexpr EnumTable k_tables[] = {
    {"ActivityType", k_activity_type},
    {"UploadType", k_upload_type},
    {"SleepUploadType", k_sleep_upload_type},
    {"SleepLevel", k_sleep_level},
    {"TimestampLocalization", k_timestamp_localization},
    {"HeartRateContext", k_heart_rate_context},
    {"ActivityLevel", k_activity_level},
    {"StressLevel", k_stress_level},
    {"GlucoseFlag", k_glucose_flag},
    {"TrendArrow", k_trend_arrow},
    {"AFib", k_afib},
    {"SpO2Type", k_sp_o2_type},
    {"KetoneType", k_ketone_type},
    {"MealType", k_meal_type},
    {"NutritionUnit", k_nutrition_unit},
    {"RecoveryLevel", k_recovery_level},
    {"MenstruationPhase", k_menstruation_phase},
    {"Flow", k_flow},
    {"ObservationCategory", k_observation_category},
    {"Severity", k_severity},
    {"ObservationStatus", k_observation_status},
    {"ObservationValueType", k_observation_value_type},
    {"PlannedStepType", k_planned_step_type},
};

}  // namespace

std::string_view EnumTable::word_of(std::int64_t number) const {
  for (const EnumWord& entry : words) {
    if (entry.number == number) return entry.word;
  }
  return {};
}

std::span<const EnumTable> enum_tables() {
  return k_tables;
}

const EnumTable* find_enum(std::string_view name) {
  for (const EnumTable& table : k_tables) {
    if (table.name == name) return &table;
  }
  return nullptr;
}

}  // namespace terra_hook
