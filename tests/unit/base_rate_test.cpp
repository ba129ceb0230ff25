// SPDX-License-Identifier: MIT
#include "base/rate.hpp"

#include <doctest/doctest.h>

using namespace terra_hook;
using namespace std::chrono_literals;

TEST_CASE("rate/is the time from one to the next") {
  const std::pair<const char*, std::chrono::nanoseconds> rows[] = {
      {"50/s", 20ms}, {"600/min", 100ms}, {"1000/h", 3600ms}, {"0.5/s", 2s}, {"50", 20ms},
      {"60/m", 1s},   {" 4 / s ", 250ms}, {"1000000/s", 1us}, {"1/d", 24h},
  };
  for (const auto& row : rows) {
    const auto& [text, expected] = row;
    CAPTURE(row.first);
    const auto rate = parse_rate(text);
    REQUIRE(rate);
    CHECK(*rate == expected);
  }
  for (const char* text : {"", "/s", "0/s", "-1/s", "50/x", "50s", "1e3/s", "inf/s", "nan", "5/s/s",
                           "2000000/s", "0.5/d"}) {
    CAPTURE(text);
    const auto rate = parse_rate(text);
    REQUIRE(!rate);
    CHECK(rate.error().kind == ErrorKind::usage);
  }
}

TEST_CASE("rate/a share is a percentage or a fraction") {
  CHECK(*parse_share("10%") == doctest::Approx(0.1));
  CHECK(*parse_share("0.25") == doctest::Approx(0.25));
  CHECK(*parse_share("0%") == 0);
  CHECK(*parse_share("100%") == 1);
  CHECK(*parse_share("0.5%") == doctest::Approx(0.005));
  for (const char* text : {"", "%", "101%", "2", "-1%", "10 %", "ten", "nan", "1e-1"}) {
    CAPTURE(text);
    CHECK(!parse_share(text));
  }
}
