// SPDX-License-Identifier: MIT
#include "render/json_view.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <string>

#include "base/bytes.hpp"
#include "base/json_scanner.hpp"
#include "base/terminal.hpp"

using namespace terra_hook;

namespace {

std::string view(std::string_view body, const JsonViewOptions& options = {}) {
  return json_view(body, options, Style());
}

std::string repeated(std::string_view text, std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) {
    out += text;
  }
  return out;
}

auto lines_in(const std::string& text) {
  return std::count(text.begin(), text.end(), '\n');
}

// 3,600 samples in one array.
std::string long_document() {
  std::string body = "{\"samples\":[0";
  for (int i = 1; i < 3600; ++i) {
    body += "," + std::to_string(i);
  }
  return body + "]}";
}

}  // namespace

TEST_CASE("render json view - a document is laid out and every token spelled as sent") {
  const std::string_view body =
      R"({"type":"x","n":1.0,"big":12345678901234567890,"e":1E+2,"s":"a\u00e9\n","n":null,)"
      R"("at":[51.5,-0.12],"o":{},"a":[],"d":[{"t":true,"f":false},[1,[2]]],"é":"日本"})";
  CHECK(view(body) == R"({
  "type": "x",
  "n": 1.0,
  "big": 12345678901234567890,
  "e": 1E+2,
  "s": "a\u00e9\n",
  "n": null,
  "at": [51.5, -0.12],
  "o": {},
  "a": [],
  "d": [
    {"t": true, "f": false},
    [
      1,
      [2]
    ]
  ],
  "é": "日本"
}
)");
  CHECK(view("1.50") == "1.50\n");
  CHECK(view(" \"x\" ") == "\"x\"\n");
  CHECK(view("[]") == "[]\n");
  CHECK(view("{ }") == "{}\n");
  CHECK(view("\xEF\xBB\xBF{}") == "{}\n");
  CHECK(view("").empty());
}

TEST_CASE("render json view - without bounds nothing but white space changes") {
  const std::string_view body =
      R"({"a":[1,2.50,{"b":[[],{},[{}]]},"x"],"a":"y","long":["aaaaaaaaaaaaaaaaaaaaaa","bbbbbbbbbbbbbb"]})";
  for (const std::size_t width : {0u, 10u, 40u, 80u, 1000u}) {
    std::string compact;
    REQUIRE(json::append_compact(compact, view(body, {.width = width})));
    CHECK(compact == body);
  }
}

TEST_CASE("render json view - an array of scalars stays on a line that it fits") {
  // With its key and a comma the array takes 20 columns.
  const std::string_view body = R"({"key":[1,"é",true,9]})";
  CHECK(view(body, {.width = 27}) == "{\n  \"key\": [1, \"é\", true, 9]\n}\n");
  CHECK(view(body, {.width = 26}) ==
        "{\n  \"key\": [\n    1,\n    \"é\",\n    true,\n    9\n  ]\n}\n");
  CHECK(view(body, {.width = 27, .max_array_items = 2}) ==
        "{\n  \"key\": [1, \"é\", true, 9]\n}\n");
}

TEST_CASE("render json view - long arrays are folded") {
  const std::string folded = view(long_document(), {.max_array_items = 2});
  CHECK(folded == "{\n  \"samples\": [\n    0,\n    1,\n    … 3,598 more\n  ]\n}\n");
  CHECK(view(R"([{"a":[1]},{},{"b":2}, 3])", {.max_array_items = 3}) ==
        "[\n  {\n    \"a\": [1]\n  },\n  {},\n  {\"b\": 2},\n  … 1 more\n]\n");
  CHECK(view(R"([{},{},[]])", {.max_array_items = 3}) == "[\n  {},\n  {},\n  []\n]\n");
}

