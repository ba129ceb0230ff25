// SPDX-License-Identifier: MIT
// The span of days that a data request is about, as Terra's REST API takes it. Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace terra_hook {

using Day = std::chrono::sys_days;

/// Local dates from `first` up to and without `end`.
struct DaySpan {
  Day first{};
  Day end{};

  std::int64_t days() const { return std::max<std::int64_t>((end - first).count(), 0); }

  /// More than a month: such a request is worked off in the background and sent in chunks
  /// (docs.tryterra.co, event types). From 1 to 31 December is not more.
  bool is_large() const;

  bool operator==(const DaySpan&) const = default;
};

/// `YYYY-MM-DD`, or 10-digit Unix seconds, which stand for their day in UTC.
std::optional<Day> parse_api_day(std::string_view text);

/// The same for an end, which is exclusive: Unix seconds within a day include that day.
std::optional<Day> parse_api_end(std::string_view text);

/// `2026-07-01`
std::string to_text(Day day);

/// A day as people name it: `today`, `yesterday`, `30d` (ago), or what parse_api_day() reads.
std::optional<Day> parse_relative_day(std::string_view text, Day today);

}  // namespace terra_hook
