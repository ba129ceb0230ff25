// SPDX-License-Identifier: MIT
#include "terra/card.hpp"

#include <doctest/doctest.h>

#include <string>

#include "terra/record_times.hpp"

using namespace terra_hook;

namespace {

/// `label=text` of each field, a `|` between them.
std::string describe(const CardRecord& record) {
  std::string text;
  for (const CardSection& section : record.sections) {
    for (const CardField& field : section.fields) {
      text += (text.empty() ? "" : "|") + field.label + "=" + field.text;
    }
  }
  return text;
}

/// The fields of the first record of a `daily` body with this `metadata`.
std::string times_of(std::string_view metadata) {
  const Card card = read_card(R"({"type":"daily","user":{"user_id":"u"},"data":[{"metadata":{)" +
                                  std::string(metadata) + "}}]}",
                              "daily", {});
  REQUIRE(card.records.size() == 1);
  std::string text = describe(card.records[0]);
  return text.substr(0, text.find("|day="));
}

std::string days(int count) {
  std::string body = R"({"type":"daily","user":{"user_id":"u"},"data":[)";
  for (int i = 1; i <= count; ++i) {
    body += (i > 1 ? "," : "") + std::string(R"({"distance_data":{"steps":)") + std::to_string(i) +
            "}}";
  }
  return body + "]}";
}

}  // namespace

TEST_CASE("terra card - local times as sent and where their date is not that of UTC") {
  CHECK(date_difference("2026-07-01T00:00:00.000000+01:00") == "local 2026-07-01, UTC 2026-06-30");
  CHECK(date_difference("2026-06-30T23:30:00-05:00") == "local 2026-06-30, UTC 2026-07-01");
  CHECK(date_difference("2026-07-01T12:00:00+01:00") == std::nullopt);
  CHECK(date_difference("2026-07-01T00:00:00Z") == std::nullopt);
  CHECK(date_difference("2026-07-01T00:00:00") == std::nullopt);
  CHECK(date_difference("yesterday") == std::nullopt);

  CHECK(range_text("2026-07-01T07:04:11.000000+01:00", "2026-07-01T07:52:48.000000+01:00") ==
        "2026-07-01 07:04:11 → 07:52:48 +01:00");
  CHECK(range_text("2026-07-01T23:00:00Z", "2026-07-02T01:00:00Z") ==
        "2026-07-01 23:00:00 → 2026-07-02 01:00:00Z");
  CHECK(range_text("2026-10-25T01:30:00+02:00", "2026-10-25T02:30:00+01:00") ==
        "2026-10-25 01:30:00 +02:00 → 2026-10-25 02:30:00 +01:00");
  CHECK(range_text("a", "b") == "a → b");

  CHECK(times_of(
            R"("start_time":"2026-07-01T00:00:00+01:00","end_time":"2026-07-02T00:00:00+01:00")") ==
        "when=2026-07-01 00:00:00 → 2026-07-02 00:00:00 +01:00|lasts=24:00:00|"
        "dates=local 2026-07-01, UTC 2026-06-30");
  CHECK(times_of(R"("start_time":"2026-07-01T00:00:00+00:00","end_time":null,
                    "timestamp_localization":0)") ==
        "when=2026-07-01 00:00:00 +00:00 → –|clock=UTC");
  CHECK(times_of(R"("start_time":"2026-07-01T10:00:00","timestamp_localization":1)") ==
        "when=2026-07-01 10:00:00|clock=local time; no offset was sent, so UTC is not known");
  CHECK(times_of(R"("start_time":"2026-07-01T10:00:00")") ==
        "when=2026-07-01 10:00:00|clock=no offset was sent");
  CHECK(times_of(R"("start_time":"2026-07-01T10:00:00+01:00","timestamp_localization":7)") ==
        "when=2026-07-01 10:00:00 +01:00|clock=7");
}

TEST_CASE("terra card - the upload type of sleep has words of its own") {
  const auto upload = [](const std::string& type) {
    const Card card = read_card(
        "{\"user\":{\"user_id\":1},\"data\":[{\"metadata\":{\"upload_type\":1}}]}", type, {});
    return describe(card.records.at(0));
  };
  CHECK(upload("sleep") == "upload=manual");
  CHECK(upload("daily") == "upload=automatic");
  CHECK(upload("activity") == "upload=automatic");
}

