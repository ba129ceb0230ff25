// SPDX-License-Identifier: MIT
// What `emulate` says of itself.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "base/terminal.hpp"
#include "render/emulate_report.hpp"

using namespace terra_hook;
using namespace std::chrono_literals;

namespace {

ApiExchangeDone an_exchange() {
  ApiExchangeDone done;
  done.method = "GET";
  done.target = "/v2/activity?user_id=1";
  done.status = 200;
  done.answer_size = 1200;
  done.latency = 3100us;
  done.remark = "30 days with samples, to the webhook";
  return done;
}

WebhookAttempt an_attempt() {
  WebhookAttempt attempt;
  attempt.event_type = "activity";
  attempt.chunk = 3;
  attempt.chunks = 43;
  attempt.status = 500;
  attempt.latency = 12ms;
  attempt.body_size = 9'800'000;
  attempt.answer = "oh no\nsecond line";
  attempt.tries = 10;
  attempt.outcome = DeliveryOutcome::retrying;
  attempt.retry_in = 30s;
  return attempt;
}

/// Without the clock, which is the machine's.
std::string without_time(const std::string& line) {
  return line.substr(10);
}

}  // namespace

TEST_CASE("emulate text - a request is one line without its query") {
  const Style style;
  CHECK(without_time(exchange_text(an_exchange(), false, 100, style)) ==
        "GET /v2/activity                  200   3.1 ms   1.2 KB  30 days with samples, to the "
        "web…\n");
  CHECK(exchange_text(an_exchange(), true, 100, style).find("?user_id=1") != std::string::npos);
  ApiExchangeDone dropped = an_exchange();
  dropped.status = 0;
  CHECK(exchange_text(dropped, false, 100, style).find("---") != std::string::npos);
}

TEST_CASE("emulate text - a failed try shows what was answered and when it goes on") {
  const std::string text = attempt_text(an_attempt(), false, 120, Style());
  CHECK(without_time(text) ==
        "→ activity 3/43                   500    12 ms   9.8 MB  try 1 of 10, next in 30 s\n"
        "    oh no\n    second line\n");
  WebhookAttempt good = an_attempt();
  good.status = 200;
  good.outcome = DeliveryOutcome::delivered;
  good.retry_in.reset();
  CHECK(attempt_text(good, false, 120, Style()).find("oh no") == std::string::npos);
  CHECK(attempt_text(good, true, 120, Style()).find("oh no") != std::string::npos);
}

TEST_CASE("emulate text - no line is wider than the terminal nor holds control characters") {
  Terminal terminal;
  terminal.width = 40;
  const Style narrow(terminal);
  ApiExchangeDone hostile = an_exchange();
  hostile.target = "/\x1b[31m" + std::string(200, 'x');
  hostile.remark = "\x07 bell " + std::string(200, 'y');
  WebhookAttempt attempt = an_attempt();
  attempt.answer = "\x1b]0;title\x07" + std::string(200, 'z');
  StepTaken step{UtcTime{}, 3, "sync", "\x1b[2J" + std::string(200, 'w'), ""};
  for (const std::size_t width : {40U, 80U}) {
    for (const std::string& text :
         {exchange_text(hostile, true, width, narrow), attempt_text(attempt, true, width, narrow),
          step_text(step, width, narrow)}) {
      CHECK(text.find_first_of("\x1b\x07") == std::string::npos);
      for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = text.find('\n', begin);
        CHECK(display_width(text.substr(begin, end - begin)) <= width);
        begin = end + 1;
      }
    }
  }
}

TEST_CASE("emulate text - the start says that it is not Terra") {
  EmulatorReady ready;
  ready.url = "http://127.0.0.1:8080";
  ready.users.resize(12);
  const std::string text = ready_text(ready, Style());
  CHECK(text.find("This is not Terra") != std::string::npos);
  CHECK(text.find("and 2 more") != std::string::npos);
  CHECK(text.find("none: events go nowhere") != std::string::npos);
}

TEST_CASE("emulate JSON - each line is one object with its type") {
  const auto type_of = [](const std::string& line) {
    REQUIRE(line.ends_with("}\n"));
    return nlohmann::json::parse(line)["type"].get<std::string>();
  };
  CHECK(type_of(ready_json({})) == "ready");
  CHECK(type_of(exchange_json(an_exchange())) == "request");
  CHECK(type_of(attempt_json(an_attempt())) == "attempt");
  CHECK(type_of(step_json({})) == "step");
  CHECK(type_of(emulator_note_json("x")) == "note");
  CHECK(type_of(summary_json(EmulatorSummary())) == "summary");
  const auto attempt = nlohmann::json::parse(attempt_json(an_attempt()));
  CHECK(attempt["outcome"] == "retrying");
  CHECK(attempt["retry_in_ms"] == 30000);
  CHECK(attempt["expected_payloads"] == 43);
  CHECK(nlohmann::json::parse(ready_json({}))["emulated"] == true);
}
