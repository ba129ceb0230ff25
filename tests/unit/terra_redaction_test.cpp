// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/json_scanner.hpp"
#include "render/redacted_capture.hpp"
#include "terra/personal_data.hpp"
#include "terra/redactor.hpp"

namespace terra_hook {
namespace {

using Json = nlohmann::ordered_json;

const Redactor k_redactor(Secret("a key of the tests"));

std::string read(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  REQUIRE_MESSAGE(file.good(), path.string());
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::vector<std::filesystem::path> sample_files() {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(
           std::filesystem::path(TERRA_HOOK_TEST_DATA) / "events")) {
    if (entry.path().extension() == ".json") paths.push_back(entry.path());
  }
  return paths;
}

bool is_personal(PersonalKind kind) {
  return kind != PersonalKind::unknown && kind != PersonalKind::not_personal;
}

/// The personal values in `json`, by the table of facts alone. `kind` and `under` are those of the
/// value itself.
void collect(const Json& json, PersonalKind kind, const std::string& under,
             std::set<std::string>& values) {
  if (json.is_object()) {
    for (const auto& [key, value] : json.items()) {
      const PersonalKind own = personal_kind(key, under);
      collect(value, own == PersonalKind::unknown ? kind : own, key, values);
    }
  } else if (json.is_array()) {
    for (const Json& element : json) collect(element, kind, under, values);
  } else if (is_personal(kind) && json.is_string() && !json.get<std::string>().empty()) {
    values.insert(json.get<std::string>());
  } else if (is_personal(kind) && json.is_number_float()) {
    values.insert(json.dump());
  }
}

/// Every token but strings and numbers, and the keys: what must not change.
std::string shape_of(std::string_view text) {
  std::string shape;
  json::Scanner scanner(text);
  for (json::Token token = scanner.next(); token != json::Token::end; token = scanner.next()) {
    REQUIRE(token != json::Token::error);
    const bool is_value = token == json::Token::string || token == json::Token::number;
    const bool is_boolean =
        token == json::Token::true_literal || token == json::Token::false_literal;
    if (is_boolean) {
      shape += 'b';
    } else if (is_value) {
      shape += token == json::Token::string ? 's' : 'n';
    } else {
      shape += scanner.raw();
    }
  }
  return shape;
}

/// Text with JSON's white space between tokens, as it is.
std::string masked(std::string_view body) {
  return k_redactor.body(body);
}

}  // namespace

TEST_CASE("redaction / no sample keeps a personal value and each keeps its shape") {
  std::size_t found = 0;
  for (const std::filesystem::path& path : sample_files()) {
    CAPTURE(path.filename().string());
    const std::string body = read(path);
    std::set<std::string> values;
    collect(Json::parse(body), PersonalKind::unknown, "", values);
    found += values.size();
    const std::string hidden = masked(body);
    CHECK(shape_of(hidden) == shape_of(body));
    for (const std::string& value : values) {
      const std::string sought = value.size() < 8 ? Json(value).dump() : value;
      CHECK_MESSAGE(hidden.find(sought) == std::string::npos, value);
    }
  }
  CHECK(found > 60);
}

TEST_CASE("redaction / what the samples say of people is gone") {
  const char* personal[] = {"Sven",
                            "Kallerg",
                            "1984-11-03",
                            "sven@",
                            "Ume",
                            "Sweden",
                            "\"male\"",
                            "Person",
                            "test.person",
                            "440000000000",
                            "\"6004\"",
                            "patient-0042",
                            "noor-0007",
                            "customer/1093",
                            "mara-4711",
                            "2d9e0a47",
                            "40c6ea9d",
                            "31bf92d8",
                            "e6430f9b",
                            "9f5d2b60",
                            "2027-01-29",
                            "X-Amz",
                            "after the long",
                            "GRM-88213047",
                            "Forerunner 965",
                            "Evening intervals",
                            "310078245561208832",
                            "a4e9073c"};
  std::string all;
  std::string all_masked;
  for (const std::filesystem::path& path : sample_files()) {
    const std::string body = read(path);
    all += body;
    all_masked += masked(body);
  }
  for (const char* value : personal) {
    CAPTURE(value);
    CHECK(all.find(value) != std::string::npos);
    CHECK(all_masked.find(value) == std::string::npos);
  }
}

TEST_CASE("redaction / measurements and times and words of the format stay as sent") {
  const std::string body =
      "{ \"type\":\"daily\",\"user\":{\"user_id\":\"u-1234\",\"provider\":\"GARMIN\","
      "\"scopes\":\"daily,sleep\",\"active\":true},\n\t\"data\":[{\"metadata\":{\"start_time\":"
      "\"2026-07-01T00:00:00.000000+02:00\",\"name\":null},\"steps\":1.0,\"steps\":1e3,"
      "\"big\":12345678901234567890,\"hr_zone_data\":[{\"name\":\"Threshold\"}]}] }";
  const std::string hidden = masked(body);
  const std::string user = "\"u-1234\"";
  const std::size_t at = body.find(user);
  CHECK(hidden.starts_with(body.substr(0, at) + "\"user-"));
  CHECK(hidden.ends_with(body.substr(at + user.size())));
}

TEST_CASE("redaction / the same value has the same mask everywhere") {
  const Json hidden = Json::parse(masked(
      R"({"old_user":{"user_id":"alpha-1"},"new_user":{"user_id":"beta-22"},
          "user":{"user_id":"alpha\u002d1","reference_id":"alpha-1"},
          "message":"alpha-1 became beta-22, or beta-221"})"));
  const std::string alpha = hidden["old_user"]["user_id"];
  const std::string beta = hidden["new_user"]["user_id"];
  CHECK(alpha.size() == std::string("user-12345678").size());
  CHECK(alpha != beta);
  CHECK(hidden["user"]["user_id"] == alpha);
  CHECK(hidden["user"]["reference_id"] == "reference-" + alpha.substr(5));
  CHECK(hidden["message"] == alpha + " became " + beta + ", or beta-221");
  CHECK(Redactor(Secret("another key")).body(R"({"user_id":"alpha-1"})") !=
        k_redactor.body(R"({"user_id":"alpha-1"})"));
}

TEST_CASE("redaction / coordinates and routes and dates keep their form") {
  const std::string hidden = masked(
      R"({"position_samples":[{"coords_lat_lng_deg":[60.1699, null]},{"coords_lat_lng_deg":[-33.5,151]}],
"start_pos_lat_lng_deg":[],"summary_polyline":"_p~iF~ps|U","latitude":"60.17",
"date_of_birth":"1984-11-03","birthDate":"1984-11-03T08:15:00+02:00","birth_place":"somewhere",
"age":41,"menstruation_data":{"day_in_cycle":13,"is_predicted_cycle":true,"current_phase":null,
"menstruation_flow":[{"timestamp":"2026-07-01T00:00:00Z","flow":3}]}})");
  CHECK(hidden.find(R"([{"coords_lat_lng_deg":[0, null]},{"coords_lat_lng_deg":[0,0]}])") !=
        std::string::npos);
  CHECK(hidden.find(R"("start_pos_lat_lng_deg":[],"summary_polyline":"??","latitude":"0")") !=
        std::string::npos);
  CHECK(hidden.find(R"("date_of_birth":"1900-01-01","birthDate":"1900-01-01T00:00:00+00:00",)"
                    R"("birth_place":"date-)") != std::string::npos);
  CHECK(hidden.find(R"("age":0,"menstruation_data":{"day_in_cycle":0,"is_predicted_cycle":false,)"
                    R"("current_phase":null,)") != std::string::npos);
  CHECK(hidden.find(R"([{"timestamp":"1900-01-01T00:00:00Z","flow":0}])") != std::string::npos);
}

TEST_CASE("redaction / unknown types are masked by their keys") {
  const std::string hidden = masked(
      R"({"type":"hydration_plan","payload":{"userId":77001234,"Contact-Email":"a.b@example.org",
"people":[{"first_name":"Ann","home_address":{"street":"Main 1","door":7}}],"owner_ids":["x1","x2"],
"litres":2.5,"kind":"water"}})");
  for (const char* value : {"77001234", "a.b@", "Ann", "Main 1", "\"x1\""}) {
    CAPTURE(value);
    CHECK(hidden.find(value) == std::string::npos);
  }
  const Json json = Json::parse(hidden);
  CHECK(json["payload"]["userId"].is_number());
  CHECK(json["payload"]["owner_ids"].size() == 2);
  CHECK(hidden.find(R"("litres":2.5,"kind":"water")") != std::string::npos);
}

