// SPDX-License-Identifier: MIT
#include "render/replay_report.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

#include "base/terminal.hpp"

using namespace terra_hook;
using namespace std::chrono_literals;

namespace {

Style style_of(std::size_t width, bool unicode = true) {
  Terminal terminal;
  terminal.width = width;
  terminal.unicode = unicode;
  return Style(terminal);
}

ReplayAttempt attempt_of(std::optional<int> status) {
  ReplayAttempt attempt;
  attempt.request.name = "#12";
  attempt.request.capture = 12;
  attempt.request.event_type = "sleep";
  attempt.request.method = "POST";
  attempt.request.url = "http://localhost:3000/hook?token=abc";
  attempt.latency = 7'100us;
  attempt.status = status;
  attempt.is_ok = status == 200;
  return attempt;
}

ReplaySummary summary_of(const std::string& url) {
  ReplaySummary summary;
  summary.succeeded = 9'998;
  summary.failed = 2;
  summary.attempts = 10'004;
  summary.retries = 4;
  summary.bytes = 41'000'000;
  summary.duration = 1s;
  summary.seed = 7;
  TargetSummary target;
  target.url = url;
  target.succeeded = 9'998;
  target.failed = 2;
  target.attempts = 10'004;
  target.statuses = {{200, 9'998}, {500, 5}, {0, 1}};
  for (int i = 0; i < 100; ++i) target.latency.add(420us);
  target.latency.add(120ms);
  summary.targets.push_back(target);
  return summary;
}

std::size_t widest(const std::string& text) {
  std::size_t width = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    width = std::max(width, display_width(text.substr(begin, end - begin)));
    begin = end + 1;
  }
  return width;
}

}  // namespace

TEST_CASE("replay_report/an answer that was not read to its end is marked") {
  ReplayAttempt attempt = attempt_of(200);
  attempt.answer_size = 64ULL << 20;
  CHECK(attempt_text(attempt, false, style_of(100)).find("the answer") == std::string::npos);
  attempt.is_answer_cut = true;
  CHECK(attempt_text(attempt, false, style_of(100)).find("the answer was read up to 67.1 MB") !=
        std::string::npos);
}

TEST_CASE("replay_report/a line a try") {
  const Style style = style_of(100);
  CHECK(attempt_text(attempt_of(200), false, style) ==
        "#12     200    7.1 ms  sleep                 POST http://localhost:3000/hook\n");
  ReplayAttempt failed = attempt_of(500);
  failed.number = 2;
  failed.tries = 10;
  failed.retry_in = 1min;
  failed.body = "first\r\n\x1b[2Jsecond\n";
  CHECK(
      attempt_text(failed, false, style) ==
      "#12     500    7.1 ms  sleep                 POST http://localhost:3000/hook  try 2 of 10, "
      "next in 1 min\n"
      "        first\n"
      "        \\u001b[2Jsecond\n");
  ReplayAttempt nobody = attempt_of(std::nullopt);
  nobody.error = "cannot connect to localhost:3000: connection refused";
  nobody.hint = "is the server running?";
  nobody.request.is_duplicate = true;
  CHECK(attempt_text(nobody, false, style) ==
        "#12     ---    7.1 ms  sleep                 POST http://localhost:3000/hook  duplicate\n"
        "        cannot connect to localhost:3000: connection refused\n"
        "        is the server running?\n");
  ReplayAttempt odd = attempt_of(200);
  odd.request.event_type = "\x1b]0;x\x07";
  odd.request.name = "a\x1b.json";
  CHECK(attempt_text(odd, true, style).find('\x1b') == std::string::npos);
}

TEST_CASE("replay_report/no line ends in blanks") {
  for (const std::size_t width : {40U, 60U, 80U, 1000U}) {
    CAPTURE(width);
    ReplayAttempt attempt = attempt_of(200);
    attempt.request.name = "/tmp/tmp.5oqoA7I0SC/sleep.json";
    const std::string line = attempt_text(attempt, false, style_of(width));
    CHECK(line.find(" \n") == std::string::npos);
    attempt.request.is_duplicate = true;
    CHECK(attempt_text(attempt, false, style_of(width)).ends_with("  duplicate\n"));
  }
}

TEST_CASE("replay_report/the summary fits the terminal") {
  const ReplaySummary summary = summary_of("http://localhost:3000/hook");
  CHECK(summary_text(summary, style_of(100)) ==
        "10,000 deliveries, 41 MB in 1 s (10,000/s)\n"
        "  target                         ok  failed   tries      p50      p95      p99     max\n"
        "  http://localhost:3000/hook  9,998       2  10,004  0.42 ms  0.42 ms  0.42 ms  120 ms\n"
        "  statuses    no answer x 1, 200 x 9,998, 500 x 5\n"
        "  retries     4\n"
        "  seed        7\n");
  const ReplaySummary wide = summary_of("http://localhost:3000/" + std::string(200, 'x'));
  for (const std::size_t width : {40U, 60U, 80U, 120U}) {
    CAPTURE(width);
    const std::string text = summary_text(wide, style_of(width));
    CHECK(widest(text.substr(0, text.find("statuses"))) <= width);
    CHECK(text.find("p99") != std::string::npos);
  }
}

TEST_CASE("replay_report/the bar fits and is plain where it must be") {
  const ReplayProgress progress{2'500, 10'000, 3, 0, 1s};
  CHECK(progress_text(progress, style_of(80)) ==
        "███████░░░░░░░░░░░░░░░░░░░░░  25%  2,500 of 10,000  2,500/s  3 failed  3 s left");
  CHECK(progress_text(progress, style_of(80, false)).starts_with("#######-----"));
  for (const std::size_t width : {10U, 30U, 40U, 200U}) {
    CHECK(display_width(progress_text(progress, style_of(width))) < width);
  }
  CHECK(progress_text({0, 0, 0, 0, 0s}, style_of(80)).find("100%") != std::string::npos);
}

TEST_CASE("replay_report/objects for programs") {
  using Json = nlohmann::json;
  ReplayAttempt attempt = attempt_of(503);
  attempt.number = 2;
  attempt.tries = 3;
  attempt.retry_after = 5s;
  attempt.retry_in = 5s;
  attempt.body = "b\xff";
  const std::string line = attempt_json(attempt);
  CHECK(line.ends_with("}\n"));
  const Json object = Json::parse(line);
  CHECK(object.at("type") == "attempt");
  CHECK(object.at("try") == 2);
  CHECK(object.at("status") == 503);
  CHECK(object.at("latency_ms") == 7.1);
  CHECK(object.at("retry_after_ms") == 5000);
  CHECK(object.at("retry_in_ms") == 5000.0);
  CHECK(object.at("response_text") == "b\xEF\xBF\xBD");
  const Json summary = Json::parse(summary_json(summary_of("http://h/")));
  CHECK(summary.at("type") == "summary");
  CHECK(summary.at("deliveries") == 10'000);
  CHECK(summary.at("targets")[0].at("by_status").at("none") == 1);
  CHECK(summary.at("latency_ms").at("max") == 120.0);
  CHECK(Json::parse(planned_json(attempt.request)).at("type") == "planned");
}
