// SPDX-License-Identifier: MIT
// The table of event types: complete, well-formed, and saying what a person looks for.
#include "terra/event_type.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "terra/body_reading.hpp"
#include "terra/enums.hpp"
#include "terra/formats.hpp"
#include "terra/phrase.hpp"

using namespace terra_hook;

namespace {

std::string headline(std::string_view body) {
  return read_body(body).headline;
}

/// The headline of a body of `type` with these members in its one record.
std::string line_of(std::string_view type, std::string_view record) {
  return headline("{\"type\":\"" + std::string(type) + "\",\"data\":[{" + std::string(record) +
                  "}]}");
}

}  // namespace

TEST_CASE("terra event types - every published type has its row") {
  for (const char* name : {"activity",
                           "body",
                           "daily",
                           "menstruation",
                           "nutrition",
                           "sleep",
                           "planned_workout",
                           "hormone",
                           "health_observation",
                           "athlete",
                           "auth",
                           "auth_cancelled",
                           "deauth",
                           "user_reauth",
                           "access_revoked",
                           "connection_error",
                           "permission_change",
                           "large_request_processing",
                           "large_request_sending",
                           "s3_payload",
                           "lab_report.completed",
                           "lab_report.failed",
                           "processing",
                           "rate_limit_hit",
                           "google_no_datasource",
                           "healthcheck",
                           "connection_degraded",
                           "lab_report",
                           "order.status_changed",
                           "order_item.results_status_change"}) {
    CAPTURE(name);
    CHECK(find_event_type(name).name == name);
  }
  CHECK(find_event_type("large-request-sending").name == "large_request_sending");
  CHECK(find_event_type("large-request-processing").name == "large_request_processing");
  CHECK(find_event_type("s3_upload").name == "s3_payload");
  CHECK(find_event_type("hydration_plan").name == "");
  CHECK(find_event_type("").name == "");
}

TEST_CASE("terra event types - rows are sorted and say something") {
  std::vector<std::string_view> names;
  for (const EventType& type : event_types()) names.push_back(type.name);
  CHECK(std::ranges::is_sorted(names));
  CHECK(std::set(names.begin(), names.end()).size() == names.size());
  for (const EventType& type : event_types()) {
    CAPTURE(type.name);
    CHECK_FALSE(type.line.empty());
  }
}

TEST_CASE("terra event types - every phrase compiles and every series has a unit or words") {
  PhrasePaths paths;
  for (const EventType& type : event_types()) {
    CAPTURE(type.name);
    for (const std::string_view text : type.line) CHECK_NOTHROW(Phrase(text, paths));
    for (const CardGroup& group : type.groups) {
      for (const CardRow& row : group.rows) CHECK_NOTHROW(Phrase(row.phrase, paths));
    }
    for (const CardList& list : type.lists) {
      for (const CardRow& row : list.columns) CHECK_NOTHROW(Phrase(row.phrase, paths));
    }
    for (const SampleSeries& series : type.series) {
      CAPTURE(series.path);
      CHECK((series.words.empty() || find_enum(series.words) != nullptr));
      CHECK((series.drawing == Drawing::steps) == !series.words.empty());
    }
  }
  CHECK_THROWS_AS(Phrase("{a|no such format}", paths), std::logic_error);
  CHECK_THROWS_AS(Phrase("{a}", paths), std::logic_error);
  CHECK_THROWS_AS(Phrase("{a|n", paths), std::logic_error);
  CHECK_THROWS_AS(Phrase("[{a|n}", paths), std::logic_error);
}

TEST_CASE("terra headline - the figures that are looked for first") {
  CHECK(headline(R"({"type":"activity","data":[{"metadata":{"type":8,
      "start_time":"2026-07-01T07:04:11.000000+01:00","end_time":"2026-07-01T07:52:48.000000+01:00"},
      "distance_data":{"summary":{"distance_meters":8250.4}},
      "heart_rate_data":{"summary":{"avg_hr_bpm":148.2,"max_hr_bpm":181}}}]})") ==
        "run 8.25 km 48:37 ♥148/181");
  CHECK(
      headline(R"({"data":[{"sleep_durations_data":{"asleep":{"duration_asleep_state_seconds":25200,
      "duration_deep_sleep_state_seconds":5400,"duration_REM_sleep_state_seconds":5100},
      "sleep_efficiency":91.5}}],"type":"sleep"})") == "slept 7h00 deep 1h30 REM 1h25 eff 91.5");
  CHECK(line_of("daily", R"("distance_data":{"steps":11894,"distance_meters":9412.7})") ==
        "11,894 steps 9.4 km");
}