TEST_CASE("redaction / ids and addresses and links are found in texts and keys") {
  const Json hidden = Json::parse(masked(
      R"({"type":"connection_error","message":"user 40c6ea9d-1b75-4380-a2fe-6f93d0578bc2 (sven@example.org) left",
"url":"https://b.s3.amazonaws.com/p/2d9e0a47/daily.json?X-Amz-Signature=0f1e",
"system":"http://loinc.org","see":"https://me:pw@example.org/users/40c6ea9d1b75/profile",
"by_user":{"40c6ea9d-1b75-4380-a2fe-6f93d0578bc2":1}})"));
  const std::string message = hidden["message"];
  CHECK(message.starts_with("user id-"));
  CHECK(message.find(" (mail-") != std::string::npos);
  CHECK(message.ends_with("@example.invalid) left"));
  const std::string url = hidden["url"];
  CHECK(url.starts_with("https://b.s3.amazonaws.com/id-"));
  CHECK(url.ends_with("?hidden"));
  CHECK(hidden["system"] == "http://loinc.org");
  const std::string see = hidden["see"];
  CHECK(see.starts_with("https://example.org/users/id-"));
  CHECK(see.ends_with("/profile"));
  CHECK(hidden["by_user"].begin().key().starts_with("id-"));
}

TEST_CASE("redaction / what is not JSON is hidden whole and no depth gets past it") {
  CHECK(masked("") == "");
  CHECK(masked("user_id=u-1") == "(hidden: 11 bytes that are not JSON)");
  CHECK(masked(R"({"user_id":"u-1")") == "(hidden: 16 bytes that are not JSON)");
  const std::string deep =
      std::string(3000, '[') + R"({"a":["Ann"],"n":5})" + std::string(3000, ']');
  CHECK(masked(deep) ==
        std::string(3000, '[') + R"({"a":["hidden"],"n":0})" + std::string(3000, ']'));
}