TEST_CASE("render json view - long strings and keys are cut and say how long they are") {
  const std::string big(10'000'000, 'a');
  const std::string cut = "\"" + std::string(18, 'a') + " … (10,000,000 bytes)";
  CHECK(view("[\"" + big + "\"]", {.max_string_columns = 20}) == "[" + cut + "]\n");
  CHECK(view("[\"" + big + "\"]", {.width = 20, .max_string_columns = 20}) ==
        "[\n  " + cut + "\n]\n");
  CHECK(view("{\"" + big + "\":1}", {.max_string_columns = 20}) == "{\n  " + cut + ": 1\n}\n");
  CHECK(view("\"日本語日本語\"", {.max_string_columns = 6}) == "\"日本 … (18 bytes)\n");
  CHECK(view("\"abcd\"", {.max_string_columns = 6}) == "\"abcd\"\n");
  CHECK(view("\"abcde\"", {.max_string_columns = 6}) == "\"abcd … (5 bytes)\n");
  CHECK(view("1234567890", {.max_string_columns = 6}) == "12345 … (10 bytes)\n");
  CHECK(view("\"\xff\xff\"", {.max_string_columns = 6}) == "\"\\xff … (2 bytes)\n");
  const std::string marks = "\"" + repeated("\u0301", 1000) + "\"";
  CHECK(view(marks, {.max_string_columns = 8}) ==
        "\"" + repeated("\u0301", 4) + "\\u0301 … (2,000 bytes)\n");
  CHECK(view("\"" + big + "\"") == "\"" + big + "\"\n");
}

TEST_CASE("render json view - a bound on lines leaves the rest out and says how much there is") {
  const std::string_view body = R"({"a":{"b":1,"c":2},"d":[{},{}]})";  // 10 lines
  CHECK(lines_in(view(body)) == 10);
  CHECK(view(body, {.max_lines = 10}) == view(body));
  CHECK(view(body, {.max_lines = 4}) ==
        "{\n  \"a\": {\n    \"b\": 1,\n    \"c\": 2\n… (31 B in all)\n");
  CHECK(view(body, {.max_lines = 1}) == "{\n… (31 B in all)\n");
  for (std::size_t lines = 1; lines < 10; ++lines) {
    const std::string shown = view(body, {.max_lines = lines});
    CHECK(lines_in(shown) == static_cast<std::ptrdiff_t>(lines) + 1);
  }
  CHECK(lines_in(view(long_document(), {.max_lines = 5})) == 6);
}

TEST_CASE("render json view - containers that lie too deep are closed up") {
  CHECK(view(R"({"a":{"b":[1],"c":{"x":1},"d":{},"e":[]}})", {.max_depth = 2}) ==
        "{\n  \"a\": {\n    \"b\": […],\n    \"c\": {…},\n    \"d\": {},\n    \"e\": []\n  }\n}\n");
  const std::size_t depth = 1'000'000;
  const std::string deep = std::string(depth, '[') + std::string(depth, ']');
  CHECK(lines_in(view(deep)) == 2 * 64 + 1);
  CHECK(view(std::string(depth, '['), {.max_string_columns = 10}) ==
        "not JSON: line 1, column 1000001: unexpected end\n[[[[[[[[[ … (1,000,000 bytes)\n");
}

TEST_CASE("render json view - nothing in a token acts on the terminal") {
  const std::string shown = view("{\"\u202e\u009b\":\"\xff\u200b\x7f\",\"b\":[\"\u2066\"]}");
  CHECK(shown == "{\n  \"\\u202e\\u009b\": \"\\xff\\u200b\\u007f\",\n  \"b\": [\"\\u2066\"]\n}\n");
}

