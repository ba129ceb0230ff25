// SPDX-License-Identifier: MIT
#include "base/json_rewrite.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace terra_hook::json;

namespace {

constexpr std::uint64_t k_plenty = 1 << 20;

std::string in_style(std::string_view text, const WriteStyle& style) {
  return rewrite(text, style, k_plenty).value_or("(refused)");
}

}  // namespace

TEST_CASE("json rewrite - spacing") {
  const std::string text = " { \"b\" : [ 1 , {} , [ ] ] ,\n\t\"a\":null } ";
  WriteStyle style;
  CHECK(in_style(text, style) == R"({"b":[1,{},[]],"a":null})");
  style.spacing = Spacing::spaced;
  CHECK(in_style(text, style) == R"({"b": [1, {}, []], "a": null})");
  style.spacing = Spacing::indented;
  CHECK(in_style(text, style) == "{\n  \"b\": [\n    1,\n    {},\n    []\n  ],\n  \"a\": null\n}");
  style.indent = 0;
  CHECK(in_style(text, style) == "{\n\t\"b\": [\n\t\t1,\n\t\t{},\n\t\t[]\n\t],\n\t\"a\": null\n}");
}

TEST_CASE("json rewrite - keys are sorted at every level and duplicates stay") {
  WriteStyle style;
  style.sorts_keys = true;
  CHECK(in_style(R"({"b":{"z":1,"y":2},"a":[{"d":1,"c":2}],"b":3})", style) ==
        R"({"a":[{"c":2,"d":1}],"b":{"y":2,"z":1},"b":3})");
  // By what they spell, and with what separates them in its place.
  CHECK(in_style(R"({"b!":1,"b":{"\u0061b":[2,{}],"aa":3},"a":{}})", style) ==
        R"({"a":{},"b":{"aa":3,"\u0061b":[2,{}]},"b!":1})");
  style.spacing = Spacing::indented;
  CHECK(in_style(R"({"b":[1],"a":2})", style) == "{\n  \"a\": 2,\n  \"b\": [\n    1\n  ]\n}");
}

// What Node 20 and Python 3.11 print for the same texts.
TEST_CASE("json rewrite - numbers as JavaScript and Python write them") {
  struct Case {
    std::string_view sent, javascript, python;
  };
  const Case cases[] = {
      {"1.0", "1", "1.0"},
      {"-0", "0", "0"},
      {"-0.0", "0", "-0.0"},
      {"1e3", "1000", "1000.0"},
      {"0.1", "0.1", "0.1"},
      {"1.50", "1.5", "1.5"},
      {"123456789012345678", "123456789012345680", "123456789012345678"},
      {"1e21", "1e+21", "1e+21"},
      {"1e20", "100000000000000000000", "1e+20"},
      {"1e16", "10000000000000000", "1e+16"},
      {"1e15", "1000000000000000", "1000000000000000.0"},
      {"0.000001", "0.000001", "1e-06"},
      {"0.0001", "0.0001", "0.0001"},
      {"0.00001234", "0.00001234", "1.234e-05"},
      {"1e-7", "1e-7", "1e-07"},
      {"51.50735091", "51.50735091", "51.50735091"},
      {"-12.50", "-12.5", "-12.5"},
      {"-100.00", "-100", "-100.0"},
      {"100", "100", "100"},
      {"0.50", "0.5", "0.5"},
      {"0.0", "0", "0.0"},
      {"-0.05", "-0.05", "-0.05"},
      {"0", "0", "0"},
      {"99999999999999.9", "99999999999999.9", "99999999999999.9"},
      {"0.30000000000000004", "0.30000000000000004", "0.30000000000000004"},
      {"9007199254740993.0", "9007199254740992", "9007199254740992.0"},
      {"2.5e-10", "2.5e-10", "2.5e-10"},
  };
  for (const Case& number : cases) {
    CAPTURE(number.sent);
    WriteStyle style;
    style.numbers = Numbers::javascript;
    CHECK(in_style(number.sent, style) == number.javascript);
    style.numbers = Numbers::python;
    CHECK(in_style(number.sent, style) == number.python);
  }
}

TEST_CASE("json rewrite - strings are escaped anew") {
  const std::string text = "[\"\\u00e9\xc3\xa9/\\/<\\ud83d\\ude00\\n\\u001f\\\"\x7f\"]";
  WriteStyle style;
  CHECK(in_style(text, style) == text);
  style.escapes = Escapes::ascii;
  CHECK(in_style(text, style) == "[\"\\u00e9\\u00e9//<\\ud83d\\ude00\\n\\u001f\\\"\x7f\"]");
  style.escapes_slashes = true;
  CHECK(in_style(text, style) == "[\"\\u00e9\\u00e9\\/\\/<\\ud83d\\ude00\\n\\u001f\\\"\x7f\"]");
  style = {};
  style.escapes = Escapes::minimal;
  style.escapes_html = true;
  CHECK(in_style(text, style) ==
        "[\"\xc3\xa9\xc3\xa9//\\u003c\xf0\x9f\x98\x80\\n\\u001f\\\"\x7f\"]");
}

TEST_CASE("json rewrite - what is not JSON or too large is refused") {
  CHECK_FALSE(rewrite("{", {}, k_plenty));
  CHECK_FALSE(rewrite("", {}, k_plenty));
  CHECK_FALSE(rewrite("[1] 2", {}, k_plenty));
  CHECK_FALSE(rewrite("[1,2]", {}, 4));
  CHECK(rewrite("[1,2]", {}, 5));
  // Objects that would have to be sorted again at each level.
  std::string nested = "1";
  for (int i = 0; i < 190; ++i) nested = R"({"b":)" + nested + R"(,"a":1})";
  WriteStyle sorted;
  sorted.sorts_keys = true;
  CHECK(rewrite(nested, sorted, k_plenty));
  CHECK_FALSE(rewrite(nested, sorted, nested.size()));
  CHECK(rewrite(std::string(200, '[') + std::string(200, ']'), {}, k_plenty));
  CHECK_FALSE(rewrite(std::string(201, '[') + std::string(201, ']'), {}, k_plenty));
  WriteStyle deep;
  deep.spacing = Spacing::indented;
  CHECK_FALSE(rewrite(std::string(100'000, '[') + std::string(100'000, ']'), deep, k_plenty));
}
