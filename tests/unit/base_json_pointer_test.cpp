// SPDX-License-Identifier: MIT
#include "base/json_pointer.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>

using namespace terra_hook;
using json::Pointer;

namespace {

/// The bytes that the pointer names, or `!` and the error's message.
std::string found(std::string_view text, std::string_view pointer) {
  const auto parsed = Pointer::parse(pointer);
  if (!parsed) return "!" + parsed.error().message;
  const auto span = json::locate(text, *parsed);
  if (!span) {
    CHECK(span.error().kind == ErrorKind::input);
    return "!" + span.error().message;
  }
  return std::string(span->of(text));
}

/// Compares every place in `value` with what `text` has there.
void check_all_places(const nlohmann::json& value, const std::string& text,
                      const std::string& pointer) {
  const std::string raw = found(text, pointer);
  CAPTURE(pointer);
  CHECK(nlohmann::json::parse(raw, nullptr, false) == value);
  for (const auto& [key, child] : value.items()) {
    if (!value.is_structured()) break;
    std::string token;
    for (const char c : key) token += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
    check_all_places(child, text, pointer + "/" + token);
  }
}

}  // namespace

TEST_CASE("json_pointer/the examples of RFC 6901") {
  const std::string text =
      R"({"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,"i\\j":5,"k\"l":6," ":7,"m~n":8})";
  const std::pair<const char*, std::string> rows[] = {
      {"", text},
      {"/foo", R"(["bar","baz"])"},
      {"/foo/0", R"("bar")"},
      {"/", "0"},
      {"/a~1b", "1"},
      {"/c%d", "2"},
      {"/e^f", "3"},
      {"/g|h", "4"},
      {"/i\\j", "5"},
      {"/k\"l", "6"},
      {"/ ", "7"},
      {"/m~0n", "8"},
      {"#", text},
      {"#/foo/0", R"("bar")"},
      {"#/a~1b", "1"},
      {"#/c%25d", "2"},
      {"#/e%5Ef", "3"},
      {"#/%20", "7"},
  };
  for (const auto& row : rows) {
    const auto& [pointer, expected] = row;
    CAPTURE(row.first);
    CHECK(found(text, pointer) == expected);
  }
}

TEST_CASE("json_pointer/every place of a document is found as a parser sees it") {
  const std::string text = R"( { "type" : "sleep", "user": {"id":"u","né":{"~/":[[],{}]}},
    "data":[ {"n":1.0e3,"s":[1,[2,[3]],null,true,{"k":[{"":[-0.5]}]}]}, [], "x" ], "e":{} } )";
  check_all_places(nlohmann::json::parse(text), text, "");
}

TEST_CASE("json_pointer/bytes are given as sent and the last of a repeated key counts") {
  CHECK(found(R"({"a":1.0,"b":12345678901234567890,"a":1e2})", "/a") == "1e2");
  CHECK(found(R"({"b":12345678901234567890})", "/b") == "12345678901234567890");
  CHECK(found(R"({"a":{"x":1},"a":{"y":2}})", "/a/y") == "2");
  CHECK(found(R"({"a":{"x":1},"a":{"y":2}})", "/a/x") ==
        "!'/a/x' names nothing: '/a' has no member 'x'");
  CHECK(found(R"({"\u0061":7})", "/a") == "7");
  CHECK(found("\xEF\xBB\xBF{\"a\":[ 1 , 2 ]}", "/a") == "[ 1 , 2 ]");
}

TEST_CASE("json_pointer/an error names the pointer and how far it leads") {
  const std::string text = R"({"data":[1,2,3],"user":{"id":"u"},"none":[],"type":"sleep"})";
  const std::pair<const char*, const char*> rows[] = {
      {"/data/3", "!'/data/3' names nothing: '/data' has 3 elements"},
      {"/data/-", "!'/data/-' names nothing: '-' is the place after the last element"},
      {"/data/01", "!'/data/01' names nothing: '/data' is an array and '01' is not an index"},
      {"/data/99999999999999999999",
       "!'/data/99999999999999999999' names nothing: '/data' is an array and "
       "'99999999999999999999' is not an index"},
      {"/user/name", "!'/user/name' names nothing: '/user' has no member 'name'"},
      {"/type/0", "!'/type/0' names nothing: '/type' is a string"},
      {"/data/0/x", "!'/data/0/x' names nothing: '/data/0' is a number"},
      {"/x\x1b[2J", "!'/x\\u001b[2J' names nothing: the whole body has no member 'x\\u001b[2J'"},
      {"data", "!'data' is not a JSON pointer: it does not begin with /"},
      {"/a~2", "!'/a~2' is not a JSON pointer: ~ is followed by 0 or 1"},
      {"/a~", "!'/a~' is not a JSON pointer: ~ is followed by 0 or 1"},
      {"#/%4", "!'#/%4' is not a JSON pointer: % needs two hexadecimal digits"},
      {"/\xff", "!'/\\xff' is not a JSON pointer: it is not UTF-8"},
  };
  for (const auto& row : rows) {
    const auto& [pointer, expected] = row;
    CAPTURE(row.first);
    CHECK(found(text, pointer) == expected);
  }
  const auto pointer = Pointer::parse("/user/name");
  CHECK(json::locate(text, *pointer).error().hint == "it has id");
  CHECK(found("{\"a\":1,\n  oops}", "/a") ==
        "!the body is not JSON: line 2, column 3: expected a key after ','");
  CHECK(found(R"({"a":1} x)", "/a").starts_with("!the body is not JSON"));
  CHECK(found("", "").starts_with("!the body is not JSON"));
  CHECK(!Pointer::parse(std::string(600, '/')));
}

TEST_CASE("json_pointer/depth and width cost no stack") {
  constexpr std::size_t k_depth = 200'000;
  const std::string text = std::string(k_depth, '[') + std::string(k_depth, ']');
  CHECK(found(text, "/0/0/0").size() == 2 * (k_depth - 3));
}