TEST_CASE("redaction / headers keep what says nothing of anybody") {
  const HeaderFields fields = {
      {"Host", "mara.example.org"},
      {"Content-Type", "application/json"},
      {"Content-Length", "9999"},
      {"Content-Encoding", "gzip"},
      {"terra-reference", "310078245561208832:chunk:7"},
      {"X-Terra-Trace-Id", "evt_1:chunk:3"},
      {"X-Terra-Ordering-Timestamp", "1780000000000"},
      {"terra-signature", "t=1780000000, v1=46af3a28,v0=ff,secret"},
      {"X-Forwarded-For", "203.0.113.9"},
      {"Authorization", "Bearer abc"},
  };
  const HeaderFields hidden = k_redactor.headers(fields, 42);
  REQUIRE(hidden.size() == fields.size() - 1);
  const auto value = [&](std::string_view name) {
    return std::string(find_field(hidden, name).value_or("(none)"));
  };
  CHECK(value("host").starts_with("address-"));
  CHECK(value("content-type") == "application/json");
  CHECK(value("content-length") == "42");
  CHECK(value("content-encoding") == "(none)");
  const std::string reference = value("terra-reference");
  CHECK(reference.ends_with(":chunk:7"));
  CHECK(masked(R"({"session_id":"310078245561208832"})") ==
        R"({"session_id":")" + reference.substr(0, reference.find(':')) + "\"}");
  CHECK(k_redactor.request_reference("310078245561208832:chunk:7") == reference);
  const std::string trace = value("x-terra-trace-id");
  CHECK(masked(R"({"event_id":"evt_1"})") ==
        R"({"event_id":")" + trace.substr(0, trace.find(':')) + "\"}");
  CHECK(value("x-terra-ordering-timestamp") == "1780000000000");
  CHECK(value("terra-signature") == "t=1780000000,v1=00000000,v0=00,hidden");
  CHECK(value("x-forwarded-for").find("203.0.113.9") == std::string::npos);
  CHECK(value("authorization").find("abc") == std::string::npos);
}

