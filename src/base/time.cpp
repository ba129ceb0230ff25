// SPDX-License-Identifier: MIT
#include "base/time.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <ctime>
#include <system_error>

#include "base/ascii.hpp"

namespace terra_hook {

namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::string_view k_duration_examples = "write it like 500ms, 30s, 5m, 2h or 3d";

// A century: far beyond any use, and no sum with a present time can overflow.
constexpr milliseconds k_longest_duration = std::chrono::hours(24) * 36525;

std::tm local_time(UtcTime time) {
  const std::time_t whole = std::chrono::floor<seconds>(time).time_since_epoch().count();
  std::tm parts{};
  localtime_r(&whole, &parts);
  return parts;
}

// Takes pieces off the front of a text; once something did not fit, it stays failed.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : rest_(text) {}

  // Exactly `count` digits.
  int digits(std::size_t count) {
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (rest_.empty() || !is_digit(rest_.front())) {
        failed_ = true;
        return 0;
      }
      value = value * 10 + (rest_.front() - '0');
      rest_.remove_prefix(1);
    }
    return value;
  }

  bool accept(std::string_view any_of) {
    if (rest_.empty() || any_of.find(rest_.front()) == std::string_view::npos) {
      return false;
    }
    rest_.remove_prefix(1);
    return true;
  }

  void expect(std::string_view any_of) { failed_ |= !accept(any_of); }

  void fail_if(bool condition) { failed_ |= condition; }

  std::string_view rest() const { return rest_; }
  bool complete() const { return !failed_ && rest_.empty(); }
  bool failed() const { return failed_; }

 private:
  std::string_view rest_;
  bool failed_ = false;
};

std::chrono::sys_days read_date(Cursor& cursor) {
  const int year = cursor.digits(4);
  cursor.expect("-");
  const int month = cursor.digits(2);
  cursor.expect("-");
  const int day = cursor.digits(2);
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  cursor.fail_if(!date.ok());
  return date;
}

microseconds read_fraction(Cursor& cursor) {
  if (!cursor.accept(".")) {
    return {};
  }
  cursor.fail_if(cursor.rest().empty() || !is_digit(cursor.rest().front()));
  std::int64_t nanoseconds = 0;
  int count = 0;
  while (!cursor.failed() && !cursor.rest().empty() && is_digit(cursor.rest().front())) {
    nanoseconds = nanoseconds * 10 + cursor.digits(1);
    cursor.fail_if(++count > 9);
  }
  for (; count < 9; ++count) {
    nanoseconds *= 10;
  }
  return microseconds(nanoseconds / 1000);
}

microseconds read_time_of_day(Cursor& cursor) {
  const int hour = cursor.digits(2);
  cursor.expect(":");
  const int minute = cursor.digits(2);
  cursor.expect(":");
  const int second = cursor.digits(2);
  // 60 is a leap second (RFC 3339 §5.6); it becomes the next minute's first.
  cursor.fail_if(hour > 23 || minute > 59 || second > 60);
  return std::chrono::hours(hour) + std::chrono::minutes(minute) + seconds(second) +
         read_fraction(cursor);
}

std::chrono::minutes read_offset(Cursor& cursor) {
  if (cursor.rest().empty() || cursor.accept("Zz")) {
    return {};
  }
  const bool is_negative = cursor.rest().front() == '-';
  cursor.expect("+-");
  const int hours = cursor.digits(2);
  cursor.accept(":");
  const int minutes = cursor.digits(2);
  cursor.fail_if(hours > 23 || minutes > 59);
  const auto offset = std::chrono::hours(hours) + std::chrono::minutes(minutes);
  return is_negative ? -offset : offset;
}

// `22:58` or `22:58:04`: the last time a clock here showed it.
std::optional<UtcTime> parse_clock(std::string_view text, UtcTime now) {
  Cursor cursor(text);
  std::tm parts = local_time(now);
  parts.tm_hour = cursor.digits(2);
  cursor.expect(":");
  parts.tm_min = cursor.digits(2);
  parts.tm_sec = cursor.accept(":") ? cursor.digits(2) : 0;
  if (!cursor.complete() || parts.tm_hour > 23 || parts.tm_min > 59 || parts.tm_sec > 59) {
    return std::nullopt;
  }
  const auto on_day = [&parts](int days_ago) {
    std::tm day = parts;
    day.tm_mday -= days_ago;
    day.tm_isdst = -1;  // as it is at that time
    return UtcTime(seconds(std::mktime(&day)));
  };
  const UtcTime today = on_day(0);
  return today <= now ? today : on_day(1);
}

