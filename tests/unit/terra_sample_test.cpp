// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "base/json_scanner.hpp"
#include "base/time.hpp"
#include "terra/event_type.hpp"
#include "terra/sample_event.hpp"
#include "terra/sample_json.hpp"
#include "terra/sample_random.hpp"
#include "terra/sample_records.hpp"

using namespace terra_hook;
using Json = nlohmann::json;
using namespace std::chrono_literals;

namespace {

const LocalDate k_sample_date = LocalDate(2026y / 7 / 1);

std::vector<Json> sample_days(const Person& person, DataType type, int days) {
  std::vector<Json> all;
  SampleOptions options;
  options.with_samples = true;
  for (int i = 0; i < days; ++i) {
    for (const std::string& text :
         sample_records(person, type, k_sample_date + std::chrono::days(i), options)) {
      all.push_back(Json::parse(text));
    }
  }
  return all;
}

double mean_of(const Json& samples, const char* member) {
  double sum = 0;
  for (const Json& sample : samples) sum += sample.at(member).get<double>();
  return sum / static_cast<double>(samples.size());
}

std::int64_t micros(const Json& stamp) {
  const auto time = parse_iso8601(stamp.get<std::string>());
  REQUIRE(time);
  return time->time_since_epoch().count();
}

double seconds_between(const Json& from, const Json& to) {
  return static_cast<double>(micros(to) - micros(from)) / 1e6;
}

}  // namespace

TEST_CASE("sample data is the same whatever was asked before") {
  const Person person = make_person(7, 3);
  SampleOptions options;
  options.with_samples = true;
  for (const DataType type : k_all_data_types) {
    options.ignores_provider = true;
    const auto once = sample_records(person, type, k_sample_date, options);
    sample_records(make_person(7, 4), type, k_sample_date, options);
    sample_records(person, type, k_sample_date + std::chrono::days(1), options);
    CHECK(sample_records(make_person(7, 3), type, k_sample_date, options) == once);
  }
}

// What people keep as fixtures must not change. A hash that differs here is a reason to think
// twice, and to say so in the release's notes.
TEST_CASE("sample data is the same in every version") {
  const std::pair<DataType, std::uint64_t> known[] = {
      {DataType::activity, 15288296030724386475ULL},
      {DataType::athlete, 17979894811865179517ULL},
      {DataType::body, 3302276888820936310ULL},
      {DataType::daily, 9214857738963012960ULL},
      {DataType::menstruation, 5916299029430542770ULL},
      {DataType::nutrition, 12655049308666753955ULL},
      {DataType::sleep, 16670895006960359410ULL}};
  const SampleOptions options{.with_samples = true, .ignores_provider = true};
  for (const auto& row : known) {
    const auto& [type, hash] = row;
    std::string all;
    for (const ProviderTraits& traits : all_providers()) {
      for (int day = 0; day < 4; ++day) {
        const Person person = make_person(11, static_cast<std::uint64_t>(day), traits.name);
        for (const std::string& record :
             sample_records(person, type, k_sample_date + std::chrono::days(day), options)) {
          all += record;
        }
      }
    }
    CAPTURE(std::string(to_string(row.first)));
    CHECK(sample_key(all) == hash);
  }
}

TEST_CASE("sample people differ and hold to their provider") {
  std::set<std::string> ids;
  std::map<std::string, int> providers;
  for (std::uint64_t i = 0; i < 400; ++i) {
    const Person person = make_person(1, i);
    ids.insert(person.user_id);
    ++providers[person.provider];
    CHECK(person.user_id.size() == 36);
    CHECK(person.resting_bpm > 35);
    CHECK(person.most_bpm > person.resting_bpm + 60);
  }
  CHECK(ids.size() == 400);
  CHECK(providers.size() == all_providers().size());
  CHECK(make_person(1, 0).user_id != make_person(2, 0).user_id);
  const Person sensor = make_person(1, 5, "FREESTYLELIBRE");
  CHECK(sensor.provider == "FREESTYLELIBRE");
  CHECK(sample_records(sensor, DataType::sleep, k_sample_date, {}).empty());
  CHECK(make_person(1, 5, "NEWBAND").provider == "NEWBAND");
  CHECK(sample_records(make_person(1, 5, "NEWBAND"), DataType::sleep, k_sample_date, {}).size() ==
        1);
}

