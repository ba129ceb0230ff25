// SPDX-License-Identifier: MIT
// An event of each kind that Terra sends goes through the listener and is recognised.
#include <doctest/doctest.h>
#include <signal.h>

#include <set>

#include "support/listener.hpp"
#include "support/raw_client.hpp"
#include "support/signature.hpp"
#include "wire/stored.hpp"

namespace terra_hook::test {
namespace {

constexpr std::string_view k_secret = "whsec-of-the-tests";

struct Example {
  std::string file;
  const char* type;
  const char* user_id;  ///< nullptr: the event has none
  const char* provider;
  int records;  ///< -1: the event has none
};

constexpr const char* k_mara = "b81f6c2e-7d54-4e0b-9a63-2f0c5e9d7a11";
constexpr const char* k_jonas = "2d9e0a47-51c3-4b7f-8e26-c4a8b1f03d95";
constexpr const char* k_ines = "e6430f9b-0c28-4d1a-b7f5-93d1a2c86e40";
constexpr const char* k_ines_anew = "31bf92d8-e07c-4a65-8f19-b2c4d6035ae7";
constexpr const char* k_tobi = "57a1c8d3-f9b2-46e5-a0d4-18be7f3c2609";
constexpr const char* k_leila = "c03b7e18-a6d9-4f52-93c7-5be20f8d146a";
constexpr const char* k_noor = "9f5d2b60-38e7-4ac1-8b0d-d7216ec4f583";
constexpr const char* k_sven = "40c6ea9d-1b75-4380-a2fe-6f93d0578bc2";
constexpr const char* k_amadou = "7ae18f04-c2d6-49b3-85f1-03c9b6d72e5a";

const Example k_examples[] = {
    {"access_revoked", "access_revoked", k_tobi, "POLAR", -1},
    {"activity", "activity", k_jonas, "GARMIN", 2},
    {"athlete", "athlete", k_sven, "COROS", 1},
    {"auth", "auth", k_mara, "OURA", -1},
    {"auth_cancelled", "auth_cancelled", nullptr, nullptr, -1},
    {"body", "body", k_amadou, "WITHINGS", 1},
    {"body_glucose", "body", k_leila, "DEXCOM", 1},
    {"connection_error", "connection_error", k_amadou, "WITHINGS", -1},
    {"daily", "daily", k_ines, "FITBIT", 1},
    {"deauth", "deauth", k_jonas, "GARMIN", -1},
    {"google_no_datasource", "google_no_datasource", k_noor, "GOOGLE", -1},
    {"health_observation", "health_observation", k_noor, "APPLE", 1},
    {"healthcheck", "healthcheck", nullptr, nullptr, -1},
    {"hormone", "hormone", k_noor, "APPLE", 1},
    {"lab_report_completed", "lab_report.completed", nullptr, nullptr, -1},
    {"lab_report_failed", "lab_report.failed", nullptr, nullptr, -1},
    {"large_request_processing", "large_request_processing", k_jonas, "GARMIN", -1},
    {"large_request_sending", "large_request_sending", k_jonas, "GARMIN", -1},
    {"menstruation", "menstruation", k_noor, "APPLE", 1},
    {"nutrition", "nutrition", k_noor, "APPLE", 1},
    {"permission_change", "permission_change", k_mara, "OURA", -1},
    {"planned_workout", "planned_workout", k_sven, "COROS", 1},
    {"processing", "processing", k_jonas, "GARMIN", -1},
    {"rate_limit_hit", "rate_limit_hit", k_ines, "FITBIT", -1},
    {"s3_payload", "s3_payload", nullptr, nullptr, -1},
    {"sleep", "sleep", k_mara, "OURA", 1},
    {"sleep_nap", "sleep", k_jonas, "GARMIN", 1},
    {"unknown_future_type", "hydration_plan", k_tobi, "POLAR", 0},
    {"user_reauth", "user_reauth", k_ines_anew, "FITBIT", -1},
    {"vantage_order", "order.status_changed", nullptr, nullptr, -1},
    {"vantage_results", "order_item.results_status_change", nullptr, nullptr, -1},
};

std::filesystem::path folder() {
  return std::filesystem::path(TERRA_HOOK_TEST_DATA) / "events";
}

std::string event_body(const Example& example) {
  return read_whole_file(folder() / (example.file + ".json"));
}

Json text_or_null(const char* text) {
  return text == nullptr ? Json() : Json(text);
}

TEST_CASE("every example is in the table") {
  std::set<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder())) {
    files.insert(entry.path().stem());
  }
  std::set<std::string> listed;
  for (const Example& example : k_examples) listed.insert(example.file);
  CHECK(files == listed);
}

