// SPDX-License-Identifier: MIT
// The emulator's small rules: dates, limits, faults, chaos, the lines of a script.
#include <doctest/doctest.h>

#include <set>
#include <string>

#include "terra/api_call.hpp"
#include "terra/api_dates.hpp"
#include "terra/api_fault.hpp"
#include "terra/api_problem.hpp"
#include "terra/chaos.hpp"
#include "terra/day_budget.hpp"
#include "terra/scenario.hpp"

using namespace terra_hook;
using namespace std::chrono_literals;

namespace {

Day day_at(std::string_view text) {
  const auto day = parse_api_day(text);
  REQUIRE(day);
  return *day;
}

DaySpan days_between(std::string_view first, std::string_view end) {
  return {day_at(first), day_at(end)};
}

ApiCall get_call(std::string target) {
  return read_api_call("GET", std::move(target), {}, "");
}

std::string field_of(const HeaderFields& fields, std::string_view name) {
  return std::string(find_field(fields, name).value_or("(none)"));
}

}  // namespace

TEST_CASE("an API call is read from its target") {
  struct Case {
    const char* target;
    const char* path;
  };
  const Case cases[] = {{"/v2/activity?user_id=1", "/activity"},
                        {"/api/v2/activity", "/activity"},
                        {"/activity/", "/activity"},
                        {"/v2//activity", "/activity"},
                        {"/v2", "/"},
                        {"/v22/activity", "/v22/activity"},
                        {"/v2/us%65rInfo", "/userInfo"},
                        {"*", "*"}};
  for (const Case& item : cases) CHECK(get_call(item.target).path == item.path);

  const ApiCall call = get_call("/v2/x?a=1&b=two+words%2B&a=2&empty=&%zz=%4&flag");
  CHECK(call.parameter("a") == "1");
  CHECK(call.parameter("b") == "two words+");
  CHECK(call.parameter("%zz") == "%4");
  CHECK_FALSE(call.parameter("empty"));
  CHECK_FALSE(call.parameter("flag"));
  CHECK_FALSE(call.parameter("none"));
  CHECK(call.target == "/v2/x?a=1&b=two+words%2B&a=2&empty=&%zz=%4&flag");
}

TEST_CASE("API dates are dates or ten digits") {
  CHECK(to_text(day_at("2026-07-01")) == "2026-07-01");
  CHECK(to_text(day_at("1782863999")) == "2026-06-30");
  CHECK(to_text(day_at("1782864000")) == "2026-07-01");
  for (const char* bad : {"", "2026-7-1", "2026-02-30", "2026-07-01T00:00:00Z", "178286400",
                          "1782864000000", "today", "2026/07/01", "+026-07-01", "20260701xx"}) {
    CHECK_FALSE(parse_api_day(bad));
  }
  CHECK(parse_api_end("1782864000") == day_at("2026-07-01"));
  CHECK(parse_api_end("1782864001") == day_at("2026-07-02"));
  const Day today = day_at("2026-07-10");
  CHECK(parse_relative_day("today", today) == today);
  CHECK(parse_relative_day("yesterday", today) == day_at("2026-07-09"));
  CHECK(parse_relative_day("30d", today) == day_at("2026-06-10"));
  CHECK_FALSE(parse_relative_day("d", today));
  CHECK_FALSE(parse_relative_day("-1d", today));
}

TEST_CASE("a request is large when it is for more than a calendar month") {
  CHECK_FALSE(days_between("2026-12-01", "2027-01-01").is_large());
  CHECK(days_between("2026-12-01", "2027-01-02").is_large());
  CHECK_FALSE(days_between("2026-02-01", "2026-03-01").is_large());
  CHECK(days_between("2026-02-01", "2026-03-02").is_large());
  // The 31st of the next month does not exist: its last day ends the month.
  CHECK_FALSE(days_between("2026-01-31", "2026-02-28").is_large());
  CHECK(days_between("2026-01-31", "2026-03-01").is_large());
  CHECK_FALSE(days_between("2026-07-02", "2026-07-01").is_large());
  CHECK(days_between("2026-07-02", "2026-07-01").days() == 0);
}

TEST_CASE("the day limits are r1 a request and r2 an hour and user") {
  DayBudget budget({});
  const UtcTime start{};
  CHECK(budget.take("a", 1826, start).rule == "r1");
  CHECK(field_of(budget.take("a", 1826, start).fields(), "X-Terra-RateLimit-Rule") == "r1");
  CHECK(field_of(budget.take("a", 1826, start).fields(), "Retry-After") == "(none)");

  const DayVerdict first = budget.take("a", 1825, start);
  CHECK(first.rule == "");
  CHECK(field_of(first.fields(), "X-Terra-RateLimit-Limit") == "6000");
  CHECK(field_of(first.fields(), "X-Terra-RateLimit-Remaining") == "4175");
  CHECK(field_of(first.fields(), "X-Terra-RateLimit-Reset-After") == "3600");
  CHECK(budget.take("a", 1825, start + 10min).rule == "");
  CHECK(budget.take("a", 1825, start + 20min).remaining == 525);

  // 525 are left: 600 fit once the first 1825 have come back, in 30 minutes.
  const DayVerdict refused = budget.take("a", 600, start + 30min);
  CHECK(refused.rule == "r2");
  CHECK(field_of(refused.fields(), "Retry-After") == "1800");
  CHECK(budget.take("a", 525, start + 30min).rule == "");
  CHECK(budget.take("b", 600, start + 30min).rule == "");
  CHECK(budget.take("a", 600, start + 60min).rule == "");
  // More than an hour's days can never be asked for.
  CHECK(DayBudget({10, 5}).take("a", 6, start).retry_after == 3600s);
}