TEST_CASE("terra card - a figure that is null has no unit") {
  const auto fields = [](const std::string& record) {
    return describe(read_card("{\"user\":{\"user_id\":1},\"data\":[" + record + "]}", "daily", {})
                        .records.at(0));
  };
  CHECK(fields(R"({"distance_data":{"steps":null,"distance_meters":null,
                   "elevation":{"gain_actual_meters":null}},
                   "calories_data":{"total_burned_calories":null}})") ==
        "steps=–|distance=–|climb=–|burned=–");
  CHECK(fields(R"({"distance_data":{"elevation":{"gain_actual_meters":0}}})") == "climb=0 m");
  CHECK(fields(R"({"heart_rate_data":{"summary":{"avg_hrv_rmssd":null,"avg_hrv_sdnn":40}}})") ==
        "HRV=rmssd –  sdnn 40 ms");
  CHECK(fields(R"({"heart_rate_data":{"summary":{"avg_hrv_rmssd":0,"avg_hrv_sdnn":null}}})") ==
        "HRV=rmssd 0 ms  sdnn –");
  // What says which of several it is stays.
  CHECK(fields(R"({"stress_data":{"avg_stress_level":null,"max_stress_level":40}})") ==
        "level=– average  40 highest");
  const auto of_body = [](const std::string& record) {
    return describe(read_card("{\"user\":{\"user_id\":1},\"data\":[" + record + "]}", "body", {})
                        .records.at(0));
  };
  CHECK(of_body(R"({"blood_pressure_data":{"day_avg_systolic_bp":null,
                    "day_avg_diastolic_bp":null}})") == "average=–/–");
  CHECK(of_body(R"({"blood_pressure_data":{"day_avg_systolic_bp":120,
                    "day_avg_diastolic_bp":null}})") == "average=120/– mmHg");
}

TEST_CASE("terra card - some records of many") {
  const Card first = read_card(days(50), "daily", {});
  CHECK(first.record_count == 50);
  REQUIRE(first.records.size() == 3);
  CHECK(describe(first.records[2]) == "steps=3");
  CHECK(first.records[2].number == 3);

  CardOptions options;
  options.first_record = 41;
  options.max_records = 1;
  const Card later = read_card(days(50), "daily", options);
  REQUIRE(later.records.size() == 1);
  CHECK(describe(later.records[0]) == "steps=41");

  options.first_record = 51;
  const Card beyond = read_card(days(50), "daily", options);
  CHECK(beyond.records.empty());
  REQUIRE(beyond.remarks.size() == 1);
  CHECK(beyond.remarks[0] == "there is no record 51: the body has 50");
}

