// SPDX-License-Identifier: MIT
// Made-up people. Everything about one follows from a seed and a number; nobody real is meant.
// Pure: no clock, no randomness of its own.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace terra_hook {

/// What can be asked of a user's connection (Terra's data endpoints).
enum class DataType { activity, athlete, body, daily, menstruation, nutrition, sleep };

inline constexpr DataType k_all_data_types[] = {
    DataType::activity,     DataType::athlete,   DataType::body, DataType::daily,
    DataType::menstruation, DataType::nutrition, DataType::sleep};

std::string_view to_string(DataType type);
std::optional<DataType> parse_data_type(std::string_view name);

/// What a provider's devices measure and how often.
struct ProviderTraits {
  std::string_view name;  ///< as in `user.provider`
  std::string_view device;
  std::string_view manufacturer;
  std::string_view scopes;
  std::uint32_t types = 0;       ///< a bit for each DataType that it has
  int activity_seconds = 1;      ///< between the samples of an activity
  int heart_seconds = 60;        ///< between those of a day
  int night_seconds = 60;        ///< between those of a night
  bool has_position = true;      ///< GPS
  bool has_power = false;        ///< of rides
  bool has_stress = false;       ///< stress and body battery
  bool has_rmssd = false;        ///< heart rate variability, of nights
  bool has_sdnn = false;         ///< the same, as Apple measures it
  bool has_saturation = false;   ///< blood oxygen, of nights
  bool has_breaths = false;      ///< breathing rate, of nights
  bool has_readiness = false;    ///< readiness, recovery and scores
  bool has_temperature = false;  ///< of the skin, of nights
  bool has_scale = false;        ///< weight and body composition
  bool has_pressure = false;     ///< blood pressure
  int glucose_seconds = 0;       ///< between glucose samples; 0: no sensor
  bool has_numeric_ids = false;  ///< a record's id is a number, not a UUID
};

/// Providers whose ways are known.
std::span<const ProviderTraits> all_providers();

/// The row of `name`; one that can do everything for a name that is not known.
const ProviderTraits& provider_traits(std::string_view name);

struct Person {
  std::uint64_t seed = 0;
  std::uint64_t index = 0;
  std::string user_id;
  std::optional<std::string> reference_id;
  std::string provider;
  const ProviderTraits* traits = nullptr;  ///< static
  bool active = true;
  std::string scopes;
  std::optional<std::string> last_webhook_update;  ///< as Terra writes a time

  std::string first_name;
  std::string last_name;
  bool is_female = false;
  std::chrono::year_month_day born{};
  std::string city;
  std::optional<std::string> state;
  std::string country;
  double latitude = 0;
  double longitude = 0;
  double longitude_scale = 1;  ///< cosine of the latitude
  std::chrono::minutes utc_offset{};

  double height_cm = 0;
  double weight_kg = 0;
  double resting_bpm = 0;
  double most_bpm = 0;
  double fitness = 1;         ///< how fast, 1 for the average
  int bedtime_seconds = 0;    ///< usual, after midnight; negative before
  int in_bed_seconds = 0;     ///< usual
  double steps_scale = 1;     ///< how much on foot, 1 for the average
  double activity_share = 0;  ///< of days with a workout
  unsigned first_sport = 0;   ///< the favourite
  unsigned second_sport = 0;
  int cycle_days = 0;  ///< 0: no menstrual cycle is tracked
  int period_days = 0;
};

/// The person of that number. The provider follows from the number too, or is the one named.
Person make_person(std::uint64_t seed, std::uint64_t index);
Person make_person(std::uint64_t seed, std::uint64_t index, std::string_view provider);

/// Whether the connection has data of this type at all.
bool has_data(const Person& person, DataType type);

}  // namespace terra_hook