TEST_CASE("API faults are read and used up in order") {
  const auto rule = parse_api_fault("GET /activity:504x2,processing");
  REQUIRE(rule);
  ApiFaultPlan plan;
  plan.add(*rule);
  plan.add(*parse_api_fault("*:429,drop"));
  const auto take = [&](const char* method, const char* path) {
    const auto fault = plan.take(method, path);
    return fault ? to_text(*fault) : std::string("-");
  };
  CHECK(take("GET", "/activity") == "504");
  CHECK(take("GET", "/sleep") == "429");
  CHECK(take("GET", "/activity") == "504");
  CHECK(take("GET", "/activity") == "processing");
  CHECK(take("GET", "/activity") == "drop");
  CHECK(take("GET", "/activity") == "-");
  for (const char* bad :
       {"", "GET /activity", "activity:504", "GET /activity:", "GET /activity:200",
        "GET /activity:504x0", "GET /activity:504,", "/a b:504", ":504"}) {
    const auto refused = parse_api_fault(bad);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == ErrorKind::usage);
  }
}

TEST_CASE("a problem document has no status and names the request") {
  const HttpResponse response = problem_response(404, "/v2/x?a=\"", "user not found");
  CHECK(field_of(response.headers, "Content-Type") == "application/problem+json");
  CHECK(response.body == R"({"type":"about:blank","title":"not found","instance":"/v2/x?a=\"",)"
                         R"("detail":"user not found"})");
}

TEST_CASE("chaos follows from the seed and the number alone") {
  const auto options = parse_chaos("duplicate=20%,reorder=50%");
  REQUIRE(options);
  ChaosOptions seeded = *options;
  seeded.seed = 7;
  int duplicates = 0;
  int reordered = 0;
  std::set<std::int64_t> delays;
  for (std::uint64_t i = 0; i < 1000; ++i) {
    const ChaosFate fate = chaos_fate(seeded, i);
    const ChaosFate again = chaos_fate(seeded, i);
    CHECK(fate.delay == again.delay);
    CHECK(fate.duplicate == again.duplicate);
    duplicates += fate.duplicate ? 1 : 0;
    reordered += fate.delay > 0ms ? 1 : 0;
    delays.insert(fate.delay.count());
  }
  CHECK(duplicates > 150);
  CHECK(duplicates < 250);
  CHECK(reordered > 430);
  CHECK(reordered < 570);
  CHECK(delays.size() > 300);
  CHECK(parse_chaos("30%")->reordered == 0.3);
  CHECK(parse_chaos("30%")->duplicates == 0.3);
  CHECK_FALSE(chaos_fate({}, 1).duplicate);
  for (const char* bad : {"", "duplicate", "110%", "late=10%", "duplicate=10%,"}) {
    CHECK_FALSE(parse_chaos(bad));
  }
}

TEST_CASE("a script's lines become steps") {
  const auto steps = parse_script(
      "# a morning\n"
      "connect GARMIN reference_id='alice smith'\r\n"
      "\n"
      "sync 1 date=yesterday type=sleep,daily # a comment\n"
      "settings webhook=http://localhost:1/#x\n"
      "fault 'GET /activity:504x2'\n"
      "stop",
      "s.txt");
  REQUIRE(steps);
  REQUIRE(steps->size() == 5);
  CHECK((*steps)[0].line == 2);
  CHECK((*steps)[0].argument("provider") == "GARMIN");
  CHECK((*steps)[0].argument("reference_id") == "alice smith");
  CHECK((*steps)[1].argument("user") == "1");
  CHECK((*steps)[1].argument("type") == "sleep,daily");
  CHECK((*steps)[2].argument("webhook") == "http://localhost:1/#x");
  CHECK((*steps)[3].argument("rule") == "GET /activity:504x2");
  CHECK((*steps)[4].action == "stop");

  struct Case {
    const char* line;
    const char* message;
  };
  const Case cases[] = {{"snyc 1", "s.txt: line 1: 'snyc' is not an action"},
                        {"sync", "s.txt: line 1: sync needs a user"},
                        {"sync 1 day=today", "s.txt: line 1: sync takes no 'day'"},
                        {"sync 1 today", "s.txt: line 1: 'today' has no name"},
                        {"\nwait", "s.txt: line 2: wait needs a duration"}};
  for (const Case& item : cases) {
    const auto refused = parse_script(item.line, "s.txt");
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message == item.message);
    CHECK(refused.error().kind == ErrorKind::input);
  }
  const auto hint = [](const char* line) { return parse_script(line, "s.txt").error().hint; };
  CHECK(hint("sync 1 day=today") == "it takes user (required), date, type, with_samples");
  CHECK(hint("connect who=me x=1") == "it takes provider, reference_id");
  CHECK(hint("settle x=1") == "it takes nothing");
}

TEST_CASE("a control call is a step") {
  const auto call = [](const char* target, const char* body) {
    return read_control_call(read_api_call("POST", target, {}, body));
  };
  const auto step = call("/control/sync?user=2", R"({"date":"today","type":["sleep","daily"]})");
  REQUIRE(step);
  CHECK(step->action == "sync");
  CHECK(step->argument("user") == "2");
  CHECK(step->argument("type") == "sleep,daily");
  CHECK(call("/control/backfill", R"({"user":1,"with_samples":true})")->argument("user") == "1");
  CHECK_FALSE(call("/control/sync", R"({"user":{}})"));
  CHECK_FALSE(call("/control/sync", "[1]"));
  CHECK_FALSE(call("/control/sync", "{"));
  CHECK_FALSE(call("/control/sync", ""));
  CHECK(call("/control/wait?duration=1s", "").error().message == "wait is for scripts");
}
