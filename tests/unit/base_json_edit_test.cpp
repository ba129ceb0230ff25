// SPDX-License-Identifier: MIT
#include "base/json_edit.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>

using namespace terra_hook;

namespace {

std::string done(std::string_view text, const Result<json::Edit>& edit) {
  if (!edit) {
    CHECK(edit.error().kind == ErrorKind::usage);
    return "!" + edit.error().message;
  }
  const auto edited = json::apply(text, *edit);
  return edited ? *edited : "!" + edited.error().message;
}

std::string set(std::string_view text, std::string_view argument) {
  return done(text, json::parse_set(argument));
}

std::string unset(std::string_view text, std::string_view argument) {
  return done(text, json::parse_unset(argument));
}

}  // namespace

TEST_CASE("json_edit/setting a value changes its bytes and no others") {
  CHECK(set(R"({"a" : 1.0 ,"b":[ 2,  3 ] })", "/b/1=4.50") == R"({"a" : 1.0 ,"b":[ 2,  4.50 ] })");
  CHECK(set(R"({"a":{"x":[1,2]},"b":2})", "/a=null") == R"({"a":null,"b":2})");
  CHECK(set("\xEF\xBB\xBF {\"a\":1}\r\n", "/a=2") == "\xEF\xBB\xBF {\"a\":2}\r\n");
  CHECK(set(" [1] ", "={}") == " {} ");
  CHECK(set(R"({"a=b":1})", "#/a%3Db=2") == R"({"a=b":2})");
  CHECK(set(R"({"a":"\u0000\ud800","b":1})", "/b=2") == R"({"a":"\u0000\ud800","b":2})");
}

TEST_CASE("json_edit/a value is JSON when it parses and else a string") {
  const std::pair<const char*, const char*> rows[] = {
      {"/a=true", R"({"a":true})"},
      {"/a=-0.0e1", R"({"a":-0.0e1})"},
      {"/a= [1, 2] ", R"({"a":[1, 2]})"},
      {"/a=\"1\"", R"({"a":"1"})"},
      {"/a=sleep", R"({"a":"sleep"})"},
      {"/a=", R"({"a":""})"},
      {"/a=2026-01-01", R"({"a":"2026-01-01"})"},
      {"/a=x=y", R"({"a":"x=y"})"},
      {"/a=a\"\\\n", R"({"a":"a\"\\\n"})"},
      {"/a=01", R"({"a":"01"})"},
      {"/a=né", R"({"a":"né"})"},
      {"/a={\"b\":", R"({"a":"{\"b\":"})"},
  };
  for (const auto& row : rows) {
    const auto& [argument, expected] = row;
    CAPTURE(row.first);
    CHECK(set(R"({"a":0})", argument) == expected);
  }
}

TEST_CASE("json_edit/a missing member and an element are added as the last one is spaced") {
  CHECK(set("{}", "/a=1") == R"({"a":1})");
  CHECK(set("{ }", "/a=1") == R"({"a":1 })");
  CHECK(set("[]", "/-=1") == "[1]");
  CHECK(set(R"({"a":1})", "/b~1\"=2") == R"({"a":1,"b/\"":2})");
  CHECK(set("{\n  \"a\": 1\n}\n", "/b=2") == "{\n  \"a\": 1,\n  \"b\": 2\n}\n");
  CHECK(set("[\n  1,\n  2\n]", "/-=3") == "[\n  1,\n  2,\n  3\n]");
  CHECK(set(R"({"a":[ {"b":1} ]})", "/a/0/c=[]") == R"({"a":[ {"b":1,"c":[]} ]})");
  CHECK(set(R"({"a":{"x":",{["}})", "/a/-=1") == R"({"a":{"x":",{[","-":1}})");
}

TEST_CASE("json_edit/removing takes one comma along") {
  CHECK(unset(R"({"a":1,"b":2,"c":3})", "/a") == R"({"b":2,"c":3})");
  CHECK(unset(R"({"a":1,"b":2,"c":3})", "/b") == R"({"a":1,"c":3})");
  CHECK(unset(R"({"a":1,"b":2,"c":3})", "/c") == R"({"a":1,"b":2})");
  CHECK(unset(R"({ "a" : 1 })", "/a") == "{}");
  CHECK(unset("[1, 2, 3]", "/0") == "[2, 3]");
  CHECK(unset("[1, 2, 3]", "/2") == "[1, 2]");
  CHECK(unset("[[1,1],[1,1]]", "/1/0") == "[[1,1],[1]]");
  CHECK(unset("{\n  \"a\": 1,\n  \"b\": 2\n}", "/a") == "{\n  \"b\": 2\n}");
  CHECK(unset("{\n  \"a\": 1,\n  \"b\": 2\n}", "/b") == "{\n  \"a\": 1\n}");
}

TEST_CASE("json_edit/of a repeated key the last is set and all are removed") {
  const std::string text = R"({"a":1,"b":2,"a":3,"c":4,"\u0061":5})";
  CHECK(set(text, "/a=9") == R"({"a":1,"b":2,"a":3,"c":4,"\u0061":9})");
  CHECK(unset(text, "/a") == R"({"b":2,"c":4})");
  CHECK(unset(R"({"a":1,"a":2})", "/a") == "{}");
  CHECK(unset(R"({"a":1, "a":2, "b":3})", "/a") == R"({"b":3})");
}

TEST_CASE("json_edit/what can not be edited is refused by name") {
  const std::pair<std::string, const char*> rows[] = {
      {set("{}", "/a"), "!'/a' has no '='"},
      {set("{}", "a=1"), "!'a' is not a JSON pointer: it does not begin with /"},
      {set("{}", "/a=\xff"), "!the value for '/a' is not UTF-8"},
      {set("{}", "/a/b=1"), "!'/a/b' names nothing: the whole body has no member 'a'"},
      {set("[1]", "/1=2"), "!'/1' names nothing: the whole body has 1 element"},
      {set(R"({"a":1})", "/a/b=1"), "!'/a/b' names nothing: '/a' is a number"},
      {set("not json", "/a=1"),
       "!the body is not JSON: line 1, column 2: unknown word (only true, "
       "false and null are values)"},
      {unset("{}", "/a"), "!'/a' names nothing: the whole body has no member 'a'"},
      {unset("[1]", "/-"), "!'/-' names nothing: '-' is the place after the last element"},
      {unset("{}", ""), "!the whole body can't be removed"},
  };
  for (const auto& [actual, expected] : rows) CHECK(actual == expected);
}

TEST_CASE("json_edit/edits agree with a parser that writes the document anew") {
  const std::string text =
      R"({ "t":"x", "d":[ {"m":{"a":1,"b":[1,2,3]}}, {"m":{}}, [] ], "u":{"k":null} })";
  const auto original = nlohmann::json::parse(text);
  const auto places = original.flatten();
  for (const auto& row : places.items()) {
    const auto& [pointer, value] = row;
    CAPTURE(row.key());
    auto expected = original;
    expected[nlohmann::json::json_pointer(pointer)] = nlohmann::json::parse("[7]");
    CHECK(nlohmann::json::parse(set(text, pointer + "=[7]")) == expected);

    nlohmann::json::json_pointer place(pointer);
    const std::string token = place.back();
    place.pop_back();
    expected = original;
    if (expected[place].is_array()) {
      expected[place].erase(std::stoul(token));
    } else {
      expected[place].erase(token);
    }
    CHECK(nlohmann::json::parse(unset(text, pointer)) == expected);
  }
}