TEST_CASE("render json view - what is not JSON is shown as its lines") {
  CHECK(view("{\"a\": 1\r\n\t\"b\": \x1b[31m2}\n") ==
        "not JSON: line 2, column 2: expected ',' or '}' after a value\n"
        "{\"a\": 1\n    \"b\": \\u001b[31m2}\n");
  CHECK(view("user=1\n\nx", {.max_lines = 2}) ==
        "not JSON: line 1, column 1: expected a value\nuser=1\n\n… (9 B in all)\n");
  CHECK(view(std::string(1000, 'x'), {.max_string_columns = 5}) ==
        "not JSON: line 1, column 1: expected a value\nxxxx … (1,000 bytes)\n");
  CHECK(view("Gr\xfc\xdf"
             "e, this is some text in Latin-1, most of which is ASCII") ==
        "not JSON: line 1, column 1: expected a value\n"
        "Gr\\xfc\\xdfe, this is some text in Latin-1, most of which is ASCII\n");
  CHECK(view("日本語") == "not JSON: line 1, column 1: expected a value\n日本語\n");
  CHECK(view("boom\n", {.may_be_text = true}) == "boom\n");
  CHECK(view(R"({"a":1})", {.may_be_text = true}) == view(R"({"a":1})"));
}

TEST_CASE("render json view - binary is a hex dump of its start") {
  std::string body = "\x1f\x8b\x08";
  body += '\0';
  body += "abc{~\x7f";
  body += std::string(1000, '\xee');
  const std::string shown = view(body);
  CHECK(shown.substr(0, shown.find('\n', 80)) ==
        "not JSON: line 1, column 1: expected a value; nor text (1,010 bytes)\n"
        "0000  1f 8b 08 00 61 62 63 7b 7e 7f ee ee ee ee ee ee  ....abc{~.......");
  CHECK(lines_in(shown) == 1 + 16 + 1);
  CHECK(shown.ends_with("\n… 754 more bytes\n"));
  CHECK(view(std::string(3, '\0'), {.width = 40}) ==
        "not JSON: line 1, column 1: expected a value; nor text (3 bytes)\n0000  00 00 00          "
        "       ...\n");
  CHECK(lines_in(view(body, {.max_lines = 3})) == 1 + 3 + 1);
  CHECK(view("\xff\xfe\xfd").find("; nor text (3 bytes)") != std::string::npos);
}

TEST_CASE("render json view - colours by meaning and notes in ASCII where there is no Unicode") {
  Terminal terminal;
  terminal.color = true;
  const Style style(terminal);
  CHECK(json_view(R"({"k":["s",1,null]})", {}, style) ==
        "{\n  \x1b[36m\"k\"\x1b[0m: [\x1b[32m\"s\"\x1b[0m, \x1b[33m1\x1b[0m, "
        "\x1b[35mnull\x1b[0m]\n}\n");
  terminal.color = false;
  terminal.unicode = false;
  const std::string shown =
      json_view("{\"é\":[{},{},{}],\"s\":\"aaaaaaaa\"}",
                {.max_array_items = 1, .max_string_columns = 8}, Style(terminal));
  CHECK(shown ==
        "{\n  \"\\u00e9\": [\n    {},\n    ... 2 more\n  ],\n  \"s\": \"aaaaaa ... (8 bytes)\n}\n");
}

TEST_CASE("render json view - any bytes become lines of printable UTF-8") {
  const std::string sample =
      R"({"a":[1,2.5,{"b":"x\u00e9y"}],"日本":"grüße","c":[[],{},null,true],"d":"aaaaaaaaaaaaaaaaaa"})";
  std::mt19937 random(7);
  for (int i = 0; i < 3000; ++i) {
    std::string body = sample;
    for (int edits = 0; edits < 3; ++edits) {
      body[random() % body.size()] = static_cast<char>(random() % 256);
    }
    const JsonViewOptions options{.width = random() % 60,
                                  .max_lines = random() % 8,
                                  .max_array_items = random() % 3,
                                  .max_string_columns = random() % 20,
                                  .max_depth = random() % 4};
    const std::string shown = view(body, options);
    const bool has_control = std::any_of(shown.begin(), shown.end(), [](char c) {
      return (static_cast<unsigned char>(c) < 0x20 && c != '\n') || c == 0x7F;
    });
    if (has_control || !is_utf8(shown) || !shown.ends_with('\n')) {
      CAPTURE(body);
      FAIL_CHECK("not fit for a terminal");
    }
  }
}

