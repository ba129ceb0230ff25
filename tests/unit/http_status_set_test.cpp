// SPDX-License-Identifier: MIT
#include "http/status_set.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace terra_hook;

TEST_CASE("status_set/classes and ranges and lists") {
  const auto set = StatusSet::parse("2xx, 401,500-503");
  REQUIRE(set);
  for (const int status : {200, 299, 401, 500, 503}) CHECK(set->contains(status));
  for (const int status : {-1, 0, 199, 300, 400, 402, 499, 504, 700}) CHECK(!set->contains(status));
  CHECK(StatusSet::parse("4XX")->contains(404));
  for (const char* text : {"", ",", "2x", "20", "600", "099", "6xx", "xxx", "300-200", "200-",
                           "2xx,", "200 404", "+20"}) {
    CAPTURE(text);
    const auto refused = StatusSet::parse(text);
    REQUIRE(!refused);
    CHECK(refused.error().kind == ErrorKind::usage);
  }
}