TEST_CASE("a sample night adds up and its hypnogram agrees") {
  for (std::uint64_t index = 0; index < 5; ++index) {
    for (const Json& sleep : sample_days(make_person(3, index, "GARMIN"), DataType::sleep, 8)) {
      const Json& sums = sleep.at("sleep_durations_data");
      const Json& asleep = sums.at("asleep");
      std::map<int, double> seconds;
      const Json& phases = sums.at("hypnogram_samples");
      for (std::size_t i = 0; i < phases.size(); ++i) {
        const Json& end = i + 1 < phases.size() ? phases[i + 1].at("timestamp")
                                                : sleep.at("metadata").at("end_time");
        seconds[phases[i].at("level").get<int>()] +=
            seconds_between(phases[i].at("timestamp"), end);
      }
      CHECK(seconds[1] == sums.at("awake").at("duration_awake_state_seconds"));
      CHECK(seconds[4] == asleep.at("duration_light_sleep_state_seconds"));
      CHECK(seconds[5] == asleep.at("duration_deep_sleep_state_seconds"));
      CHECK(seconds[6] == asleep.at("duration_REM_sleep_state_seconds"));
      CHECK(seconds[4] + seconds[5] + seconds[6] == asleep.at("duration_asleep_state_seconds"));
      const double in_bed = seconds_between(sleep.at("metadata").at("start_time"),
                                            sleep.at("metadata").at("end_time"));
      CHECK(in_bed == sums.at("other").at("duration_in_bed_seconds"));
      CHECK(in_bed > 4 * 3600);
      CHECK(in_bed < 11 * 3600);
      const Json& heart = sleep.at("heart_rate_data");
      CHECK(std::abs(mean_of(heart.at("detailed").at("hr_samples"), "bpm") -
                     heart.at("summary").at("avg_hr_bpm").get<double>()) < 0.06);
      CHECK(std::abs(mean_of(heart.at("detailed").at("hrv_samples_rmssd"), "hrv_rmssd") -
                     heart.at("summary").at("avg_hrv_rmssd").get<double>()) < 0.06);
    }
  }
}

TEST_CASE("a sample workout agrees with itself") {
  std::set<std::string> ids;
  std::size_t count = 0;
  for (std::uint64_t index = 0; index < 6; ++index) {
    const auto all = sample_days(make_person(5, index, "GARMIN"), DataType::activity, 6);
    for (const Json& activity : all) {
      ++count;
      const Json& metadata = activity.at("metadata");
      ids.insert(metadata.at("summary_id").get<std::string>());
      const double seconds = seconds_between(metadata.at("start_time"), metadata.at("end_time"));
      CHECK(seconds == activity.at("active_durations_data").at("activity_seconds"));
      const Json& heart = activity.at("heart_rate_data");
      CHECK(std::abs(mean_of(heart.at("detailed").at("hr_samples"), "bpm") -
                     heart.at("summary").at("avg_hr_bpm").get<double>()) < 0.06);
      double zones = 0;
      for (const Json& zone : heart.at("summary").at("hr_zone_data")) {
        zones += zone.at("duration_seconds").get<double>();
      }
      CHECK(zones == seconds);
      const Json& distance = activity.at("distance_data");
      if (distance.at("summary").at("distance_meters").is_null()) continue;
      const double meters = distance.at("summary").at("distance_meters").get<double>();
      const double speed =
          activity.at("movement_data").at("avg_speed_meters_per_second").get<double>();
      CHECK(std::abs(speed * seconds - meters) < 0.001 * meters);
      CHECK(distance.at("detailed").at("distance_samples").back().at("distance_meters") == meters);
      const Json& power = activity.at("power_data");
      if (power.at("avg_watts").is_null()) continue;
      CHECK(std::abs(mean_of(power.at("power_samples"), "watts") -
                     power.at("avg_watts").get<double>()) < 0.06);
    }
  }
  CHECK(count > 15);
  CHECK(ids.size() == count);
}