// The moment when the clocks here show what those of UTC show at `time`.
UtcTime when_shown_here(UtcTime time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  std::tm parts{};
  parts.tm_year = static_cast<int>(date.year()) - 1900;
  parts.tm_mon = static_cast<int>(static_cast<unsigned>(date.month())) - 1;
  parts.tm_mday = static_cast<int>(static_cast<unsigned>(date.day()));
  const std::chrono::hh_mm_ss clock(time - day);
  parts.tm_hour = static_cast<int>(clock.hours().count());
  parts.tm_min = static_cast<int>(clock.minutes().count());
  parts.tm_sec = static_cast<int>(clock.seconds().count());
  parts.tm_isdst = -1;
  return UtcTime(seconds(std::mktime(&parts))) + clock.subseconds();
}

// `2026-07-01 22:58:04`, as to_local_date_time() writes it, without the seconds or the year.
std::optional<UtcTime> parse_local_date_time(std::string_view text, UtcTime now) {
  constexpr std::size_t k_date_size = std::string_view("2026-07-01").size();
  if (text.size() == std::string_view("07-01 22:58").size() && text[2] == '-') {
    const int year = local_time(now).tm_year + 1900;
    for (const int candidate : {year, year - 1}) {
      const auto time = parse_local_date_time(fmt::format("{}-{}", candidate, text), now);
      if (!time || *time <= now) return time;
    }
    return std::nullopt;
  }
  constexpr std::size_t k_minutes_size = std::string_view("2026-07-01 22:58").size();
  const bool has_zone = text.find_first_of("Zz+-", k_date_size) != std::string_view::npos;
  if (text.size() < k_minutes_size || text[k_date_size] != ' ' || has_zone) return std::nullopt;
  std::string whole(text);
  if (text.size() == k_minutes_size) whole += ":00";
  const auto shown = parse_iso8601(whole);
  return shown ? std::optional(when_shown_here(*shown)) : std::nullopt;
}

struct DurationUnit {
  std::string_view name;
  milliseconds length;
};

constexpr std::array<DurationUnit, 6> k_duration_units{{{"", seconds(1)},
                                                        {"ms", milliseconds(1)},
                                                        {"s", seconds(1)},
                                                        {"m", std::chrono::minutes(1)},
                                                        {"h", std::chrono::hours(1)},
                                                        {"d", std::chrono::hours(24)}}};

const DurationUnit* find_duration_unit(std::string_view name) {
  for (const DurationUnit& unit : k_duration_units) {
    if (unit.name == name) {
      return &unit;
    }
  }
  return nullptr;
}

}  // namespace

std::optional<std::chrono::sys_days> parse_day(std::string_view text) {
  Cursor cursor(text);
  const std::chrono::sys_days date = read_date(cursor);
  return cursor.complete() ? std::optional(date) : std::nullopt;
}

std::string unix_seconds_text(UtcTime time) {
  return std::to_string(std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count());
}

std::int64_t unix_milliseconds(UtcTime time) {
  return std::chrono::floor<std::chrono::milliseconds>(time).time_since_epoch().count();
}

std::string to_rfc3339(UtcTime time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{time - day};
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                     clock.subseconds().count());
}

std::string to_local_clock(UtcTime time) {
  const std::tm parts = local_time(time);
  const auto fraction = time - std::chrono::floor<seconds>(time);
  return fmt::format("{:02}:{:02}:{:02}.{:03}", parts.tm_hour, parts.tm_min, parts.tm_sec,
                     std::chrono::floor<milliseconds>(fraction).count());
}

std::string to_local_date_time(UtcTime time) {
  const std::tm parts = local_time(time);
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}", parts.tm_year + 1900, parts.tm_mon + 1,
                     parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
}

