// SPDX-License-Identifier: MIT
#include "webhook/retry_schedule.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace terra_hook;
using namespace std::chrono_literals;

namespace {

/// The waits in seconds.
std::string waits_of(std::string_view text) {
  const auto schedule = parse_retry_schedule(text);
  if (!schedule) {
    CHECK(schedule.error().kind == ErrorKind::usage);
    return "!" + schedule.error().message;
  }
  std::string waits;
  for (const auto wait : schedule->waits) {
    waits += (waits.empty() ? "" : " ") +
             std::to_string(std::chrono::duration_cast<std::chrono::seconds>(wait).count());
  }
  return waits;
}

}  // namespace

TEST_CASE("retry_schedule/the schedules by name") {
  CHECK(waits_of("terra") == "30 60 120 240 480 960 1920 3840 7680");
  CHECK(waits_of("terra-faq") == "300 1800 3600 7200 14400 21600 21600 21600");
  CHECK(waits_of("vantage") == "1 2 4 8 5 10 20 40 80 160 320 600 600");
  CHECK(waits_of("none").empty());
  CHECK(parse_retry_schedule("terra")->tries() == 10);
  CHECK(parse_retry_schedule("vantage")->tries() == 14);
  CHECK(parse_retry_schedule("terra-faq")->duration() > 24h);
  CHECK(parse_retry_schedule("terra-faq")->duration() < 26h);
  for (const std::string_view name : retry_schedule_names()) {
    CHECK(parse_retry_schedule(name)->name == name);
  }
}

TEST_CASE("retry_schedule/a formula counts tries and is bounded") {
  CHECK(waits_of("30s*2^10<=8h") == waits_of("terra"));
  CHECK(waits_of("1m * 3 ^ 4 <= 5m") == "60 180 300");
  CHECK(waits_of("2s*1^4") == "2 2 2");
  CHECK(waits_of("10s*1.5^3") == "10 15");
  CHECK(waits_of("30s*2^1").empty());
  CHECK(waits_of("1d*1000^5").ends_with(" 3155760000"));  // no overflow
  CHECK(waits_of("1s,2s, 4s") == "1 2 4");
  CHECK(waits_of("5m") == "300");
  for (const char* text :
       {"", "3", "terrra", "30s*2", "30s*^10", "30s*0.5^3", "30s*2^0", "30s*2^1001", "30s*nan^3",
        "x*2^3", "30s*2^3<=x", "1s,,2s", "1s;2s", "30s*2^-1", "30s*2^3x"}) {
    CAPTURE(text);
    CHECK(waits_of(text).starts_with("!"));
  }
}

TEST_CASE("retry_schedule/what is tried again") {
  for (const int status : {0, 100, 301, 302, 400, 401, 404, 408, 413, 429, 500, 503, 504, 599}) {
    CAPTURE(status);
    CHECK(is_retried(RetryRule::all_failures, status));
    const bool is_transient = status == 0 || status == 408 || status == 429 || status >= 500;
    CHECK(is_retried(RetryRule::transient_failures, status) == is_transient);
  }
  for (const int status : {200, 201, 204, 299}) {
    CHECK(!is_retried(RetryRule::all_failures, status));
    CHECK(!is_retried(RetryRule::transient_failures, status));
  }
  CHECK(parse_retry_schedule("vantage")->rule == RetryRule::transient_failures);
  CHECK(parse_retry_schedule("terra")->rule == RetryRule::all_failures);
}

TEST_CASE("retry_schedule/a longer Retry-After is honoured") {
  const auto schedule = *parse_retry_schedule("5s,10s");
  CHECK(wait_before_try(schedule, 2, std::nullopt) == 5s);
  CHECK(wait_before_try(schedule, 3, 1s) == 10s);
  CHECK(wait_before_try(schedule, 3, 60s) == 60s);
  CHECK(wait_before_try(schedule, 4, 60s) == std::nullopt);
  CHECK(wait_before_try(schedule, 1, std::nullopt) == std::nullopt);

  const UtcTime now = *parse_iso8601("2026-07-01T10:00:00Z");
  const std::pair<const char*, std::optional<std::chrono::milliseconds>> rows[] = {
      {"120", 120s},
      {" 0 ", 0s},
      {"Wed, 01 Jul 2026 10:00:30 GMT", 30s},
      {"Wed, 01 Jul 2026 09:00:00 GMT", 0s},
      {"Thu, 01 Jul 2027 10:00:00 GMT", 24h},
      {"99999999999999999999", 24h},
      {"86401", 24h},
      {"", std::nullopt},
      {"-1", std::nullopt},
      {"1.5", std::nullopt},
      {"soon", std::nullopt},
      {"Wed, 01 Jxl 2026 10:00:30 GMT", std::nullopt},
      {"Wed, 99 Jul 2026 10:00:30 GMT", std::nullopt},
  };
  for (const auto& row : rows) {
    const auto& [value, expected] = row;
    CAPTURE(row.first);
    CHECK(parse_retry_after(value, now) == expected);
  }
}

TEST_CASE("retry_schedule/a speed divides waits") {
  CHECK(*parse_speed("600x") == 600);
  CHECK(*parse_speed("0.5x") == 0.5);
  CHECK(*parse_speed("10") == 10);
  for (const char* text : {"", "x", "0x", "-1x", "nanx", "inf", "1e9x", "10X", "2x2"}) {
    CAPTURE(text);
    CHECK(!parse_speed(text));
  }
  CHECK(at_speed(30s, 600) == 50ms);
  CHECK(at_speed(1s, 0.5) == 2s);
}