TEST_CASE("a sample day holds what its workouts hold") {
  for (std::uint64_t index = 0; index < 4; ++index) {
    const Person person = make_person(9, index, "GARMIN");
    for (int i = 0; i < 5; ++i) {
      const LocalDate date = k_sample_date + std::chrono::days(i);
      const SampleOptions options{.with_samples = true};
      const Json daily =
          Json::parse(sample_records(person, DataType::daily, date, options).front());
      double steps = 0;
      double meters = 0;
      double net = 0;
      for (const std::string& text : sample_records(person, DataType::activity, date, {})) {
        const Json activity = Json::parse(text);
        net += activity.at("calories_data").at("net_activity_calories").get<double>();
        const Json& summary = activity.at("distance_data").at("summary");
        if (summary.at("steps").is_null()) continue;
        steps += summary.at("steps").get<double>();
        meters += summary.at("distance_meters").get<double>();
      }
      const Json& distance = daily.at("distance_data");
      CHECK(distance.at("steps").get<double>() >= steps);
      CHECK(distance.at("distance_meters").get<double>() >= meters - 0.02);
      CHECK(distance.at("detailed").at("step_samples").back().at("steps") == distance.at("steps"));
      const Json& calories = daily.at("calories_data");
      CHECK(calories.at("net_activity_calories").get<double>() >= net - 0.2);
      CHECK(std::abs(calories.at("net_activity_calories").get<double>() +
                     calories.at("BMR_calories").get<double>() -
                     calories.at("total_burned_calories").get<double>()) < 0.01);
      const Json& heart = daily.at("heart_rate_data");
      CHECK(std::abs(mean_of(heart.at("detailed").at("hr_samples"), "bpm") -
                     heart.at("summary").at("avg_hr_bpm").get<double>()) < 0.06);
      const Json& durations = daily.at("active_durations_data");
      CHECK(durations.at("activity_seconds").get<int>() +
                durations.at("inactivity_seconds").get<int>() +
                durations.at("rest_seconds").get<int>() ==
            86'400);
    }
  }
}

TEST_CASE("a sample diary's sums are those of its meals") {
  for (const Json& day : sample_days(make_person(2, 2, "FITBIT"), DataType::nutrition, 30)) {
    double protein = 0;
    for (const Json& meal : day.at("meals")) {
      protein += meal.at("macros").at("protein_g").get<double>();
    }
    CHECK(std::abs(day.at("summary").at("macros").at("protein_g").get<double>() - protein) < 0.01);
    double drunk = 0;
    for (const Json& drink : day.at("drink_samples")) {
      drunk += drink.at("drink_volume").get<double>();
    }
    CHECK(day.at("summary").at("drink_ml") == drunk);
  }
}

TEST_CASE("a sample cycle goes on day by day") {
  std::uint64_t index = 0;
  while (!has_data(make_person(4, index, "APPLE"), DataType::menstruation)) ++index;
  int last = 0;
  for (const Json& day : sample_days(make_person(4, index, "APPLE"), DataType::menstruation, 70)) {
    const Json& cycle = day.at("menstruation_data");
    const int now = cycle.at("day_in_cycle").get<int>();
    if (last != 0) CHECK(now == (last == cycle.at("cycle_length_days") ? 1 : last + 1));
    last = now;
    CHECK((cycle.at("current_phase") == 1) == (now <= cycle.at("period_length_days").get<int>()));
  }
}

TEST_CASE("every event type can be made and read") {
  const Person person = make_person(1, 0);
  for (const EventType& type : event_types()) {
    CAPTURE(std::string(type.name));
    std::string body;
    if (has_sample_records(type.name)) {
      SampleOptions options;
      options.ignores_provider = true;
      body =
          data_event(type.name, person, event_records(type.name, person, k_sample_date, options));
    } else {
      NoticeDetails details;
      details.date = k_sample_date;
      body = notice_event(type.name, person, details);
    }
    const Json event = Json::parse(body);
    const bool is_of_vantage = type.name.starts_with("order");
    CHECK(event.at(is_of_vantage ? "event_type" : "type") == type.name);
  }
}

TEST_CASE("sample numbers and times are spelled one way") {
  JsonText json;
  json.array("", [&] {
    json.decimal("", 52.5, 2).decimal("", 60, 1).decimal("", -0.25, 2).decimal("", 0.004, 2);
    json.decimal("", 1234567.891, 2).whole("", -3).text("", "Zo\u00eb \"x\"\n").text("", "\xff");
  });
  CHECK(json.take() == "[52.5,60.0,-0.25,0.0,1234567.89,-3,\"Zo\u00eb \\\"x\\\"\\n\",\"\ufffd\"]");
  CHECK(local_stamp(k_sample_date + 3661s, -90min) == "2026-07-01T01:01:01.000000-01:30");
  CHECK(local_stamp(k_sample_date - 1s, 345min) == "2026-06-30T23:59:59.000000+05:45");
}

TEST_CASE("sample chance is even and the same everywhere") {
  SampleRandom random({1, 2, 3});
  CHECK(random.next() == SampleRandom({1, 2, 3}).next());
  CHECK(SampleRandom({1, 2}).next() != SampleRandom({2, 1}).next());
  int counts[6] = {};
  for (int i = 0; i < 6000; ++i) ++counts[random.whole(0, 5)];
  for (const int count : counts) CHECK(std::abs(count - 1000) < 150);
  double sum = 0;
  for (int i = 0; i < 4000; ++i) sum += random.bell(10, 2);
  CHECK(std::abs(sum / 4000 - 10) < 0.2);
}