TEST_CASE("terra headline - zero and null and absent are three things") {
  CHECK(line_of("daily", R"("distance_data":{"steps":0,"distance_meters":0.0})") == "0 steps 0 km");
  CHECK(line_of("daily", R"("distance_data":{"steps":null,"distance_meters":null})") ==
        "– steps –");
  CHECK(line_of("daily", R"("distance_data":{})") == "");
  CHECK(line_of("activity", R"("metadata":{"type":0})") == "in vehicle");
  CHECK(line_of("activity", R"("metadata":{"type":null})") == "–");
  CHECK(line_of("activity", R"("metadata":{"type":999})") == "activity type 999");
  CHECK(line_of("activity", R"("heart_rate_data":{"summary":{"avg_hr_bpm":null}})") == "♥–");
}

TEST_CASE("terra headline - several records or none or what is no record") {
  CHECK(headline(R"({"type":"daily","data":[]})") == "no records");
  CHECK(headline(R"({"type":"hydration_plan","data":[]})") == "no records");
  CHECK(headline(R"({"type":"daily","data":[{"distance_data":{"steps":5}},{},{},{}]})") ==
        "5 steps +3 more");
  CHECK(headline(R"({"type":"daily","data":[3,{"distance_data":{"steps":5}}]})") == "+1 more");
  CHECK(headline(R"({"type":"daily"})") == "");
  CHECK(headline(R"({"type":"daily","data":{"steps":1}})") == "");
  CHECK(headline(R"({"type":"auth","user":null,"status":"error","reason":"no"})") == "failed no");
  CHECK(headline("{\"type\":\"daily\"") == "");
  CHECK(headline("[]") == "");
  CHECK(headline("") == "");
}

TEST_CASE("terra headline - body picks the groups that are there") {
  CHECK(line_of("body", R"("measurements_data":{"measurements":[{"weight_kg":80,"BMI":24},
                           {"weight_kg":81.35,"BMI":null}]})") == "81.35 kg BMI 24");
  CHECK(line_of("body", R"("blood_pressure_data":{"blood_pressure_samples":
                           [{"systolic_bp":128,"diastolic_bp":82}]})") == "BP 128/82");
  CHECK(line_of("body", R"("glucose_data":{"day_avg_blood_glucose_mg_per_dl":101.25})") ==
        "glucose 101.25 mg/dL");
  CHECK(line_of("body", R"("hydration_data":{"day_total_water_consumption_ml":1750})") ==
        "water 1,750 ml");
}

TEST_CASE("terra headline - the query of a signed URL is not in it") {
  CHECK(headline(
            R"({"type":"s3_payload","url":"https://u:p@b.s3.example/x?sig=1","expires_in":300})") ==
        "b.s3.example");
}

TEST_CASE("terra headline - values of another kind are shown as they are and cut") {
  CHECK(line_of("daily", R"("distance_data":{"steps":"many","distance_meters":1e400})") ==
        "many steps 1e400");
  CHECK(line_of("daily", R"("distance_data":{"steps":true,"distance_meters":{"a":1}})") ==
        "true steps {…}");
  CHECK(line_of("daily", R"("distance_data":{"steps":)" + std::string(5000, '9') + "}").size() <
        200);
  CHECK(
      headline("{\"type\":\"deauth\",\"message\":\"" + std::string(9'000'000, 'x') + "\"}").size() <
      200);
}

TEST_CASE("terra formats - numbers and spans and times") {
  CHECK(number_text(0, 2) == "0");
  CHECK(number_text(-0.0, 2) == "0");
  CHECK(number_text(1234567.891, 2) == "1,234,567.89");
  CHECK(number_text(-1234, 0) == "-1,234");
  CHECK(number_text(999, 0) == "999");
  CHECK(number_text(-999, 0) == "-999");
  CHECK(number_text(0.004, 2) == "0.004");
  CHECK(clock_text(59.6) == "1:00");
  CHECK(clock_text(3725) == "1:02:05");
  CHECK(hours_text(0) == "0min");
  CHECK(hours_text(41) == "41s");
  CHECK(hours_text(1500) == "25min");
  CHECK(hours_text(25200) == "7h00");
  CHECK(time_text("2026-07-01T07:04:11.000000+01:00") == "2026-07-01 07:04:11 +01:00");
  CHECK(time_text("2026-07-01T07:04:11.250000Z") == "2026-07-01 07:04:11.25Z");
  CHECK(time_text("2026-07-01T07:04:11") == "2026-07-01 07:04:11");
  CHECK(time_text("yesterday") == "yesterday");
}

TEST_CASE("terra enums - published words and numbers that are not") {
  CHECK(find_enum("ActivityType")->word_of(0) == "in vehicle");
  CHECK(find_enum("ActivityType")->word_of(154) == "physical therapy");
  CHECK(find_enum("ActivityType")->word_of(2).empty());
  CHECK(find_enum("ActivityType")->words.size() == 146);
  CHECK(find_enum("SleepUploadType")->word_of(1) == "manual");
  CHECK(find_enum("UploadType")->word_of(1) == "automatic");
  CHECK(find_enum("nothing") == nullptr);
}
