// SPDX-License-Identifier: MIT
#include "render/wait_text.hpp"

#include <doctest/doctest.h>

#include <string>

#include "render/api_text.hpp"

using namespace terra_hook;
using namespace std::chrono_literals;

namespace {

Capture delivery_of(std::int64_t number, std::string_view trace_id,
                    std::optional<std::int64_t> chunk = {}) {
  Capture capture;
  capture.number = number;
  capture.summary.event_type = "sleep";
  capture.summary.record_count = 10;
  capture.body_size = 1000;
  capture.ids.trace_id = trace_id;
  capture.ids.chunk = chunk;
  return capture;
}

Capture announcement_of(std::int64_t number, std::optional<std::int64_t> expected) {
  Capture capture;
  capture.number = number;
  capture.summary.event_type = expected ? "large_request_sending" : "large_request_processing";
  capture.summary.expected_payloads = expected;
  return capture;
}

}  // namespace

TEST_CASE("wait / a small request is complete with its delivery") {
  WaitProgress progress;
  CHECK(wait_state_text(progress, {}) == "nothing has come yet");
  CHECK_FALSE(progress.is_complete());
  add_to_wait(progress, delivery_of(1, "a"));
  add_to_wait(progress, delivery_of(2, "a"));
  CHECK(progress.is_complete());
  CHECK(progress.deliveries == 1);
  CHECK(progress.duplicates == 1);
}

TEST_CASE("wait / what was not accepted does not count and may come again") {
  WaitProgress progress;
  Capture refused = delivery_of(1, "a");
  refused.answered = 500;
  add_to_wait(progress, refused);
  CHECK_FALSE(progress.is_complete());
  progress.unanswered = 1;
  CHECK(wait_state_text(progress, {}) ==
        "nothing has come yet; 1 answered other than 2xx; 1 not answered yet");
  Capture accepted = delivery_of(2, "a");
  accepted.answered = 204;
  add_to_wait(progress, accepted);
  CHECK(progress.is_complete());
  CHECK(progress.duplicates == 0);
}

TEST_CASE("wait / a large one with its last chunk in any order") {
  WaitProgress progress;
  add_to_wait(progress, delivery_of(1, "a:chunk:3", 3));
  CHECK_FALSE(progress.is_complete());
  CHECK_FALSE(progress.share());
  add_to_wait(progress, announcement_of(2, {}));
  add_to_wait(progress, announcement_of(3, 3));
  CHECK(progress.share() == doctest::Approx(1.0 / 3));
  add_to_wait(progress, delivery_of(4, "a:chunk:1", 1));
  add_to_wait(progress, delivery_of(5, "b:chunk:1", 1));
  CHECK(wait_state_text(progress, {}) == "2/3, missing 2");
  CHECK_FALSE(progress.is_complete());
  add_to_wait(progress, delivery_of(6, "a:chunk:2", 2));
  CHECK(progress.is_complete());
  CHECK(progress.records == 30);
  CHECK(progress.duplicates == 1);
}

TEST_CASE("wait / payloads without numbers are counted") {
  WaitProgress progress;
  add_to_wait(progress, announcement_of(1, 2));
  CHECK(wait_state_text(progress, {}) == "0/2 payloads");
  add_to_wait(progress, delivery_of(2, "a"));
  CHECK_FALSE(progress.is_complete());
  add_to_wait(progress, delivery_of(3, "b"));
  CHECK(progress.is_complete());
}

TEST_CASE("wait / what fails verification is told and does not count") {
  WaitProgress progress;
  Capture forged = delivery_of(1, "a");
  forged.verdict = Verdict::invalid;
  add_to_wait(progress, forged);
  CHECK_FALSE(progress.is_complete());
  CHECK(wait_state_text(progress, {}) == "nothing has come yet; 1 with a signature that fails");
  // The same, sent again as it should be.
  add_to_wait(progress, delivery_of(2, "a"));
  CHECK(progress.is_complete());
}

TEST_CASE("wait / lines fit the terminal") {
  WaitProgress progress;
  add_to_wait(progress, announcement_of(1, 43));
  for (int n = 1; n <= 40; n += 2) add_to_wait(progress, delivery_of(n + 1, "t", n));
  ApiProgress split;
  split.total = 57;
  split.total_days = 400;
  split.days = 100;
  split.records = 123'456;
  split.bytes = 98'765'432;
  split.elapsed = 90s;
  split.timeout = 60s;
  split.host = "access.tryterra.co";
  for (const std::size_t width : {20, 40, 60, 80, 200}) {
    Terminal terminal;
    terminal.width = width;
    const Style style(terminal);
    CAPTURE(width);
    CHECK(display_width(wait_line(progress, 61s, 1h, style)) < width);
    CHECK(display_width(api_progress_text(split, style)) < width);
  }
  CHECK(api_progress_text(split, {}).find(" 25%  0 of 57 windows  123,456 records") !=
        std::string::npos);
  split.total = 1;
  CHECK(api_progress_text(split, {}).find("waiting for access.tryterra.co  1 min 30 s of 1 min") !=
        std::string::npos);
}