namespace {

// An array of so many samples, one a second from 07:04 local time, under a key of its own.
std::string samples(std::string_view field, int count, std::string_view more = "") {
  std::string body = "{\"" + std::string(field) + "_samples\":[";
  for (int i = 0; i < count; ++i) {
    const int second = i % 60;
    const int minute = 4 + i / 60;
    body += std::string(i == 0 ? "" : ",") + R"({"timestamp":"2027-02-10T07:)" +
            std::to_string(minute / 10) + std::to_string(minute % 10) + ":" +
            std::to_string(second / 10) + std::to_string(second % 10) + R"(.000000+02:00",")" +
            std::string(field) + "\":" + std::to_string(92 + i * 89 / count) + std::string(more) +
            "}";
  }
  return body + "]}";
}

std::string folded(std::string_view body, std::size_t width = 80) {
  return view(body, {.width = width, .max_samples = 5});
}

}  // namespace

TEST_CASE("render json view - arrays of samples are folded into a line") {
  CHECK(folded(samples("bpm", 2880)) ==
        "{\n  \"bpm_samples\": 2,880 items, 07:04–07:51, 92–180 bpm ▁▁▂▃▃▄▄▅▅▆▇█\n}\n");
  CHECK(folded(samples("bpm", 2880, R"(,"timer_duration_seconds":7,"context":0)")) ==
        folded(samples("bpm", 2880)));
  CHECK(folded(samples("speed_meters_per_second", 60)) ==
        "{\n  \"speed_meters_per_second_samples\": 60 items, 07:04:00–07:04:59, 92–179 m/s\n}\n");
  // As many as may be shown are shown.
  CHECK(folded(samples("bpm", 5)).find("\"bpm\": 92") != std::string::npos);
  CHECK(folded(samples("bpm", 6)).starts_with("{\n  \"bpm_samples\": 6 items, "));
  CHECK(view(samples("bpm", 6)).find("items") == std::string::npos);
  // Two fields are named, nulls are counted, an item without the field is neither.
  CHECK(folded(R"([{"timestamp":"2027-02-10T07:04:00Z","systolic_bp":120,"diastolic_bp":80},)"
               R"({"timestamp":"2027-02-10T08:04:00Z","systolic_bp":null,"diastolic_bp":70},)"
               R"({"timestamp":"2027-02-10T09:04:00Z","systolic_bp":131},)"
               R"({"timestamp":"2027-02-10T10:04:00Z"},{"timestamp":null},{"timestamp":null}])",
               120) ==
        "6 items, 07:04–10:04, systolic_bp 120–131 mmHg, 1 null, diastolic_bp 70–80 mmHg "
        "▁          █\n");
}

TEST_CASE("render json view - numbers alone and samples without times are folded too") {
  CHECK(folded(long_document()) == "{\n  \"samples\": 3,600 numbers, 0–3,599 ▁▁▂▃▃▄▄▅▅▆▇█\n}\n");
  CHECK(folded(R"([{"potential_uV":1},{"potential_uV":-2},{"potential_uV":3},{"potential_uV":4},)"
               R"({"potential_uV":5},{"potential_uV":1e999}])") ==
        "6 items, -2 to 5 µV, 1 null ▄▂▁▃▆▆▆▇▇█\n");
  CHECK(folded(R"([{"timestamp":"2027-02-10T07:04:00Z","coords_lat_lng_deg":[51.5,-0.1]},)"
               R"({"timestamp":"2027-02-10T07:05:00Z","coords_lat_lng_deg":[51.5,-0.2]},)"
               R"({"timestamp":"2027-02-10T07:06:00Z","coords_lat_lng_deg":[51.6,-0.2]},)"
               R"({"timestamp":"2027-02-10T07:07:00Z","coords_lat_lng_deg":[51.6,-0.2]},)"
               R"({"timestamp":"2027-02-10T07:08:00Z","coords_lat_lng_deg":[51.6,-0.2]},)"
               R"({"timestamp":"2027-02-10T07:19:00Z","coords_lat_lng_deg":null}])") ==
        "6 items, 07:04–07:19\n");
}

