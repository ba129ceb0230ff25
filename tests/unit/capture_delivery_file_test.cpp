// SPDX-License-Identifier: MIT
// Captures written to each format and read back, and what reading does with files of other people.
#include "capture/delivery_file.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include "capture/capture_lines.hpp"
#include "capture/har.hpp"
#include "capture/http_file.hpp"

using namespace terra_hook;
using namespace std::string_literals;
using namespace std::string_view_literals;

namespace {

struct Read {
  Result<DeliveryFormat> format = Error{ErrorKind::internal, "not read"};
  std::vector<FileDelivery> deliveries;
  std::vector<SkippedEntry> skipped;
};

Read read(std::string_view text, const DeliveryReadOptions& options = {}) {
  Read result;
  result.format =
      read_deliveries(text_source(text), options,
                      {[&](FileDelivery delivery) -> Result<bool> {
                         result.deliveries.push_back(std::move(delivery));
                         return true;
                       },
                       [&](const SkippedEntry& entry) { result.skipped.push_back(entry); }});
  return result;
}

std::string error_of(std::string_view text, const DeliveryReadOptions& options = {}) {
  const Read result = read(text, options);
  return result.format ? "read as " + std::string(to_string(*result.format))
                       : result.format.error().message;
}

Capture capture_of(HeaderFields headers, std::string body) {
  Capture capture;
  capture.received_at = UtcTime(std::chrono::microseconds(1'782'900'000'123'456));
  capture.remote_address = "127.0.0.1:53422";
  capture.method = "POST";
  capture.target = "/hook?a=%20b";
  capture.headers = std::move(headers);
  capture.body_size = body.size();
  capture.body_sha256 = sha256(body);
  capture.body = std::move(body);
  capture.verdict = Verdict::stale;
  capture.secret_name = "prod";
  capture.verdict_reason = "signed 3 days before it was received";
  return capture;
}

std::string in_format(const Capture& capture, DeliveryFormat format) {
  switch (format) {
    case DeliveryFormat::http: return http_file_head(capture, true) + capture.body;
    case DeliveryFormat::har: return har_begin("0") + har_entry(capture) + har_end();
    case DeliveryFormat::ndjson: return capture_line_json(capture) + "\n";
    case DeliveryFormat::json:
    case DeliveryFormat::raw: break;
  }
  return capture.body;
}

constexpr DeliveryFormat k_formats[] = {DeliveryFormat::http, DeliveryFormat::har,
                                        DeliveryFormat::ndjson};

const std::vector<std::string>& nasty_bodies() {
  static const std::vector<std::string> bodies = {
      "",
      "{}",
      "{\"a\":1.0,\"a\":12345678901234567890}",
      "\xef\xbb\xbf{\"bom\":true}",
      "{\r\n  \"crlf\": \"\\u0000\"\r\n}\r\n",
      "\0\0nul\0"s,
      "\xff\xfe\xc3\x28 not UTF-8",
      "\x1b[31m \x7f and \xe2\x80\xae",
      "POST / HTTP/1.1\r\n\r\n",
      "\r\n\r\n",
      "\n",
      "{\"log\":{\"entries\":[]}}",
      "\"quotes\" \\ and \t tabs",
      std::string(1 << 20, '\xfe') + "\n",
      std::string(1 << 20, '\n'),
  };
  return bodies;
}

}  // namespace

TEST_CASE("delivery file/every format carries every body to the byte") {
  const HeaderFields headers = {{"Host", "localhost:4567"},
                                {"content-type", "application/json"},
                                {"X-Twice", "one"},
                                {"x-twice", "two"},
                                {"X-Twice", "one"},
                                {"Empty", ""},
                                {"X-Raw", "caf\xe9 \x01 ab: c"},
                                {"X-Escapes", "\"\\ \t \xe2\x82\xac"}};
  for (const DeliveryFormat format : k_formats) {
    for (const std::string& body : nasty_bodies()) {
      const Capture capture = capture_of(headers, body);
      CAPTURE(to_string(format));
      CAPTURE(body.substr(0, 40));
      const Read result = read(in_format(capture, format));
      REQUIRE(result.format);
      CHECK(*result.format == format);
      REQUIRE(result.deliveries.size() == 1);
      const FileDelivery& delivery = result.deliveries[0];
      CHECK(delivery.method == "POST");
      CHECK(delivery.target == "/hook?a=%20b");
      CHECK(delivery.headers == headers);
      CHECK((delivery.body == body));
      CHECK(delivery.received_at == capture.received_at);
      CHECK(delivery.remote_address == "127.0.0.1:53422");
      CHECK(delivery.verdict == Verdict::stale);
      CHECK(delivery.secret_name == "prod");
      CHECK(delivery.verdict_reason == capture.verdict_reason);
      CHECK(delivery.notes.empty());
      CHECK(result.skipped.empty());
    }
  }
}

TEST_CASE("delivery file/odd targets survive") {
  for (const std::string_view target :
       {"/", "/a?b#c", "http://h:1/p?q", "*", "/caf\xe9", "/%zz", "//double", "/\xe2\x82\xac"}) {
    for (const DeliveryFormat format : k_formats) {
      Capture capture = capture_of({}, "{}");
      capture.target = target;
      CAPTURE(target);
      CAPTURE(to_string(format));
      const Read result = read(in_format(capture, format));
      REQUIRE(result.deliveries.size() == 1);
      CHECK(result.deliveries[0].target == target);
      CHECK(result.deliveries[0].headers.empty());
    }
  }
}

TEST_CASE("delivery file/an HTTP message stays fit to be sent") {
  struct Case {
    HeaderFields headers;
    std::string_view written;
  };
  const Case cases[] = {
      {{{"transfer-encoding", "chunked"}, {"A", "b"}},
       "X-Terra-Hook-Field: transfer-encoding: chunked\r\nA: b\r\nContent-Length: 4\r\n"
       "X-Terra-Hook-Added: Content-Length\r\n\r\nbody"},
      {{{"CONTENT-LENGTH", "4"}, {"A", "b"}}, "CONTENT-LENGTH: 4\r\nA: b\r\n\r\nbody"},
      {{{"Content-Length", "3"}, {"A", "b"}},
       "X-Terra-Hook-Field: Content-Length: 3\r\nA: b\r\nContent-Length: 4\r\n"
       "X-Terra-Hook-Added: Content-Length\r\n\r\nbody"},
      {{{"Content-Length", "4"}, {"content-length", "4"}},
       "Content-Length: 4\r\nX-Terra-Hook-Field: content-length: 4\r\n\r\nbody"},
      {{{"x-terra-hook-verdict", "valid"}},
       "X-Terra-Hook-Field: x-terra-hook-verdict: valid\r\nContent-Length: 4\r\n"
       "X-Terra-Hook-Added: Content-Length\r\n\r\nbody"},
  };
  for (const Case& expected : cases) {
    CAPTURE(expected.written);
    const Capture capture = capture_of(expected.headers, "body");
    const std::string text = http_file_head(capture, false) + capture.body;
    CHECK(text == "POST /hook?a=%20b HTTP/1.1\r\n" + std::string(expected.written));
    const Read result = read(text);
    REQUIRE(result.deliveries.size() == 1);
    CHECK(result.deliveries[0].headers == expected.headers);
    CHECK(!result.deliveries[0].verdict);
    CHECK(!result.deliveries[0].received_at);
  }
  CHECK(http_file_head(capture_of({}, ""), false) == "POST /hook?a=%20b HTTP/1.1\r\n\r\n");
}

TEST_CASE("delivery file/a message edited by hand is read or says what is wrong") {
  const Read edited = read(
      "POST / HTTP/1.1\nx-terra-hook-received-at: 2026-11-24T10:52:07Z\nContent-Length: 2\n"
      "X-Terra-Hook-Mood: good\n\nlonger than 2");
  REQUIRE(edited.deliveries.size() == 1);
  CHECK(edited.deliveries[0].body == "longer than 2");
  CHECK(edited.deliveries[0].received_at == parse_iso8601("2026-11-24T10:52:07Z"));
  CHECK(edited.deliveries[0].headers == HeaderFields{{"Content-Length", "2"}});
  CHECK(edited.deliveries[0].notes ==
        std::vector<std::string>{"its Content-Length is 2, its body has 13 bytes",
                                 "X-Terra-Hook-Mood means nothing here"});

  CHECK(error_of("POST / HTTP/1.1\nX-Terra-Hook-Received-At: noon\n\n") ==
        "X-Terra-Hook-Received-At: 'noon' is no time");
  CHECK(error_of("POST / HTTP/1.1\nX-Terra-Hook-Verdict: good\n\n") ==
        "X-Terra-Hook-Verdict: 'good' is no verdict");
  CHECK(error_of("POST / HTTP/1.1\nX-Terra-Hook-Field: one two\n\n") ==
        "X-Terra-Hook-Field holds no header field");
  CHECK(error_of("POST / HTTP/1.1\nX-Terra-Hook-Added: Content-Length\n\n") ==
        "X-Terra-Hook-Added does not follow the field it names");
  CHECK(error_of("POST / HTTP/1.1\nno colon\n\n") == "line 2: a header field without a colon");
}

TEST_CASE("delivery file/formats are told apart by content") {
  const std::pair<std::string_view, DeliveryFormat> rows[] = {
      {"POST /x HTTP/1.1\r\n\r\n{}", DeliveryFormat::http},
      {"{\"log\":{\"entries\":[]}}", DeliveryFormat::har},
      {"\xef\xbb\xbf{\n\"log\":\n{\"entries\":[]}}\n", DeliveryFormat::har},
      {"{\"log\":1}", DeliveryFormat::json},
      {"{\"type\":\"sleep\"}", DeliveryFormat::json},
      {"{\"type\":\"sleep\"}\n\n", DeliveryFormat::json},
      {"{\n\"type\":\"sleep\"\n}\n", DeliveryFormat::json},
      {"[1,2]", DeliveryFormat::json},
      {"\"text\"", DeliveryFormat::json},
      {"{\"type\":\"sleep\"}\n{\"type\":\"daily\"}", DeliveryFormat::ndjson},
      {"{\"type\":\"ready\",\"url\":\"http://127.0.0.1:4567\"}", DeliveryFormat::ndjson},
      {"{\"type\":\"capture\",\"method\":\"POST\",\"target\":\"/\",\"body_text\":\"x\"}",
       DeliveryFormat::ndjson},
  };
  for (const auto& row : rows) {
    const auto& [text, format] = row;
    CAPTURE(row.first);
    const Read result = read(text);
    REQUIRE(result.format);
    CHECK(to_string(*result.format) == to_string(format));
  }
  CHECK(read("{\"type\":\"sleep\"}\n").deliveries.at(0).body == "{\"type\":\"sleep\"}\n");
  CHECK(read("{\"a\":1}\r\n{\"a\":2}").deliveries.at(0).body == "{\"a\":1}");

  DeliveryReadOptions raw;
  raw.format = DeliveryFormat::raw;
  CHECK(read("POST / HTTP/1.1\n\n", raw).deliveries.at(0).body == "POST / HTTP/1.1\n\n");
}

TEST_CASE("delivery file/what is none of the formats says so") {
  CHECK(error_of("") == "there is nothing in it");
  CHECK(error_of(" \n\t") == "there is nothing in it");
  CHECK(error_of("hello") == "neither JSON nor an HTTP message");
  CHECK(error_of("\x7f"
                 "ELF") == "neither JSON nor an HTTP message");
  CHECK(error_of("{\n  \"a\": 1,\n  oops\n}").starts_with("line 3, column 3: "));
  CHECK(error_of("{\"log\":{}}") == "the HAR file has no entries");
  CHECK(error_of("{\"log\":{\"entries\":{}}}") == "the HAR file has no entries");
  CHECK(error_of("true\nfalse").starts_with("line 2, column 1: "));
  CHECK(error_of(std::string(100000, '[')).starts_with("line 1, column 100001: "));
  CHECK(error_of(std::string(5 << 20, ' ')) == "there is nothing in it");
}

TEST_CASE("delivery file/a damaged line costs that line only") {
  const std::string good = capture_line_json(capture_of({}, "{}"));
  const Read result =
      read(good + "\n" + good.substr(0, good.size() / 2) + "\n\n" + good + "\n" +
           R"({"type":"capture","method":"PO ST","target":"/","body_text":""})" + "\n" +
           R"({"type":"capture","method":"POST","target":"/","body_base64":"!"})" + "\n" +
           R"({"type":"capture","method":"POST","target":"/"})" + "\n" +
           R"({"type":"capture","method":"POST","target":"/","received_at":"x"})" + "\n" +
           R"({"type":"summary","deliveries":1})");
  REQUIRE(result.format);
  CHECK(result.deliveries.size() == 2);
  REQUIRE(result.skipped.size() == 6);
  CHECK(result.skipped[0].place.starts_with("line 2, column "));
  CHECK(result.skipped[1].reason == "its method or target is none");
  CHECK(result.skipped[2].reason == "body_base64 is not base64");
  CHECK(result.skipped[3].reason == "it has no body");
  CHECK(result.skipped[4].reason == "received_at: 'x' is no time");
  CHECK(result.skipped[5].place == "line 9");
  CHECK(!result.skipped[5].is_damaged);
}

TEST_CASE("delivery file/bodies and lines are bounded") {
  DeliveryReadOptions options;
  options.max_body = 10;
  const Capture large = capture_of({}, "12345678901");
  CHECK(read(in_format(large, DeliveryFormat::har), options).skipped.at(0).reason ==
        "its body is larger than 10 B");
  CHECK(read(in_format(large, DeliveryFormat::ndjson), options).skipped.at(0).is_damaged);
  CHECK(read(in_format(large, DeliveryFormat::http), options).skipped.at(0).is_damaged);
  CHECK(read(in_format(capture_of({}, "1234567890"), DeliveryFormat::har), options)
            .deliveries.size() == 1);
  const std::string line =
      "{\"type\":\"ready\",\"url\":\"x\"}\n{\"a\":\"" + std::string(3 << 20, 'x') + "\"}";
  CHECK(error_of(line, options).starts_with("line 2 is longer than "));
}

TEST_CASE("delivery file/what other commands print is read as far as it goes") {
  const Read listened = read(
      "{\"type\":\"ready\",\"url\":\"http://127.0.0.1:1\"}\n"
      "{\"type\":\"delivery\",\"method\":\"POST\",\"target\":\"/\",\"body_sha256\":\"00\","
      "\"body\":{\"type\":\"sleep\"}}\n"
      "{\"type\":\"summary\"}\n");
  REQUIRE(listened.deliveries.size() == 1);
  CHECK(listened.deliveries[0].body == "{\"type\":\"sleep\"}");
  CHECK(listened.deliveries[0].notes.size() == 1);
  const Read shown = read(
      "[{\"type\":\"capture\",\"method\":\"POST\",\"target\":\"/a\",\"body\":{}},\n"
      "{\"type\":\"capture\",\"method\":\"POST\",\"target\":\"/b\",\"body_text\":\"\"}]");
  REQUIRE(shown.deliveries.size() == 2);
  CHECK(shown.deliveries[1].target == "/b");
  CHECK(shown.deliveries[1].place == "element 2");
}

TEST_CASE("delivery file/fields that no request can have are left out and named") {
  const std::string line =
      R"({"type":"capture","method":"POST","target":"/","body_text":"","headers":[)"
      R"({"name":":authority","value":"h"},{"name":":path","value":"/"},{"name":"a b","value":"1"},)"
      R"({"name":"A","value":"1\r\nB: 2"},{"name":"N","value":"\u0000"},{"value":"nameless"},)"
      R"({"name":"Only"},{"name":"","value":"x"},{"name":"T","value":" x "}]})";
  const Read result = read(line);
  REQUIRE(result.deliveries.size() == 1);
  CHECK(result.deliveries[0].headers == HeaderFields{{"Host", "h"}, {"Only", ""}, {"T", "x"}});
  CHECK(result.deliveries[0].notes.size() == 4);
}
