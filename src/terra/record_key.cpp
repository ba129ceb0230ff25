// SPDX-License-Identifier: MIT
#include "terra/record_key.hpp"

namespace terra_hook {
namespace {

// A provisional record may come without the id that its final form has, and end
// elsewhere.
constexpr std::string_view k_session[] = {
    "metadata.summary_id", "metadata.start_time metadata.end_time", "metadata.start_time"};
constexpr std::string_view k_day[] = {"metadata.start_time:10"};
constexpr std::string_view k_moment[] = {"timestamp"};
// Terra's schema, its rules and its older texts name different members.
constexpr std::string_view k_plan[] = {"planned_workout_id", "metadata.id", "details.metadata.id",
                                       "summary_id", "planned_date"};
constexpr std::string_view k_any[] = {"metadata.summary_id",
                                      "metadata.start_time metadata.end_time",
                                      "metadata.start_time", "timestamp", "id"};

constexpr RecordKeys k_table[] = {
    {"activity", k_session}, {"sleep", k_session},  {"health_observation", k_session},
    {"daily", k_day},        {"body", k_day},       {"nutrition", k_day},
    {"menstruation", k_day}, {"hormone", k_moment}, {"planned_workout", k_plan},
};

constexpr ElementKey k_elements[] = {
    {"timestamp", true},
    {"start_time", true},
    {"start_timestamp", true},
    {"measurement_time", true},
    {"time_from_midnight"},
    {"id"},
    {"biomarker.key"},
    {"key"},
    {"zone"},
    {"order"},
};

}  // namespace

std::span<const std::string_view> record_keys(std::string_view event_type) {
  for (const RecordKeys& row : k_table) {
    if (row.event_type == event_type) return row.keys;
  }
  return k_any;
}

std::span<const ElementKey> element_keys() {
  return k_elements;
}

}  // namespace terra_hook
