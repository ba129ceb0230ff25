// SPDX-License-Identifier: MIT
#include "base/time.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <ctime>
#include <limits>
#include <string>

using namespace terra_hook;
using namespace std::chrono_literals;
using std::chrono::microseconds;

namespace {

constexpr UtcTime at(std::int64_t seconds, std::int64_t micro = 0) {
  return UtcTime(std::chrono::seconds(seconds) + microseconds(micro));
}

// Sets the process's time zone for as long as it lives.
class TimeZone {
 public:
  explicit TimeZone(const char* name) {
    if (const char* old = std::getenv("TZ")) {
      old_ = old;
    }
    setenv("TZ", name, 1);
    tzset();
  }
  TimeZone(const TimeZone&) = delete;
  TimeZone& operator=(const TimeZone&) = delete;
  ~TimeZone() {
    if (old_) {
      setenv("TZ", old_->c_str(), 1);
    } else {
      unsetenv("TZ");
    }
    tzset();
  }

 private:
  std::optional<std::string> old_;
};

}  // namespace

TEST_CASE("base time - RFC 3339") {
  CHECK(to_rfc3339(at(0)) == "1970-01-01T00:00:00.000000Z");
  CHECK(to_rfc3339(at(1782889451, 123456)) == "2026-07-01T07:04:11.123456Z");
  CHECK(to_rfc3339(at(951782400, 7)) == "2000-02-29T00:00:00.000007Z");
  CHECK(to_rfc3339(at(0, -1)) == "1969-12-31T23:59:59.999999Z");
}

TEST_CASE("base time - local clock follows the time zone") {
  const TimeZone zone("TST-05:30");  // POSIX: 5 h 30 min east of Greenwich
  CHECK(to_local_clock(at(1782889451, 113999)) == "12:34:11.113");
  CHECK(to_local_date_time(at(1782889451, 999999)) == "2026-07-01 12:34:11");
  CHECK(to_local_date_time(at(1782844200)) == "2026-07-01 00:00:00");
  CHECK(to_local_clock(at(0, -1)) == "05:29:59.999");
}

TEST_CASE("base time - times as Terra writes them") {
  const UtcTime expected = at(1782889451);
  for (const char* text :
       {"2026-07-01T07:04:11Z", "2026-07-01 07:04:11Z", "2026-07-01T07:04:11",
        "2026-07-01t07:04:11z", "2026-07-01T07:04:11.000000+00:00", "2026-07-01T09:04:11+02:00",
        "2026-07-01T01:34:11-05:30", "2026-07-01T09:04:11+0200", "2026-06-30T23:04:11.0-08:00"}) {
    CAPTURE(text);
    CHECK(parse_iso8601(text) == expected);
  }
  CHECK(parse_iso8601("2026-07-01T07:04:11.5Z") == at(1782889451, 500000));
  CHECK(parse_iso8601("2026-07-01T07:04:11.123456789Z") == at(1782889451, 123456));
  CHECK(parse_iso8601("2026-06-30T23:59:60Z") == at(1782864000));
  CHECK(parse_iso8601("0001-01-01T00:00:00Z") == at(-62135596800));
}

TEST_CASE("base time - what is no time is refused") {
  for (const char* bad : {"",
                          "2026",
                          "2026-07-01",
                          "2026-07-01T",
                          "2026-07-01T07:04",
                          "2026-07-01T24:00:00Z",
                          "2026-07-01T07:60:00Z",
                          "2026-07-01T07:00:61Z",
                          "2026-07-01T07:03:71Z",
                          "2026-02-29T00:00:00Z",
                          "2026-13-01T00:00:00Z",
                          "2026-00-01T00:00:00Z",
                          "2026-07-32T00:00:00Z",
                          "2026-7-1T00:00:00Z",
                          "26-07-01T00:00:00Z",
                          "2026-07-01T07:04:11.Z",
                          "2026-07-01T07:04:11.1234567890Z",
                          "2026-07-01T07:04:11,5Z",
                          "2026-07-01T07:04:11X",
                          "2026-07-01T07:04:11Z ",
                          " 2026-07-01T07:04:11Z",
                          "2026-07-01T07:04:11ZZ",
                          "2026-07-01T07:04:11+2",
                          "2026-07-01T07:04:11+24:00",
                          "2026-07-01T07:04:11+02:60",
                          "2026-07-01T07:04:11+02:",
                          "-026-07-01T00:00:00Z",
                          "2026/07/01T00:00:00Z",
                          "2026-07-01  07:04:11Z"}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_iso8601(bad).has_value());
  }
}

TEST_CASE("base time - RFC 3339 is read back") {
  for (const UtcTime time : {at(0), at(1782889451, 123456), at(-1, 1), at(253402300799, 999999)}) {
    CHECK(parse_iso8601(to_rfc3339(time)) == time);
  }
}

TEST_CASE("base time - durations") {
  const struct {
    const char* text;
    std::chrono::milliseconds length;
  } cases[] = {{"0", 0ms},          {"500ms", 500ms},       {"30s", 30s},
               {"30", 30s},         {"5m", 5min},           {"2h", 2h},
               {"3d", 72h},         {"007s", 7s},           {"0ms", 0ms},
               {"36525d", 876600h}, {"3155760000", 876600h}};
  for (const auto& entry : cases) {
    CAPTURE(entry.text);
    const auto duration = parse_duration(entry.text);
    REQUIRE(duration);
    CHECK(duration->count() == entry.length.count());
  }
}

