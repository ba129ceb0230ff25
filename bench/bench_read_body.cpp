// SPDX-License-Identifier: MIT
// What reading a large body costs: the summary and the figures of the line in one pass, and a card;
// against nlohmann's accept(), which checks and keeps nothing.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string>

#include "comparison.hpp"
#include "terra/body_reading.hpp"
#include "terra/card.hpp"

namespace {

using namespace terra_hook;

/// An activity of about `size` bytes, nearly all of it samples, as Terra sends them.
std::string make_activity(std::size_t size) {
  std::string body =
      R"({"type":"activity","version":"2022-03-16","user":{"user_id":"u","provider":"GARMIN"},"data":[)"
      R"({"metadata":{"type":8,"start_time":"2026-07-01T07:00:00.000000+01:00",)"
      R"("end_time":"2026-07-01T09:00:00.000000+01:00"},)"
      R"("distance_data":{"summary":{"distance_meters":21097.5}},)"
      R"("heart_rate_data":{"summary":{"avg_hr_bpm":148.2},"detailed":{"hr_samples":[)";
  for (int i = 0; body.size() < size; ++i) {
    if (i > 0) body += ',';
    body += fmt::format(
        R"({{"timestamp":"2026-07-01T{:02}:{:02}:{:02}.000000+01:00","bpm":{},"timer_duration_seconds":{}}})",
        7 + i / 3600 % 12, i / 60 % 60, i % 60, 90 + i % 91, i);
  }
  return body + "]}}}]}";
}

/// A backfill of about `size` bytes: many small records.
std::string make_days(std::size_t size) {
  std::string body = R"({"type":"daily","user":{"user_id":"u","provider":"FITBIT"},"data":[)";
  for (int i = 0; body.size() < size; ++i) {
    if (i > 0) body += ',';
    body += fmt::format(
        R"({{"metadata":{{"start_time":"2026-07-{:02}T00:00:00.000000+01:00","end_time":"2026-07-{:02}T23:59:59.000000+01:00","upload_type":1}},)"
        R"("distance_data":{{"steps":{},"distance_meters":{}.5,"floors_climbed":null}},"heart_rate_data":{{"summary":{{"resting_hr_bpm":52,"avg_hr_bpm":71.4}}}}}})",
        1 + i % 28, 1 + i % 28, 1000 + i, 700 + i);
  }
  return body + "]}";
}

void compare(const std::string& title, const std::string& body, const std::string& type) {
  bench::Comparison(title, body.size())
      .add("nlohmann accept", [&] { return std::uint64_t(nlohmann::json::accept(body)); })
      .add("summary and line", [&] { return read_body(body).headline.size(); })
      .add("card", [&] { return read_card(body, type, {}).records.size(); })
      .run();
}

}  // namespace

int main() {
  compare("an activity of 10 MB, nearly all samples", make_activity(10'000'000), "activity");
  compare("a backfill of 10 MB, many small days", make_days(10'000'000), "daily");
}
