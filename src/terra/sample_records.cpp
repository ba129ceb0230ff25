// SPDX-License-Identifier: MIT
#include "terra/sample_records.hpp"

#include <algorithm>

#include "terra/sample_random.hpp"
#include "terra/sample_writers.hpp"

namespace terra_hook {
namespace {

/// A mail address made of ASCII letters, whatever the names are made of.
std::string mail_of(const Person& person) {
  std::string name;
  for (const std::string_view part :
       {std::string_view(person.first_name), std::string_view(person.last_name)}) {
    if (!name.empty()) name += '.';
    for (const char c : part) {
      if (c >= 'A' && c <= 'Z') name += static_cast<char>(c - 'A' + 'a');
      if (c >= 'a' && c <= 'z') name += c;
    }
  }
  return name + std::to_string(person.index % 100) + "@example.com";
}

}  // namespace

void write_times(JsonText& json, const SampleDay& day, int start, int end) {
  json.text("start_time", day.stamp(start));
  json.text("end_time", day.stamp(end));
  json.whole("timestamp_localization", 1);
}

void write_device(JsonText& json, const SampleDay& day) {
  const ProviderTraits& traits = *day.person.traits;
  SampleRandom random({day.person.seed, day.person.index, sample_key("device")});
  json.object("device_data", [&] {
    json.text("name", traits.device);
    json.text("manufacturer", traits.manufacturer);
    const std::string major = std::to_string(random.whole(2, 21));
    json.text("software_version", major + "." + std::to_string(random.whole(0, 40)));
    json.text("serial_number", std::to_string(random.whole(3'300'000'000, 3'499'999'999)));
    write_nulls(json, {"hardware_version", "activation_timestamp", "last_upload_date"});
    json.empty_array("data_provided");
    json.empty_array("other_devices");
  });
}

std::string record_id(const SampleDay& day, std::uint64_t key) {
  SampleRandom random({day.person.seed, day.person.index, key, sample_key("id")});
  if (!day.person.traits->has_numeric_ids) return random.uuid();
  return std::to_string(random.whole(10'000'000'000, 29'999'999'999));
}

void write_nulls(JsonText& json, std::initializer_list<std::string_view> keys) {
  for (const std::string_view key : keys) json.null(key);
}

void Spread::add(double value) {
  least = count == 0 ? value : std::min(least, value);
  most = count == 0 ? value : std::max(most, value);
  sum += value;
  ++count;
}

std::string athlete_record(const SampleDay& day) {
  const Person& person = day.person;
  SampleRandom random({person.seed, person.index, sample_key("athlete")});
  const LocalDate joined =
      LocalDate(std::chrono::year(2021) / 1 / 1) + std::chrono::days(random.whole(0, 1500));
  JsonText json;
  json.object("", [&] {
    json.text("first_name", person.first_name);
    json.text("last_name", person.last_name);
    json.text("sex", person.is_female ? "female" : "male");
    json.null("gender");
    json.whole("age", age_on(person, day.date));
    json.text("date_of_birth", date_text(LocalDate(person.born)));
    json.text("email", mail_of(person));
    json.text("city", person.city);
    json.optional_text("state", person.state);
    json.text("country", person.country);
    json.null("bio");
    json.text("account_creation_date",
              local_stamp(joined + std::chrono::hours(9), person.utc_offset));
    json.text("provider_user_id", random.hex(12));
  });
  return json.take();
}

std::vector<std::string> sample_records(const Person& person, DataType type, LocalDate date,
                                        const SampleOptions& options) {
  if (!has_data(person, type) && !options.ignores_provider) return {};
  const SampleDay day{person, date, options};
  switch (type) {
    case DataType::activity: {
      std::vector<std::string> records;
      for (const Workout& workout : plan_workouts(person, date)) {
        records.push_back(activity_record(day, workout));
      }
      return records;
    }
    case DataType::athlete: return {athlete_record(day)};
    case DataType::body: return body_records(day);
    case DataType::daily: return {daily_record(day)};
    case DataType::menstruation: return {menstruation_record(day)};
    case DataType::nutrition: return nutrition_records(day);
    case DataType::sleep: return {sleep_record(day)};
  }
  return {};
}

}  // namespace terra_hook