TEST_CASE("base time - what is no duration is a usage error that names it") {
  for (const char* bad :
       {"", "s", "-5s", "+5s", "5 s", " 5s", "5s ", "1.5h", "5w", "5M", "5sec", "1h30m"}) {
    CAPTURE(bad);
    const auto duration = parse_duration(bad);
    REQUIRE_FALSE(duration);
    CHECK(duration.error().kind == ErrorKind::usage);
    CHECK(duration.error().message == "'" + std::string(bad) + "' is not a duration");
    CHECK_FALSE(duration.error().hint.empty());
  }
  for (const char* bad : {"36526d", "3155760001", "9223372036854775807d", "99999999999999999999s",
                          "9223372036854775808"}) {
    CAPTURE(bad);
    const auto duration = parse_duration(bad);
    REQUIRE_FALSE(duration);
    CHECK(duration.error().kind == ErrorKind::usage);
    CHECK(duration.error().message == "duration '" + std::string(bad) + "' is too long");
  }
}

TEST_CASE("base time - points in time") {
  const UtcTime now = at(1782889451, 5);
  const struct {
    const char* text;
    UtcTime time;
  } cases[] = {{"2026-07-01T07:04:11Z", at(1782889451)},
               {"2026-07-01", at(1782864000)},
               {"today", at(1782864000)},
               {"yesterday", at(1782777600)},
               {"2099-01-01", at(4070908800)},
               {"10m", now - 10min},
               {"2h", now - 2h},
               {"3d", now - 72h},
               {"250ms", now - 250ms}};
  for (const auto& entry : cases) {
    CAPTURE(entry.text);
    const auto time = parse_point_in_time(entry.text, now);
    REQUIRE(time);
    CHECK(to_rfc3339(*time) == to_rfc3339(entry.time));
  }
  const TimeZone zone("TST-05:30");  // it is 12:34:11.000005 there
  const std::pair<const char*, UtcTime> clocks[] = {
      {"12:34:11", at(1782889451)},
      {"12:34", at(1782889440)},
      {"12:34:12", at(1782889452) - 24h},
      {"12:35", at(1782889500) - 24h},
      {"00:00", at(1782844200)},
      {"23:59:59", at(1782844199)},
      // As a line of `list` has it; with a zone, or ISO's T, it is what that says.
      {"2026-07-01 12:34:11", at(1782889451)},
      {"2026-07-01 12:34", at(1782889440)},
      {"07-01 12:34", at(1782889440)},
      {"07-01 12:35", at(1782889500) - 365 * 24h},
      {"2026-07-01 07:04:11Z", at(1782889451)},
      {"2026-07-01 12:34:11+05:30", at(1782889451)},
      {"2026-07-01T07:04:11", at(1782889451)}};
  for (const auto& clock : clocks) {
    CAPTURE(clock.first);
    const auto time = parse_point_in_time(clock.first, now);
    REQUIRE(time);
    CHECK(to_rfc3339(*time) == to_rfc3339(clock.second));
  }
  // A bare number is more likely Unix time than that many seconds ago, so it is refused.
  for (const char* bad :
       {"", "soon", "Today", "tomorrow", "2026-02-30", "1782889451", "-3d", "3 d", "99999999d",
        "2026-07-01T", "24:00", "12:60", "12:00:60", "1:00", "12:", "12:00:", "12:00:00Z"}) {
    CAPTURE(bad);
    const auto time = parse_point_in_time(bad, now);
    REQUIRE_FALSE(time);
    CHECK(time.error().kind == ErrorKind::input);
    CHECK(time.error().message.find("'" + std::string(bad) + "'") == 0);
    CHECK_FALSE(time.error().hint.empty());
  }
}

TEST_CASE("base time - yesterday's clock across a change of the clocks") {
  // New York went from EDT to EST in the night to 2026-11-01.
  const TimeZone zone("EST5EDT,M3.2.0,M11.1.0");
  const auto time = parse_point_in_time("22:00", at(1793545200));  // 10:00 of that day, EST
  REQUIRE(time);
  CHECK(to_local_date_time(*time) == "2026-10-31 22:00:00");
  for (const char* text : {"2026-10-31 23:30:00", "2026-11-01 23:30:00"}) {
    const auto shown = parse_point_in_time(text, at(1793545200));
    REQUIRE(shown);
    CHECK(to_local_date_time(*shown) == text);
  }
}

TEST_CASE("base time - durations for people") {
  const struct {
    microseconds duration;
    const char* text;
  } cases[] = {{0us, "0 s"},
               {1us, "<1 ms"},
               {-1us, "-<1 ms"},
               {850ms, "850 ms"},
               {999999us, "999 ms"},
               {3s, "3 s"},
               {3299ms, "3.2 s"},
               {59999ms, "59.9 s"},
               {60s, "1 min"},
               {320s, "5 min 20 s"},
               {301s, "5 min 1 s"},
               {-725s, "-12 min 5 s"},
               {3599s, "59 min 59 s"},
               {2h, "2 h"},
               {125min, "2 h 5 min"},
               {24h, "1 day"},
               {72h, "3 days"},
               {77h, "3 days 5 h"},
               {microseconds::min(), "-106751991 days 4 h"}};
  for (const auto& entry : cases) {
    CHECK(to_human_duration(entry.duration) == entry.text);
  }
}
