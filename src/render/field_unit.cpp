// SPDX-License-Identifier: MIT
#include "render/field_unit.hpp"

namespace terra_hook {

namespace {

struct FieldUnit {
  std::string_view ending;  // whole words of the name
  std::string_view unit;
  std::string_view ascii = {};  // where the unit is not
};

// An ending comes before those that it ends with itself.
constexpr FieldUnit k_units[] = {
    {"ml_per_min_per_kg", "ml/min/kg"},
    {"meters_per_second", "m/s"},
    {"minutes_per_kilometer", "min/km"},
    {"breaths_per_min", "breaths/min"},
    {"mg_per_dL", "mg/dL"},
    {"mg_per_dl", "mg/dL"},
    {"mmol_per_L", "mmol/L"},
    {"mIU_per_ml", "mIU/ml"},
    {"ng_per_ml", "ng/ml"},
    {"ug_per_ml", "µg/ml", "ug/ml"},
    {"newton_meters", "Nm"},
    {"bpm", "bpm"},
    {"rpm", "rpm"},
    {"rmssd", "ms"},
    {"sdnn", "ms"},
    {"bp", "mmHg"},
    {"percentage", "%"},
    {"kilometers", "km"},
    {"meters", "m"},
    {"seconds", "s"},
    {"minutes", "min"},
    {"milliseconds", "ms"},
    {"ms", "ms"},
    {"watts", "W"},
    {"celsius", "°C", "C"},
    {"calories", "kcal"},
    {"kilojoules", "kJ"},
    {"steps", "steps"},
    {"floors_climbed", "floors"},
    {"kg", "kg"},
    {"mg", "mg"},
    {"g", "g"},
    {"cm", "cm"},
    {"ml", "ml"},
    {"uV", "µV", "uV"},
    {"deg", "°", "deg"},
};

bool ends_with_words(std::string_view name, std::string_view ending) {
  return name.ends_with(ending) &&
         (name.size() == ending.size() || name[name.size() - ending.size() - 1] == '_');
}

}  // namespace

std::string_view unit_of_field(std::string_view name, bool unicode) {
  for (const FieldUnit& entry : k_units) {
    if (ends_with_words(name, entry.ending)) {
      return unicode || entry.ascii.empty() ? entry.unit : entry.ascii;
    }
  }
  return {};
}

}  // namespace terra_hook