TEST_CASE("render json view - what is not an array of samples is not folded") {
  const std::string_view items[] = {
      R"({"timestamp":"2027-02-10T07:04:00Z","name":"a","v":1})",
      R"({"timestamp":"2027-02-10T07:04:00Z","v":{"w":1}})",
      R"({"timestamp":"2027-02-10T07:04:00Z","a":1,"b":2,"c":3,"d":4})",
      R"({"timestamp":"yesterday","v":1})",
      R"({"a":1,"b":2})",
      R"({"a":null})",
      R"("text")",
      R"([1,2,3,4,5,6,7])",
      R"({})",
      R"(null)",
  };
  for (const std::string_view item : items) {
    std::string body = "[" + std::string(item);
    for (int i = 0; i < 40; ++i) body += "," + std::string(item);
    CAPTURE(item);
    CHECK(folded(body + "]") == view(body + "]"));
  }
  // One odd item at the end is enough.
  std::string body = samples("bpm", 100);
  body.insert(body.size() - 2, ",\"odd\"");
  CHECK(folded(body) == view(body));
}

TEST_CASE("render json view - a folded line fits and is ASCII where it must be") {
  for (std::size_t width = 44; width < 100; ++width) {
    const std::string shown = folded(samples("temperature_celsius", 300), width);
    for (std::size_t begin = 0; begin < shown.size();) {
      const std::size_t end = shown.find('\n', begin);
      CHECK(display_width(shown.substr(begin, end - begin)) <= std::max<std::size_t>(width, 56));
      begin = end + 1;
    }
  }
  Terminal terminal;
  terminal.unicode = false;
  CHECK(json_view(samples("temperature_celsius", 300), {.max_samples = 5}, Style(terminal)) ==
        "{\n  \"temperature_celsius_samples\": 300 items, 07:04:00-07:08:59, 92-180 C "
        ".:-=+*@\n}\n");
}

TEST_CASE("render json view - the pieces are the whole and stop when nobody wants more") {
  const std::string long_string = "[\"" + repeated("aé\u202e", 100'000) + "\"]";
  const std::string bodies[] = {samples("bpm", 3000), long_string, long_string + "]",
                                repeated("line\n", 50'000), std::string(5000, '\xff')};
  for (const std::string& body : bodies) {
    std::string pieces;
    std::size_t largest = 0;
    CHECK(json_view(body, {}, Style(), [&](std::string_view piece) {
      pieces += piece;
      largest = std::max(largest, piece.size());
      return true;
    }));
    CHECK(pieces == view(body));
    CHECK(largest < 300'000);
    int calls = 0;
    CHECK(!json_view(body, {}, Style(), [&](std::string_view) { return ++calls < 1; }));
    CHECK(calls == 1);
  }
}

TEST_CASE("render json view - a long string is the same whole or in pieces") {
  // More than one piece, with a character across each border.
  for (std::size_t offset = 0; offset < 4; ++offset) {
    const std::string text = "\"" + std::string(offset, 'a') + repeated("𝄞", 50'000) + "\"";
    CHECK(view(text) == text + "\n");
  }
}

TEST_CASE("render json view - a repeated key stays and so does its order") {
  CHECK(folded(R"({"b":1,"a":2,"b":1.0,"":3,"b":{"b":[]}})") ==
        "{\n  \"b\": 1,\n  \"a\": 2,\n  \"b\": 1.0,\n  \"\": 3,\n  \"b\": {\n    \"b\": []\n  "
        "}\n}\n");
}
