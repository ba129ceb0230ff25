// SPDX-License-Identifier: MIT
#include "terra/body_reading.hpp"

#include <doctest/doctest.h>

#include <string>

#include "base/bytes.hpp"

using namespace terra_hook;

namespace {

void append(std::string& out, const char* name, const std::optional<std::string>& value) {
  if (value) {
    out += (out.empty() ? "" : " ") + std::string(name) + "=" + *value;
  }
}

void append(std::string& out, const char* name, const std::optional<std::int64_t>& value) {
  if (value) {
    append(out, name, std::optional(std::to_string(*value)));
  }
}

// What is there, as `name=value`.
std::string describe(std::string_view body) {
  const Summary summary = read_body(body).summary;
  std::string out;
  append(out, "type", summary.event_type);
  append(out, "status", summary.status);
  append(out, "user", summary.user_id);
  append(out, "provider", summary.provider);
  append(out, "reference_id", summary.reference_id);
  append(out, "count", summary.record_count);
  append(out, "first", summary.first_record);
  append(out, "last", summary.last_record);
  append(out, "reference", summary.reference);
  append(out, "expected", summary.expected_payloads);
  if (summary.problem) {
    append(out, "problem",
           std::optional(std::to_string(summary.problem->line) + ":" +
                         std::to_string(summary.problem->column)));
  }
  return out;
}

struct Case {
  std::string_view body;
  std::string_view summary;
};

void check(const Case& test) {
  CAPTURE(test.body);
  CHECK(describe(test.body) == test.summary);
}

}  // namespace

TEST_CASE("terra body reading - the events of the Unified API") {
  const Case cases[] = {
      {R"({"type":"sleep","user":{"user_id":"u-1","provider":"OURA","reference_id":"r-1","scopes":"a,b"},
           "data":[{"metadata":{"start_time":"2026-07-01T22:00:00+02:00",
                                "end_time":"2026-07-02T06:00:00+02:00"}}],"version":"2022-03-16"})",
       "type=sleep user=u-1 provider=OURA reference_id=r-1 count=1 "
       "first=2026-07-01T22:00:00+02:00 last=2026-07-02T06:00:00+02:00"},
      {R"({"type":"body","user":{"user_id":"u","provider":"FITBIT","reference_id":null},"data":[]})",
       "type=body user=u provider=FITBIT count=0"},
      {R"({"type":"athlete","user":{"user_id":"u","provider":"POLAR"},"athlete":{"age":30}})",
       "type=athlete user=u provider=POLAR count=1"},
      {R"({"type":"auth_cancelled","status":"error","reason":"no","reference_id":"r-2"})",
       "type=auth_cancelled status=error reference_id=r-2"},
      {R"({"type":"auth","status":"error","user":null,"provider":"WHOOP"})",
       "type=auth status=error provider=WHOOP"},
      {R"({"type":"user_reauth","status":"warning","old_user":{"user_id":"old","provider":"A"},
           "new_user":{"user_id":"new","provider":"B","reference_id":"r"}})",
       "type=user_reauth status=warning user=new provider=B reference_id=r"},
      {R"({"type":"user_reauth","old_user":null,"user":{"user_id":"only"}})",
       "type=user_reauth user=only"},
      {R"({"type":"auth","new_user":{"user_id":"new"},"user":{"user_id":"u"}})",
       "type=auth user=u"},
      {R"({"type":"large_request_sending","user":{"user_id":"u"},"reference":"ref-1",
           "message":"m","expected_payloads":43})",
       "type=large_request_sending user=u reference=ref-1 expected=43"},
      {R"({"type":"s3_payload","status":"success","url":"https://s3.example/x?y=z","expires_in":300})",
       "type=s3_payload status=success"},
      {R"({"type":"lab_report.completed","event_id":"e","occurred_at":"2026-07-01T00:00:00Z",
           "data":{"session_id":"1","reference_id":"r-3","results":[{"reference_id":"no"}]}})",
       "type=lab_report.completed reference_id=r-3"},
      {R"({"type":"something_new"})", "type=something_new"},
  };
  for (const Case& test : cases) {
    check(test);
  }
}

