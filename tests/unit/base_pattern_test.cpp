// SPDX-License-Identifier: MIT
#include "base/pattern.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace terra_hook;

namespace {

bool matches(std::string_view pattern, std::string_view subject) {
  const auto parsed = Pattern::parse(pattern);
  REQUIRE_MESSAGE(parsed, std::string(pattern));
  return parsed->is_in(subject);
}

std::string refusal_of(std::string_view pattern) {
  const auto parsed = Pattern::parse(pattern);
  if (parsed) return "";
  CHECK(parsed.error().kind == ErrorKind::usage);
  return parsed.error().message;
}

}  // namespace

TEST_CASE("pattern/searches anywhere unless anchored") {
  CHECK(matches("lee", "sleep"));
  CHECK_FALSE(matches("^lee", "sleep"));
  CHECK(matches("^(sleep|daily)$", "daily"));
  CHECK_FALSE(matches("^(sleep|daily)$", "daily2"));
  CHECK(matches("", ""));
  CHECK(matches("^$", ""));
  CHECK(matches("a+b?c{2}", "xaacc"));
}

TEST_CASE("pattern/knows digits by their short names") {
  CHECK(matches("^\\d{4}-\\d\\d$", "2027-02"));
  CHECK_FALSE(matches("^\\d+$", "20x"));
  CHECK(matches("^\\D+$", "abc"));
  CHECK(matches("\\.5", "1.5"));
  CHECK_FALSE(matches("\\.5", "125"));
  CHECK(matches("^[]x[:digit:]]+$", "]2x"));
  CHECK(matches("^[[:digit:]]+$", "12"));
}

TEST_CASE("pattern/what is not known is refused with its reason") {
  CHECK(refusal_of("(a").find("'(a' is no regular expression: ") == 0);
  CHECK_FALSE(refusal_of("[a").empty());
  CHECK_FALSE(refusal_of("a{2,1}").empty());
  CHECK(refusal_of("(a)\\1").find("back references (\\1)") != std::string::npos);
  CHECK(refusal_of("[\\d_]").find("between brackets") != std::string::npos);
  CHECK_FALSE(refusal_of(std::string_view("a\0b", 3)).empty());
  CHECK_FALSE(refusal_of(std::string(1025, 'a')).empty());
  // glibc would take memory without end to compile these.
  CHECK(refusal_of("a" + std::string(40, '+')).find("repeats") != std::string::npos);
  CHECK(refusal_of(")" + std::string(40, '+')).find("repeats") != std::string::npos);
  CHECK(refusal_of("()" + std::string(40, '*')).find("repeats") != std::string::npos);
  CHECK(refusal_of("((((a{99}){99}){99}){99})").find("repeats") != std::string::npos);
  CHECK(refusal_of("^(a+b+){2,9}(c*|d{1,99})+$").empty());
}

TEST_CASE("pattern/any bytes may be searched and too many are not") {
  CHECK(matches("b$", std::string_view("a\0b", 3)));
  CHECK(matches("^..$", "\xff\xfe"));
  const std::string most(Pattern::k_longest_subject, 'a');
  CHECK(matches("a$", most));
  CHECK_FALSE(matches("a", most + "a"));
}
