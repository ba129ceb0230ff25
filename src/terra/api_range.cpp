// SPDX-License-Identifier: MIT
#include "terra/api_range.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/ascii.hpp"
#include "base/terminal.hpp"
#include "base/whole_number.hpp"
#include "terra/api_dates.hpp"

namespace terra_hook {
namespace {

using std::chrono::days;
using std::chrono::sys_days;

constexpr std::string_view k_date_forms =
    "write it like 2026-07-01, 30d (ago), today, yesterday, or Unix seconds";
constexpr std::int64_t k_most_days_ago = 36525;

Error no_date(std::string_view text, std::string_view hint = k_date_forms) {
  return {ErrorKind::input, fmt::format("'{}' is not a date", truncate(sanitize(text), 40)),
          std::string(hint)};
}

Result<ApiDate> parse_unix_seconds(std::string_view text) {
  const auto seconds = whole_number<std::int64_t>(text);
  if (text.size() == 13) return no_date(text, "that is milliseconds; Terra takes Unix seconds");
  if (text.size() < 9 || text.size() > 10 || !seconds) return no_date(text);
  return ApiDate{std::chrono::sys_seconds(std::chrono::seconds(*seconds)), true};
}

bool has_date_shape(std::string_view text) {
  return text.size() == 10 && text[4] == '-' && text[7] == '-';
}

ApiDate plus_days(const ApiDate& date, std::int64_t count) {
  return {date.time + days(count), date.is_seconds};
}

}  // namespace

std::string ApiDate::text() const {
  if (is_seconds) return std::to_string(time.time_since_epoch().count());
  return to_text(std::chrono::floor<days>(time));
}

Result<ApiDate> parse_api_date(std::string_view text, UtcTime now) {
  const sys_days today = std::chrono::floor<days>(now);
  if (const auto day = parse_named_day(text, today)) return ApiDate{*day};
  if (text == "tomorrow") return ApiDate{today + days(1)};
  if (is_all_digits(text)) return parse_unix_seconds(text);
  if (text.ends_with('d') && is_all_digits(text.substr(0, text.size() - 1))) {
    const auto count = whole_number<std::int64_t>(text.substr(0, text.size() - 1));
    if (!count || *count > k_most_days_ago) return no_date(text, "that is more than a century ago");
    return ApiDate{today - days(*count)};
  }
  if (has_date_shape(text)) {
    if (const auto day = parse_day(text)) return ApiDate{*day};
    return no_date(text, "there is no such day");
  }
  if (parse_iso8601(text)) return no_date(text, "Terra takes whole days or Unix seconds");
  return no_date(text);
}

std::int64_t ApiRange::days() const {
  return std::max<std::int64_t>(
      0, std::chrono::ceil<std::chrono::days>(end.time - start.time).count());
}

std::string ApiRange::text() const {
  return start.text() + ".." + end.text();
}

Result<std::vector<ApiRange>> split_range(const ApiRange& range, std::int64_t days) {
  std::vector<ApiRange> windows;
  for (ApiDate start = range.start; start.time < range.end.time;) {
    if (windows.size() == k_most_windows) {
      return Error{ErrorKind::input,
                   fmt::format("{} days in windows of {} are too many windows", range.days(), days),
                   fmt::format("at most {}; a larger --split makes fewer", k_most_windows)};
    }
    ApiDate end = plus_days(start, days);
    if (end.time >= range.end.time) end = range.end;
    windows.push_back({start, end});
    start = end;
  }
  return windows;
}

std::optional<std::pair<ApiRange, ApiRange>> halve(const ApiRange& range) {
  const std::int64_t days = range.days();
  if (days < 2) return std::nullopt;
  const ApiDate middle = plus_days(range.start, days / 2);
  return std::pair{ApiRange{range.start, middle}, ApiRange{middle, range.end}};
}

std::vector<ApiRange> gaps_between(const ApiRange& range, std::vector<ApiRange> done) {
  std::ranges::sort(done, {}, [](const ApiRange& one) { return one.start.time; });
  std::vector<ApiRange> gaps;
  ApiDate at = range.start;
  for (const ApiRange& one : done) {
    if (one.start.time > at.time) gaps.push_back({at, one.start});
    if (one.end.time > at.time) at = one.end;
  }
  if (at.time < range.end.time) gaps.push_back({at, range.end});
  return gaps;
}

}  // namespace terra_hook