TEST_CASE("terra body reading - the event type of Vantage wins where it is a string") {
  const Case cases[] = {
      {R"({"event_type":"order.status_changed","event_id":"e","timestamp":1,"data":{"order_id":"o"}})",
       "type=order.status_changed"},
      {R"({"type":"sleep","event_type":"order.status_changed"})", "type=order.status_changed"},
      {R"({"event_type":"order.status_changed","type":"sleep"})", "type=order.status_changed"},
      {R"({"type":"sleep","event_type":null})", "type=sleep"},
      {R"({"type":"sleep","event_type":7})", "type=sleep"},
      {R"({"type":"sleep","event_type":["x"]})", "type=sleep"},
  };
  for (const Case& test : cases) {
    check(test);
  }
}

TEST_CASE("terra body reading - the span of the records is compared as instants") {
  const Case cases[] = {
      // 23:30-05:00 is later than 02:00Z of the next day.
      {R"({"data":[{"metadata":{"start_time":"2026-07-02T02:00:00Z","end_time":"2026-07-02T02:30:00Z"}},
                   {"metadata":{"start_time":"2026-07-02T03:00:00+02:00","end_time":"2026-07-01T23:30:00-05:00"}}]})",
       "count=2 first=2026-07-02T03:00:00+02:00 last=2026-07-01T23:30:00-05:00"},
      {R"({"data":[{"timestamp":"2026-07-02T00:00:00.000000Z"},{"timestamp":"2026-07-01T00:00:00.000000Z"}]})",
       "count=2 first=2026-07-01T00:00:00.000000Z last=2026-07-02T00:00:00.000000Z"},
      {R"({"data":[{"planned_date":"2026-07-09"},{"planned_date":"2026-07-08"}]})",
       "count=2 first=2026-07-08 last=2026-07-09"},
      {R"({"data":[{"metadata":{"start_time":"2026-07-01T00:00:00Z","end_time":null}}]})",
       "count=1 first=2026-07-01T00:00:00Z last=2026-07-01T00:00:00Z"},
      {R"({"data":[{"metadata":{},"timestamp":"2026-07-01T00:00:00Z","planned_date":"2026-07-05"}]})",
       "count=1 first=2026-07-01T00:00:00Z last=2026-07-01T00:00:00Z"},
      {R"({"data":[{"timestamp":"2026-07-03T00:00:00Z","metadata":{"start_time":"2026-07-01T00:00:00Z"}}]})",
       "count=1 first=2026-07-01T00:00:00Z last=2026-07-01T00:00:00Z"},
      {R"({"data":[{"metadata":{"start_time":"yesterday"}},{"metadata":[1]},{},3,"x",null,[[]]]})",
       "count=7"},
      {R"({"data":[{"samples":[{"timestamp":"2020-01-01T00:00:00Z"}],"x":{"metadata":{"start_time":"2020-01-01T00:00:00Z"}}}]})",
       "count=1"},
      {R"({"data":null})", ""},
      {R"({"data":"x"})", ""},
      {R"({"athlete":null})", ""},
      {R"({"athlete":[1]})", ""},
      {R"({"athlete":{},"data":[1,2]})", "count=2"},
  };
  for (const Case& test : cases) {
    check(test);
  }
}

TEST_CASE("terra body reading - the last of duplicate keys counts") {
  const Case cases[] = {
      {R"({"type":"a","type":"b"})", "type=b"},
      {R"({"type":"a","type":null})", ""},
      {R"({"t\u0079pe":"a"})", "type=a"},
      {R"({"user":{"user_id":"1","provider":"P"},"user":{"user_id":"2"}})", "user=2"},
      {R"({"user":{"user_id":"1","user_id":"2"}})", "user=2"},
      {R"({"user":{"user_id":"1"},"user":null})", ""},
      {R"({"data":[1,2,3],"data":[{"timestamp":"2026-07-01T00:00:00Z"}]})",
       "count=1 first=2026-07-01T00:00:00Z last=2026-07-01T00:00:00Z"},
      {R"({"data":{"reference_id":"r"},"data":[]})", "count=0"},
      {R"({"data":[{"metadata":{"start_time":"2026-07-01T00:00:00Z"},"metadata":{}}]})", "count=1"},
  };
  for (const Case& test : cases) {
    check(test);
  }
}