TEST_CASE("terra card - what is missing is said") {
  const auto remarks = [](std::string_view body, std::string_view type) {
    std::string text;
    for (const std::string& remark : read_card(body, type, {}).remarks) text += remark + ";";
    return text;
  };
  CHECK(remarks(R"({"data":[{}]})", "daily") == "no user in this body;");
  CHECK(remarks(R"({"user":{"user_id":null},"data":[]})", "daily") ==
        "no user in this body;no records;");
  CHECK(remarks(R"({"user":{"user_id":"u"}})", "daily") == "no array data in this body;");
  CHECK(remarks(R"({"user":{"user_id":"u"}})", "hydration_plan") == "unknown type hydration_plan;");
  CHECK(remarks("{}", "") == "no type in this body;");
  CHECK(remarks(R"({"url":"https://x/y"})", "s3_payload") == "");
}

TEST_CASE("terra card - rows and samples are bounded and counted") {
  std::string body =
      R"({"type":"body","user":{"user_id":"u"},"data":[{"glucose_data":{"blood_glucose_samples":[)";
  for (int i = 0; i < 100'000; ++i) {
    body += (i > 0 ? "," : "") +
            std::string(R"({"timestamp":"2026-07-01T00:00:00Z","blood_glucose_mg_per_dL":)") +
            std::to_string(80 + i % 50) + "}";
  }
  const Card card = read_card(body + "]}}]}", "body", {});
  REQUIRE(card.records.size() == 1);
  REQUIRE(card.records[0].tables.size() == 1);
  CHECK(card.records[0].tables[0].rows.size() == 20);
  CHECK(card.records[0].tables[0].count == 100'000);
  REQUIRE(card.records[0].plots.size() == 1);
  CHECK(card.records[0].plots[0].count == 100'000);
  CHECK(card.records[0].plots[0].series.count() == 100'000);
  CHECK(card.records[0].plots[0].series.maximum() == 129);
}

TEST_CASE("terra card - hostile shapes do no harm") {
  const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
  for (const EventType& type : event_types()) {
    CAPTURE(type.name);
    for (
        const std::string& body :
        {std::string("{\"data\":") + deep + "}", "{\"data\":[" + deep + "]}",
         "{\"data\":[{\"metadata\":" + deep + ",\"meals\":" + deep + "}]}",
         std::string(
             R"({"data":[{"metadata":[],"meals":{"a":[]},"lap_data":{"laps":[1,null,"x",[],{}]}}]})"),
         std::string(R"({"data":[{"lap_data":{"laps":[{"start_time":1)"), std::string("[1]"),
         std::string("{\"user\":\"x\",\"data\":{\"results\":[[],{\"source\":4}]}}")}) {
      const Card card = read_card(body, type.name, {});
      CHECK(card.records.size() <= 3);
    }
  }
}

TEST_CASE("terra card - the steps of a repetition stand below it") {
  const Card card = read_card(
      R"({"type":"planned_workout","user":{"user_id":"u"},"data":[{"details":{"steps":[
        {"order":0,"name":"Warm-up"},
        {"steps":[{"order":0,"name":"Up"},{"order":1,"name":"Down"}],"order":1,"name":"Hills"},
        {"order":2,"name":"Home"}]}}]})",
      "planned_workout", {});
  REQUIRE(card.records.size() == 1);
  REQUIRE(card.records[0].tables.size() == 1);
  const CardTable& table = card.records[0].tables[0];
  CHECK(table.count == 5);
  std::string text;
  for (const auto& row : table.rows) text += row[0] + " " + row[2] + "|";
  CHECK(text == "0 Warm-up|1 Hills|  0 Up|  1 Down|2 Home|");
}

TEST_CASE("terra card - steps within steps without end are shown so far") {
  std::string body = R"({"type":"planned_workout","data":[{"details":{)";
  for (int i = 0; i < 40; ++i) body += R"("steps":[{"order":1,)";
  body += R"("name":"x")";
  for (int i = 0; i < 40; ++i) body += "}]";
  body += "}}]}";
  const Card card = read_card(body, "planned_workout", {});
  REQUIRE(card.records.size() == 1);
  REQUIRE(card.records[0].tables.size() == 1);
  CHECK(card.records[0].tables[0].count == 9);
}

TEST_CASE("terra card - each ECG has its own plot") {
  const Card card = read_card(
      R"({"type":"body","user":{"user_id":"u"},"data":[{"heart_data":{"ecg_signal":[
        {"avg_hr_bpm":64,"raw_signal":[
          {"timestamp":"2027-02-10T07:12:00.000000","potential_uV":-20},
          {"timestamp":"2027-02-10T07:12:00.007812","potential_uV":1105}]},
        {"raw_signal":null},
        {"raw_signal":[{"timestamp":"2027-02-10T19:00:00.000000","potential_uV":7}]}]}}]})",
      "body", {});
  REQUIRE(card.records.size() == 1);
  CHECK(card.records[0].tables.at(0).rows.at(0) == std::vector<std::string>{"", "64", "", "2"});
  const std::vector<CardPlot>& plots = card.records[0].plots;
  REQUIRE(plots.size() == 2);
  CHECK(plots[0].row->title == "ECG");
  CHECK(plots[0].series.count() == 2);
  CHECK(plots[0].series.maximum() == 1105);
  CHECK(plots[1].series.count() == 1);
}
