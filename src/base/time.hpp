// SPDX-License-Identifier: MIT
// Points in time and spans as people and Terra write them. No function here reads a clock.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace terra_hook {

/// Microseconds since the Unix epoch, UTC.
using UtcTime = std::chrono::sys_time<std::chrono::microseconds>;

/// The day that `2026-07-01` is; nothing when `text` has another form or there is no such day.
std::optional<std::chrono::sys_days> parse_day(std::string_view text);

/// `1782889451`: Unix seconds, as signatures have them.
std::string unix_seconds_text(UtcTime time);

/// Unix milliseconds, as ordering timestamps are.
std::int64_t unix_milliseconds(UtcTime time);

/// `2026-07-01T07:04:11.123456Z` (RFC 3339, UTC, microseconds).
std::string to_rfc3339(UtcTime time);

/// `14:02:07.113` in the process's time zone.
std::string to_local_clock(UtcTime time);

/// `2026-07-01 14:02:07` in the process's time zone.
std::string to_local_date_time(UtcTime time);

/// An ISO 8601 time as Terra writes it: date, `T` or space, time, up to nine fraction digits, `Z`
/// or an offset, or no offset (read as UTC). Nothing when it is not that.
std::optional<UtcTime> parse_iso8601(std::string_view text);

/// A duration: `500ms`, `30s`, `5m`, `2h`, `3d`, or a bare number of seconds.
Result<std::chrono::milliseconds> parse_duration(std::string_view text);

/// `today` or `yesterday`.
std::optional<std::chrono::sys_days> parse_named_day(std::string_view text,
                                                     std::chrono::sys_days today);

/// A point in time as a user types it: RFC 3339, `YYYY-MM-DD`, `today` or `yesterday` (midnight,
/// UTC), `[YYYY-]MM-DD HH:MM[:SS]` in the process's time zone (without a year the last one),
/// `HH:MM[:SS]` (the last time that a clock there showed it), or a duration that long before `now`.
Result<UtcTime> parse_point_in_time(std::string_view text, UtcTime now);

/// `850 ms`, `3.2 s`, `5 min 20 s`, `2 h 5 min`, `3 days`: for people.
std::string to_human_duration(std::chrono::microseconds duration);

}  // namespace terra_hook
