// SPDX-License-Identifier: MIT
#include "webhook/fault_plan.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using terra_hook::ErrorKind;
using terra_hook::Fault;
using terra_hook::FaultOptions;
using terra_hook::FaultPlan;
using terra_hook::parse_responses;
using terra_hook::PlannedResponse;

namespace {

/// What the next deliveries get: statuses, `t` for a time-out, `d` for a drop, `-` for nothing.
std::string next(FaultPlan& plan, int count) {
  std::string text;
  for (int i = 0; i < count; ++i) {
    const Fault fault = plan.next();
    switch (fault.kind) {
      case Fault::Kind::none: text += "- "; break;
      case Fault::Kind::respond: text += std::to_string(fault.status) + " "; break;
      case Fault::Kind::timeout: text += "t "; break;
      case Fault::Kind::drop: text += "d "; break;
    }
  }
  return text;
}

FaultPlan dropping(double share, std::uint64_t seed) {
  FaultOptions options;
  options.drop = share;
  options.seed = seed;
  return FaultPlan(options);
}

}  // namespace

TEST_CASE("faults / a list of answers is read") {
  const auto responses = parse_responses("500x3, timeout,200");
  REQUIRE(responses.has_value());
  CHECK(*responses == std::vector<PlannedResponse>{{500, 3}, {std::nullopt, 1}, {200, 1}});
  CHECK(*parse_responses("500@20%x50,timeout@0.5") ==
        std::vector<PlannedResponse>{{500, 50, 0.2}, {std::nullopt, 1, 0.5}});
  CHECK(*parse_responses("timeoutx2") == std::vector<PlannedResponse>{{std::nullopt, 2}});
  for (const char* bad :
       {"",       ",",         "500,",   "99",       "199",     "600",           "500x",
        "500x0",  "x3",        "500x-1", "500xx2",   "500@",    "500@120%",      "500@20",
        "500@x2", "500x2@20%", "@20%",   "timeouts", "500 200", "500x9999999999"}) {
    CAPTURE(bad);
    const auto refused = parse_responses(bad);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().kind == ErrorKind::usage);
  }
}

TEST_CASE("faults / the answers come in order and the last one stays") {
  FaultOptions options;
  options.responses = *parse_responses("500x3,timeout,200");
  FaultPlan plan(options);
  CHECK(next(plan, 7) == "500 500 500 t 200 200 200 ");
  options.responses = *parse_responses("503");
  FaultPlan always(options);
  CHECK(next(always, 3) == "503 503 503 ");
}

TEST_CASE("faults / a share is dropped and the seed says which") {
  FaultPlan first = dropping(0.1, 7);
  FaultPlan again = dropping(0.1, 7);
  FaultPlan other = dropping(0.1, 8);
  const std::string text = next(first, 10'000);
  CHECK(text == next(again, 10'000));
  CHECK(text != next(other, 10'000));
  const auto dropped = std::count(text.begin(), text.end(), 'd');
  CHECK(dropped > 850);
  CHECK(dropped < 1150);
  FaultPlan none = dropping(0, 7);
  CHECK(next(none, 3) == "- - - ");
  FaultPlan all = dropping(1, 7);
  CHECK(next(all, 3) == "d d d ");
}

TEST_CASE("faults / a dropped delivery does not use up an answer") {
  FaultOptions options;
  options.drop = 0.5;
  options.seed = 3;
  options.responses = *parse_responses("500x2,200");
  FaultPlan plan(options);
  std::string text = next(plan, 40);
  for (std::size_t at = 0; (at = text.find("d ", at)) != std::string::npos;) text.erase(at, 2);
  CHECK(text.starts_with("500 500 200 200 "));
}

TEST_CASE("faults / a share is answered so and the rest as usual") {
  const auto answering = [](const char* responses, double drop, std::uint64_t seed) {
    FaultOptions options;
    options.responses = *parse_responses(responses);
    options.drop = drop;
    options.seed = seed;
    CHECK(options.is_random());
    FaultPlan plan(options);
    return next(plan, 10'000);
  };
  const auto count = [](const std::string& text, char what) {
    return std::count(text.begin(), text.end(), what);
  };
  const std::string text = answering("500@20%", 0, 7);
  CHECK(text == answering("500@20%", 0, 7));
  CHECK(text != answering("500@20%", 0, 8));
  CHECK(count(text, '5') > 1850);
  CHECK(count(text, '5') < 2150);
  CHECK(count(text, '5') + count(text, '-') == 10'000);

  const std::string both = answering("timeout@20%", 0.1, 7);
  CHECK(count(both, 't') > 1850);
  CHECK(count(both, 't') < 2150);
  CHECK(count(both, 'd') > 850);
  CHECK(count(both, 'd') < 1150);

  const std::string turns = answering("500@0%x3,404", 0, 7);
  CHECK(turns.starts_with("- - - 404 404 "));
}