std::optional<UtcTime> parse_iso8601(std::string_view text) {
  Cursor cursor(text);
  const std::chrono::sys_days date = read_date(cursor);
  cursor.expect("Tt ");
  const microseconds time_of_day = read_time_of_day(cursor);
  if (cursor.failed()) {
    return std::nullopt;
  }
  const std::chrono::minutes offset = read_offset(cursor);
  if (!cursor.complete()) {
    return std::nullopt;
  }
  return UtcTime(date) + time_of_day - offset;
}

Result<milliseconds> parse_duration(std::string_view text) {
  std::int64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, status] = std::from_chars(text.data(), end, number);
  const DurationUnit* unit =
      find_duration_unit(std::string_view(rest, static_cast<std::size_t>(end - rest)));
  if (text.empty() || !is_digit(text.front()) || unit == nullptr) {
    return Error(ErrorKind::usage, fmt::format("'{}' is not a duration", text),
                 std::string(k_duration_examples));
  }
  if (status != std::errc() || number > k_longest_duration / unit->length) {
    return Error(ErrorKind::usage, fmt::format("duration '{}' is too long", text),
                 "the longest is 36525d");
  }
  return number * unit->length;
}

std::optional<std::chrono::sys_days> parse_named_day(std::string_view text,
                                                     std::chrono::sys_days today) {
  if (text == "today") return today;
  if (text == "yesterday") return today - std::chrono::days(1);
  return std::nullopt;
}

Result<UtcTime> parse_point_in_time(std::string_view text, UtcTime now) {
  if (const auto date = parse_day(text)) {
    return UtcTime(*date);
  }
  if (const auto day = parse_named_day(text, std::chrono::floor<std::chrono::days>(now))) {
    return UtcTime(*day);
  }
  if (const auto time = parse_local_date_time(text, now)) {
    return *time;
  }
  if (const auto time = parse_iso8601(text)) {
    return *time;
  }
  if (const auto time = parse_clock(text, now)) {
    return *time;
  }
  // A bare number is refused here: who writes one means Unix time, not that many seconds ago.
  if (!text.empty() && !is_digit(text.back())) {
    if (const auto duration = parse_duration(text)) {
      return now - *duration;
    }
  }
  return Error(ErrorKind::input, fmt::format("'{}' is not a date, a time or a duration", text),
               "write it like 2026-07-01, yesterday, 2026-07-01T10:00:00Z, 22:58 for the last time "
               "it was so late here, or 10m, 2h, 3d for that long ago");
}

std::string to_human_duration(microseconds duration) {
  // Negated as unsigned: the most negative count has no positive twin.
  const std::string sign = duration.count() < 0 ? "-" : "";
  const auto raw = static_cast<std::uint64_t>(duration.count());
  const std::uint64_t count = duration.count() < 0 ? 0 - raw : raw;

  // Everything is cut off, not rounded, so that no part ever reaches its unit's end ("60 s").
  const std::uint64_t whole = count / 1'000'000;
  const auto two = [&sign](std::uint64_t big, std::string_view big_name, std::uint64_t small,
                           std::string_view small_name) {
    return small == 0 ? fmt::format("{}{} {}", sign, big, big_name)
                      : fmt::format("{}{} {} {} {}", sign, big, big_name, small, small_name);
  };
  if (count == 0) {
    return "0 s";
  }
  if (count < 1000) {
    return sign + "<1 ms";
  }
  if (whole == 0) {
    return fmt::format("{}{} ms", sign, count / 1000);
  }
  if (whole < 60) {
    const std::uint64_t tenths = count / 100'000 % 10;
    return tenths == 0 ? fmt::format("{}{} s", sign, whole)
                       : fmt::format("{}{}.{} s", sign, whole, tenths);
  }
  if (whole < 3600) {
    return two(whole / 60, "min", whole % 60, "s");
  }
  if (whole < 86'400) {
    return two(whole / 3600, "h", whole / 60 % 60, "min");
  }
  const std::uint64_t days = whole / 86'400;
  return two(days, days == 1 ? "day" : "days", whole / 3600 % 24, "h");
}

}  // namespace terra_hook