TEST_CASE("terra body reading - values of another kind") {
  const Case cases[] = {
      {R"({"type":"x","user":{"user_id":42,"provider":true,"reference_id":-1.50}})",
       "type=x user=42 reference_id=-1.50"},
      {R"({"type":{"type":"inner"},"status":["s"],"reference":{}})", ""},
      {R"({"user":"u-1"})", ""},
      {R"({"user":["u-1"]})", ""},
      {R"({"expected_payloads":"43"})", ""},
      {R"({"expected_payloads":4.5})", ""},
      {R"({"expected_payloads":99999999999999999999})", ""},
      {R"({"type":""})", "type="},
      {R"([{"type":"x"}])", ""},
      {R"("type")", ""},
      {"\xEF\xBB\xBF{\"type\":\"x\"}", "type=x"},
  };
  for (const Case& test : cases) {
    check(test);
  }
}

TEST_CASE("terra body reading - a problem is found to the end and what came before it is kept") {
  const Case cases[] = {
      {"", "problem=1:1"},
      {"user_id=1&type=x", "problem=1:1"},
      {R"({"type":"sleep","user":{"user_id":"u","provider":"P"},"data":[{"x":1},{"x")",
       "type=sleep user=u provider=P problem=1:75"},
      {R"({"data":[1,2],"type":"sleep")", "type=sleep count=2 problem=1:29"},
      {"{\"type\":\"sleep\",\n\"data\":[{\"metadata\":{\"start_time\":01}}]}",
       "type=sleep problem=2:35"},
      {"{\"type\":\"sleep\",\"deep\":{\"a\":[1,2,}]}}", "type=sleep problem=1:34"},
      {"{\"type\":\"sleep\"} x", "type=sleep problem=1:18"},
      {"{\"athlete\":{\"a\":}}", "count=1 problem=1:17"},
  };
  for (const Case& test : cases) {
    check(test);
  }
}

TEST_CASE("terra body reading - values are cut to 256 bytes and never inside a character") {
  const auto type_of = [](const std::string& value) {
    return read_body("{\"type\":\"" + value + "\"}").summary.event_type.value_or("absent");
  };
  CHECK(type_of(std::string(256, 'a')) == std::string(256, 'a'));
  CHECK(type_of(std::string(257, 'a')) == std::string(256, 'a'));
  CHECK(type_of(std::string(10'000'000, 'a')) == std::string(256, 'a'));
  for (std::size_t prefix = 250; prefix < 257; ++prefix) {
    for (const std::string character : {"é", "€", "😀"}) {
      const std::string cut = type_of(std::string(prefix, 'a') + character + "bcdefgh");
      CAPTURE(prefix);
      CAPTURE(character);
      CHECK(is_utf8(cut));
      CHECK(cut.size() > 252);
      CHECK(cut.size() <= 256);
    }
  }
  std::string escapes;
  for (int i = 0; i < 5000; ++i) {
    escapes += "\\ud83d\\ude00";
  }
  CHECK(type_of(escapes).size() == 256);
  CHECK(is_utf8(type_of(escapes)));
  CHECK(is_utf8(type_of("a" + escapes)));
  CHECK(type_of("\xff" + std::string(300, '\x80')) == "\xff" + std::string(252, '\x80'));
  CHECK(read_body("{\"user\":{\"user_id\":" + std::string(300, '7') + "}}").summary.user_id ==
        std::string(256, '7'));
}

TEST_CASE("terra body reading - depth costs nothing") {
  const std::size_t depth = 1'000'000;
  const std::string deep = std::string(depth, '[') + std::string(depth, ']');
  for (const char* key : {"type", "user", "data", "athlete", "other", "expected_payloads"}) {
    CAPTURE(key);
    const std::string body = "{\"" + std::string(key) + "\":" + deep + ",\"status\":\"s\"}";
    CHECK(read_body(body).summary.status == "s");
  }
  CHECK(read_body(std::string(depth, '[')).summary.problem->offset == depth);
}
