// SPDX-License-Identifier: MIT
#include "render/check_report.hpp"

#include <doctest/doctest.h>

using namespace terra_hook;
using namespace std::chrono_literals;

namespace {

CheckSuite suite() {
  CheckSuite suite;
  suite.name = "terra-hook listen";
  suite.started_at = UtcTime(1'782'880'000s);
  suite.duration = 1'250ms;
  Check good;
  good.name = "1 delivery";
  good.duration = 500ms;
  Check bad;
  bad.name = "expect /a < 3 && header.x ~ '#\\d'";
  bad.has_passed = false;
  bad.kind = "expectation";
  bad.message = "no delivery \"meets\" it";
  bad.details = {"#1 a: /a is \"\x1b[31m]]>\xff\"", "#2 b: \xef\xbf\xbe"};
  suite.checks = {good, bad};
  return suite;
}

}  // namespace

TEST_CASE("check_report/junit counts and escapes") {
  CHECK(to_junit(suite()) == R"(<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="terra-hook listen" tests="2" failures="1" errors="0" skipped="0" time="1.250">
  <testsuite name="terra-hook listen" tests="2" failures="1" errors="0" skipped="0" time="1.250" timestamp="2026-07-01T04:26:40">
    <testcase classname="terra-hook.listen" name="1 delivery" time="0.500"/>
    <testcase classname="terra-hook.listen" name="expect /a &lt; 3 &amp;&amp; header.x ~ '#\d'" time="0.000">
      <failure type="expectation" message="no delivery &quot;meets&quot; it">#1 a: /a is &quot;\u001b[31m]]&gt;\xff&quot;
#2 b: \ufffe
</failure>
    </testcase>
  </testsuite>
</testsuites>
)");
}

TEST_CASE("check_report/tap numbers and escapes") {
  CHECK(to_tap(suite()) == R"(TAP version 13
1..2
ok 1 - 1 delivery
not ok 2 - expect /a < 3 && header.x ~ '\#\\d'
  ---
  type: "expectation"
  message: "no delivery \"meets\" it"
  details:
    - "#1 a: /a is \"\\u001b[31m]]>\\xff\""
    - "#2 b: \\ufffe"
  ...
)");
}

TEST_CASE("check_report/nothing to check is a plan of none") {
  CheckSuite empty;
  empty.name = "x";
  CHECK(to_tap(empty) == "TAP version 13\n1..0\n");
  CHECK(to_junit(empty).find("tests=\"0\" failures=\"0\"") != std::string::npos);
}
