// SPDX-License-Identifier: MIT
#include "render/json_view.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <string>

#include "base/bytes.hpp"
#include "base/json_scanner.hpp"

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
}

TEST_CASE("render json view - binary is a hex dump of its start") {
  std::string body = "\x1f\x8b\x08";
  body += '\0';
  body += "abc{~\x7f";
  body += std::string(1000, '\xee');
  const std::string shown = view(body);
  CHECK(shown.substr(0, shown.find('\n', 40)) ==
        "not JSON, not text: (1,010 bytes)\n"
        "0000  1f 8b 08 00 61 62 63 7b 7e 7f ee ee ee ee ee ee  ....abc{~.......");
  CHECK(lines_in(shown) == 1 + 16 + 1);
  CHECK(shown.ends_with("\n… 754 more bytes\n"));
  CHECK(view(std::string(3, '\0'), {.width = 40}) ==
        "not JSON, not text: (3 bytes)\n0000  00 00 00                 ...\n");
  CHECK(lines_in(view(body, {.max_lines = 3})) == 1 + 3 + 1);
  CHECK(view("\xff\xfe\xfd").starts_with("not JSON, not text"));
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