TEST_CASE("redaction / targets and addresses") {
  CHECK(k_redactor.target("/hooks/terra") == "/hooks/terra");
  const std::string target = k_redactor.target("/hooks/9f5d2b60ce/in?user_id=u-1&debug&t=");
  CHECK(target.starts_with("/hooks/id-"));
  CHECK(target.find("/in?user_id=user-") != std::string::npos);
  CHECK(target.find("&value-") != std::string::npos);
  CHECK(target.ends_with("&t="));
  CHECK(k_redactor.address("127.0.0.1:4567") == "127.0.0.1:4567");
  CHECK(k_redactor.address("[::1]:80") == "[::1]:80");
  const std::string address = k_redactor.address("203.0.113.9:1000");
  CHECK(address.starts_with("address-"));
  CHECK(k_redactor.address("203.0.113.9:2000") == address);
}

TEST_CASE("redaction / a capture is what its masked delivery would be") {
  Capture capture;
  capture.number = 12;
  capture.body =
      R"({"type":"daily","user":{"user_id":"u-1234","provider":"FITBIT","reference_id":"mara"},"data":[{}]})";
  capture.headers = {{"X-Terra-Trace-Id", "trace-1"}, {"Content-Length", "1"}};
  capture.target = "/hook?user_id=u-1234";
  capture.remote_address = "203.0.113.9:1000";
  capture.headline = "11,894 steps";
  capture.verdict = Verdict::valid;
  const Capture hidden = redacted(capture, k_redactor, 1 << 20);
  CHECK(hidden.number == 12);
  CHECK(hidden.verdict == Verdict::valid);
  CHECK(hidden.summary.event_type == "daily");
  CHECK(hidden.summary.provider == "FITBIT");
  REQUIRE(hidden.summary.user_id);
  CHECK(hidden.summary.user_id->starts_with("user-"));
  CHECK(hidden.target == "/hook?user_id=" + *hidden.summary.user_id);
  CHECK(hidden.summary.reference_id->starts_with("reference-"));
  CHECK(hidden.summary.record_count == 1);
  CHECK(hidden.ids.trace_id->starts_with("event-"));
  CHECK(hidden.remote_address.starts_with("address-"));
  CHECK(hidden.body_size == hidden.body.size());
  CHECK(hidden.body_sha256 == sha256(hidden.body));
}

TEST_CASE("redaction / the requests that listen names at its end are masked") {
  Stopped stopped;
  stopped.incomplete.push_back({"a4e9073c-d218", {}});
  JsonLinesOptions options;
  const auto renderer =
      make_redacting_renderer(make_json_lines_renderer(options), k_redactor, 1 << 20);
  const Rendered rendered = renderer->render(stopped);
  CHECK(rendered.out.find("a4e9073c") == std::string::npos);
  CHECK(rendered.out.find(k_redactor.request_reference("a4e9073c-d218")) != std::string::npos);
}

TEST_CASE("redaction / a large body is masked throughout") {
  std::string body = R"({"type":"activity","user":{"user_id":"u-1234"},"data":[)";
  for (int i = 0; i < 50'000; ++i) {
    body += R"({"timestamp":"2026-07-01T00:00:00.000000+02:00","coords_lat_lng_deg":[60.1,24.9],)"
            R"("note":"by u-1234"},)";
  }
  body.back() = ']';
  body += '}';
  const std::string hidden = masked(body);
  CHECK(hidden.find("u-1234") == std::string::npos);
  CHECK(hidden.find("60.1") == std::string::npos);
}

}  // namespace terra_hook