TEST_CASE("events are recognised in NDJSON") {
  const TempDir directory;
  Listener listener(directory, {"--secret-file", directory.write("s", k_secret)});
  for (const Example& example : k_examples) {
    CAPTURE(example.file);
    const std::string body = event_body(example);
    const RawResponse response =
        post(listener.port(), body, {{"X-Terra-Signature", signature_header(k_secret, body)}});
    CHECK(response.status == 200);
    const Json delivery = listener.next("delivery");
    CHECK(delivery.at("verdict") == "valid");
    CHECK(delivery.at("event_type") == example.type);
    CHECK(delivery.at("user_id") == text_or_null(example.user_id));
    CHECK(delivery.at("provider") == text_or_null(example.provider));
    CHECK(delivery.at("records") == (example.records < 0 ? Json() : Json(example.records)));
    Json expected = Json::parse(body);
    if (expected.contains("url")) {
      std::string& url = expected["url"].get_ref<std::string&>();
      url.replace(url.find('?'), std::string::npos, "?(signed query hidden)");
    }
    CHECK(delivery.at("body") == expected);
  }
}

TEST_CASE("events print sensibly") {
  const TempDir directory;
  ChildProcess child(terra_hook_program(),
                     {"listen", "--port", "0", "--secret-file", directory.write("s", k_secret)},
                     {directory.path(), {{"COLUMNS", "160"}}});
  child.await_error_text("stop");
  const std::string banner = child.errors();
  const auto port =
      static_cast<std::uint16_t>(std::stoul(banner.substr(banner.find("127.0.0.1:") + 10)));
  int number = 0;
  for (const Example& example : k_examples) {
    CAPTURE(example.file);
    const std::string body = event_body(example);
    CHECK(post(port, body, {{"X-Terra-Signature", signature_header(k_secret, body)}}).status ==
          200);
    const std::string mark = "#" + std::to_string(++number) + " ";
    std::string line;
    while (line.find(mark) == std::string::npos) {
      const auto next = child.next_line();
      REQUIRE(next);
      line = *next;
    }
    CHECK(line.find(std::string(example.type).substr(0, 20)) != std::string::npos);
    CHECK(line.find("valid (s)") != std::string::npos);
    CHECK(line.find("(no type)") == std::string::npos);
    if (example.provider != nullptr) CHECK(line.find(example.provider) != std::string::npos);
    if (example.user_id != nullptr) {
      CHECK(line.find(std::string(example.user_id).substr(0, 8)) != std::string::npos);
    }
    if (example.records > 0) {
      CHECK(line.find(std::to_string(example.records) + " record") != std::string::npos);
    }
    // The body follows, opened by its first line.
    if (example.file == std::string_view("s3_payload")) {
      CHECK(child.next_line()->find("  payload at example-bucket.s3.") == 0);
    }
    CHECK(child.next_line() == "  {");
  }
  child.signal(SIGTERM);
  REQUIRE(child.wait() == 0);
  CHECK(child.output().find("X-Amz-Signature") == std::string::npos);
}

}  // namespace
}  // namespace terra_hook::test
