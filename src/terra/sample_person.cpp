// SPDX-License-Identifier: MIT
#include "terra/sample_person.hpp"

#include <algorithm>
#include <iterator>

#include "terra/sample_random.hpp"

namespace terra_hook {
namespace {

constexpr std::uint32_t bit(DataType type) {
  return 1U << static_cast<unsigned>(type);
}

constexpr std::uint32_t k_wearable =
    bit(DataType::activity) | bit(DataType::athlete) | bit(DataType::daily) | bit(DataType::sleep);
constexpr std::uint32_t k_all =
    k_wearable | bit(DataType::body) | bit(DataType::menstruation) | bit(DataType::nutrition);

constexpr ProviderTraits k_providers[] = {
    {.name = "GARMIN",
     .device = "Forerunner 265",
     .manufacturer = "Garmin",
     .scopes = "ACTIVITY_EXPORT,HEALTH_EXPORT,WORKOUT_IMPORT,HISTORICAL_DATA_EXPORT,MCT_EXPORT",
     .types = k_wearable | bit(DataType::body) | bit(DataType::menstruation),
     .activity_seconds = 4,
     .has_power = true,
     .has_stress = true,
     .has_rmssd = true,
     .has_saturation = true,
     .has_breaths = true,
     .has_scale = true,
     .has_numeric_ids = true},
    {.name = "FITBIT",
     .device = "Charge 6",
     .manufacturer = "Fitbit",
     .scopes = "activity,heartrate,nutrition,oxygen_saturation,profile,respiratory_rate,sleep,"
               "temperature,weight",
     .types = k_all,
     .activity_seconds = 5,
     .has_rmssd = true,
     .has_saturation = true,
     .has_breaths = true,
     .has_temperature = true,
     .has_scale = true,
     .has_numeric_ids = true},
    {.name = "APPLE",
     .device = "Apple Watch Series 9",
     .manufacturer = "Apple Inc.",
     .scopes = "read",
     .types = k_all,
     .activity_seconds = 5,
     .heart_seconds = 300,
     .night_seconds = 300,
     .has_sdnn = true,
     .has_saturation = true,
     .has_breaths = true,
     .has_scale = true},
    {.name = "OURA",
     .device = "Oura Ring 4",
     .manufacturer = "Oura",
     .scopes = "email personal daily heartrate workout tag session spo2Daily",
     .types = k_wearable,
     .activity_seconds = 60,
     .heart_seconds = 300,
     .night_seconds = 300,
     .has_position = false,
     .has_rmssd = true,
     .has_saturation = true,
     .has_breaths = true,
     .has_readiness = true,
     .has_temperature = true},
    {.name = "POLAR",
     .device = "Polar Vantage V3",
     .manufacturer = "Polar",
     .scopes = "accesslink.read_all",
     .types = k_wearable | bit(DataType::body),
     .heart_seconds = 300,
     .night_seconds = 300,
     .has_power = true,
     .has_rmssd = true,
     .has_breaths = true,
     .has_numeric_ids = true},
    {.name = "WHOOP",
     .device = "WHOOP 4.0",
     .manufacturer = "WHOOP",
     .scopes = "read:recovery read:cycles read:sleep read:workout read:profile "
               "read:body_measurement offline",
     .types = k_wearable | bit(DataType::body),
     .activity_seconds = 60,
     .heart_seconds = 300,
     .night_seconds = 300,
     .has_position = false,
     .has_rmssd = true,
     .has_saturation = true,
     .has_breaths = true,
     .has_readiness = true,
     .has_temperature = true},
    {.name = "WITHINGS",
     .device = "Body Comp",
     .manufacturer = "Withings",
     .scopes = "user.info,user.metrics,user.activity,user.sleepevents",
     .types = k_wearable | bit(DataType::body),
     .activity_seconds = 10,
     .heart_seconds = 600,
     .night_seconds = 60,
     .has_position = false,
     .has_breaths = true,
     .has_scale = true,
     .has_pressure = true,
     .has_numeric_ids = true},
    {.name = "FREESTYLELIBRE",
     .device = "FreeStyle Libre 3",
     .manufacturer = "Abbott",
     .scopes = "read",
     .types = bit(DataType::athlete) | bit(DataType::body),
     .glucose_seconds = 900},
    {.name = "COROS",
     .device = "COROS PACE 3",
     .manufacturer = "COROS",
     .scopes = "daily,sleep,workout",
     .types = k_wearable,
     .heart_seconds = 600,
     .night_seconds = 300,
     .has_power = true,
     .has_numeric_ids = true},
};

// For a provider that is not in the table.
constexpr ProviderTraits k_any_provider{.name = "",
                                        .device = "Wrist Band 2",
                                        .manufacturer = "Example Devices",
                                        .scopes = "read",
                                        .types = k_all,
                                        .activity_seconds = 5,
                                        .has_rmssd = true,
                                        .has_saturation = true,
                                        .has_breaths = true,
                                        .has_scale = true};

// How often each is drawn, in the table's order.
constexpr int k_shares[] = {30, 20, 18, 10, 6, 6, 4, 3, 3};
static_assert(std::size(k_shares) == std::size(k_providers));

struct Place {
  std::string_view city;
  std::string_view state;
  std::string_view country;
  double latitude;
  double longitude;
  double longitude_scale;  ///< a table, since libraries' cosines differ in the last digit
  int offset_minutes;
};

constexpr Place k_places[] = {
    {"London", "", "United Kingdom", 51.5074, -0.1657, 0.6225, 0},
    {"Berlin", "Berlin", "Germany", 52.5145, 13.3501, 0.6086, 60},
    {"Austin", "Texas", "United States", 30.2672, -97.7431, 0.8637, -360},
    {"Toronto", "Ontario", "Canada", 43.6426, -79.3871, 0.7236, -300},
    {"Mumbai", "Maharashtra", "India", 19.0176, 72.8562, 0.9454, 330},
    {"Sydney", "New South Wales", "Australia", -33.8688, 151.2093, 0.8303, 600},
    {"Tokyo", "", "Japan", 35.6762, 139.6503, 0.8123, 540},
    {"São Paulo", "São Paulo", "Brazil", -23.5874, -46.6576, 0.9164, -180},
    {"Kathmandu", "", "Nepal", 27.7172, 85.3240, 0.8853, 345},
    {"Helsinki", "", "Finland", 60.1699, 24.9384, 0.4974, 120},
};

constexpr std::string_view k_women[] = {"Amara", "Noor", "Elena", "Mei",   "Sofia", "Ingrid",
                                        "Priya", "Zoë",  "Hanna", "Grace", "Yuki",  "Carmen"};
constexpr std::string_view k_men[] = {"Tomás", "Kofi", "Liam",   "Arjun", "Jonas", "Mateo",
                                      "Ravi",  "Noah", "Hiroto", "Emil",  "Samir", "Oskar"};
constexpr std::string_view k_family_names[] = {"Lindqvist", "Okafor",  "Tanaka", "Moreau",
                                               "Novák",     "Sharma",  "Silva",  "O'Brien",
                                               "Haddad",    "Fischer", "Kim",    "Larsen"};

template <typename T, std::size_t N>
const T& pick(SampleRandom& random, const T (&list)[N]) {
  return list[static_cast<std::size_t>(random.whole(0, static_cast<std::int64_t>(N) - 1))];
}

const ProviderTraits& draw_provider(SampleRandom& random) {
  std::int64_t ticket = random.whole(0, 99);
  for (std::size_t i = 0; i < std::size(k_providers); ++i) {
    ticket -= k_shares[i];
    if (ticket < 0) return k_providers[i];
  }
  return k_providers[0];
}

void give_home(Person& person, SampleRandom& random) {
  const Place& place = pick(random, k_places);
  person.city = place.city;
  if (!place.state.empty()) person.state = std::string(place.state);
  person.country = place.country;
  person.latitude = place.latitude + random.uniform(-0.03, 0.03);
  person.longitude = place.longitude + random.uniform(-0.03, 0.03);
  person.longitude_scale = place.longitude_scale;
  person.utc_offset = std::chrono::minutes(place.offset_minutes);
}

void give_body(Person& person, SampleRandom& random) {
  const auto age = static_cast<double>(2026 - static_cast<int>(person.born.year()));
  person.height_cm = random.bell(person.is_female ? 165 : 178, 6.5);
  const double mass_index = std::max(18.6, random.bell(24, 2.6));
  person.weight_kg = mass_index * person.height_cm * person.height_cm / 10'000;
  person.fitness = random.uniform(0.82, 1.2);
  person.resting_bpm = random.bell(58, 4) - 14 * (person.fitness - 1);
  person.most_bpm = 208 - 0.7 * age;
}

void give_habits(Person& person, SampleRandom& random) {
  person.bedtime_seconds = static_cast<int>(random.whole(-90, 20)) * 60;
  person.in_bed_seconds = static_cast<int>(random.whole(430, 500)) * 60;
  person.steps_scale = random.uniform(0.6, 1.5);
  person.activity_share = random.uniform(0.35, 0.8);
  person.first_sport = static_cast<unsigned>(random.whole(0, 2));
  person.second_sport = static_cast<unsigned>(random.whole(3, 6));
  const bool tracks_cycle = random.chance(0.6);
  const int cycle_days = static_cast<int>(random.whole(26, 31));
  const int period_days = static_cast<int>(random.whole(4, 6));
  if (!person.is_female || !tracks_cycle) return;
  person.cycle_days = cycle_days;
  person.period_days = period_days;
}

Person make(std::uint64_t seed, std::uint64_t index, const ProviderTraits* traits,
            std::string_view provider) {
  SampleRandom ids({seed, index, sample_key("ids")});
  SampleRandom life({seed, index, sample_key("life")});
  Person person;
  person.seed = seed;
  person.index = index;
  person.user_id = ids.uuid();
  if (ids.chance(0.8)) person.reference_id = "customer-" + std::to_string(ids.whole(1000, 99'999));
  const ProviderTraits& drawn = draw_provider(ids);
  person.traits = traits != nullptr ? traits : &drawn;
  person.provider = provider.empty() ? std::string(person.traits->name) : std::string(provider);
  person.scopes = person.traits->scopes;
  person.is_female = life.chance(0.5);
  person.first_name = person.is_female ? pick(life, k_women) : pick(life, k_men);
  person.last_name = pick(life, k_family_names);
  const auto born = std::chrono::local_days(std::chrono::year(1958) / 1 / 1) +
                    std::chrono::days(life.whole(0, std::int64_t{365} * 48));
  person.born = std::chrono::year_month_day(born);
  give_home(person, life);
  give_body(person, life);
  give_habits(person, life);
  return person;
}

}  // namespace

std::string_view to_string(DataType type) {
  switch (type) {
    case DataType::activity: return "activity";
    case DataType::athlete: return "athlete";
    case DataType::body: return "body";
    case DataType::daily: return "daily";
    case DataType::menstruation: return "menstruation";
    case DataType::nutrition: return "nutrition";
    case DataType::sleep: return "sleep";
  }
  return "";
}

std::optional<DataType> parse_data_type(std::string_view name) {
  for (const DataType type : k_all_data_types) {
    if (to_string(type) == name) return type;
  }
  return std::nullopt;
}

std::span<const ProviderTraits> all_providers() {
  return k_providers;
}

const ProviderTraits& provider_traits(std::string_view name) {
  for (const ProviderTraits& traits : k_providers) {
    if (traits.name == name) return traits;
  }
  return k_any_provider;
}

Person make_person(std::uint64_t seed, std::uint64_t index) {
  return make(seed, index, nullptr, {});
}

Person make_person(std::uint64_t seed, std::uint64_t index, std::string_view provider) {
  return make(seed, index, &provider_traits(provider), provider);
}

bool has_data(const Person& person, DataType type) {
  if ((person.traits->types & bit(type)) == 0) return false;
  return type != DataType::menstruation || person.cycle_days > 0;
}

}  // namespace terra_hook
