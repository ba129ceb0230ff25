// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <string>

#include "base/json_number.hpp"
#include "base/json_tree.hpp"

namespace terra_hook::json {
namespace {

Tree parse(std::string_view text) {
  Result<Tree> tree = Tree::parse(text);
  REQUIRE_MESSAGE(tree.has_value(), text);
  return *std::move(tree);
}

}  // namespace

TEST_CASE("json tree / values and their places") {
  const std::string text = R"( {"a":[1, {"b/~" : null}, "x"], "c": {}, "a":true} )";
  const Tree tree = parse(text);
  CHECK(tree.kind(0) == Token::object_begin);
  CHECK(tree.count(0) == 3);
  const Tree::Index list = tree.first_child(0);
  CHECK(tree.raw(list) == R"([1, {"b/~" : null}, "x"])");
  CHECK(tree.raw_key(list) == "\"a\"");
  CHECK(tree.count(list) == 3);
  const Tree::Index one = tree.first_child(list);
  const Tree::Index object = tree.next_sibling(one);
  const Tree::Index null = tree.first_child(object);
  CHECK(tree.raw(one) == "1");
  CHECK(tree.raw_key(one).empty());
  CHECK(tree.raw_key(null) == "\"b/~\"");
  CHECK(tree.kind(null) == Token::null_literal);
  CHECK(tree.next_sibling(null) == Tree::k_none);
  CHECK(tree.pointer(null) == "/a/1/b~1~0");
  CHECK(tree.pointer(0) == "");
  CHECK(tree.position(tree.next_sibling(object)) == 2);
  CHECK(tree.first_child(tree.find(0, "c")) == Tree::k_none);
  CHECK(tree.raw(tree.find(0, "a")) == "true");
  CHECK(tree.find(0, "z") == Tree::k_none);
  CHECK(tree.find(one, "z") == Tree::k_none);
  CHECK(tree.find_path(object, "b/~") == null);
  CHECK(tree.find_path(0, "c.d.e") == Tree::k_none);
}

TEST_CASE("json tree / a scalar alone and what is not JSON") {
  CHECK(parse("12").raw(0) == "12");
  const auto broken = Tree::parse("{\n\"a\":}");
  REQUIRE(!broken);
  CHECK(broken.error().kind == ErrorKind::input);
  CHECK(broken.error().message == "not JSON: line 2, column 5: expected a value after ':'");
  CHECK(!Tree::parse(""));
}

TEST_CASE("json tree / depth costs no stack and long keys no pointer") {
  const std::string deep = std::string(200'000, '[') + std::string(200'000, ']');
  CHECK(parse(deep).size() == 200'000);
  const std::string text = "{\"" + std::string(5000, 'k') + "\":1}";
  const Tree tree = parse(text);
  CHECK(tree.pointer(1) == "/" + std::string(256, 'k'));
}

TEST_CASE("json number / equality is that of the decimal numbers") {
  const std::pair<const char*, const char*> same[] = {
      {"1", "1.0"},       {"100", "1e2"},      {"0", "-0.0"},
      {"0.5", "5E-1"},    {"12.50", "125e-1"}, {"12345678901234567890", "1234567890123456789e1"},
      {"1e400", "10e399"}};
  for (const auto& pair : same) {
    CHECK_MESSAGE(same_number(pair.first, pair.second), pair.first);
  }
  const std::pair<const char*, const char*> different[] = {
      {"1", "-1"},
      {"1", "10"},
      {"0.1", "0.10000000000000000001"},
      {"12345678901234567890", "12345678901234567891"},
      {"1e400", "1e401"},
      {"1e99999999999999999999", "2e99999999999999999999"}};
  for (const auto& pair : different) {
    CHECK_MESSAGE(!same_number(pair.first, pair.second), pair.first);
  }
}

TEST_CASE("json number / tolerance includes its bound") {
  CHECK(same_number("0.3", "0.4", 0.1));
  CHECK(same_number("0.3", "0.6", 0.3));
  CHECK(!same_number("0.3", "0.41", 0.1));
  CHECK(same_number("-1", "1", 2));
  CHECK(!same_number("12345678901234567890", "12345678901234567892", 1));
  CHECK(!same_number("1e400", "1", 1000));
}

}  // namespace terra_hook::json
