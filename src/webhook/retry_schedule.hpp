// SPDX-License-Identifier: MIT
// When a sender tries a delivery again, and after what answers. Terra's own pages disagree, so each
// product's and each page's schedule has a name. Pure: spans of time, no clock.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"

namespace terra_hook {

/// Which outcomes of a try lead to another one.
enum class RetryRule {
  all_failures,        ///< no answer in time, no connection, or any status but 2xx (Unified API)
  transient_failures,  ///< the same, but of the statuses 408, 429 and 5xx only (Vantage)
};

struct RetrySchedule {
  std::string name;                              ///< as it was asked for
  std::vector<std::chrono::milliseconds> waits;  ///< before the second try, the third, …
  RetryRule rule = RetryRule::all_failures;

  std::size_t tries() const { return waits.size() + 1; }
  std::chrono::milliseconds duration() const;
};

/// `none`: one try.
RetrySchedule no_retries();

/// Reads a schedule's name or form:
/// - `terra`: 10 tries, 30 s doubling, at most 8 h (docs.tryterra.co, Webhooks: retries)
/// - `terra-faq`: 5 min, 30 min, 1 h, 2 h, 4 h, then three times 6 h: the support pages name the
///   first five, "about 8" and "a little over 24 hours"
/// - `vantage`: 1, 2, 4, 8 s, then 5 s doubling up to 10 min, 14 tries in all
/// - `30s*2^10<=8h`: 10 tries in all, the first wait 30 s, each the double of the one before, none
///   above 8 h; the bound may be left out
/// - `5m,30m,1h`: these waits
/// - `none`
Result<RetrySchedule> parse_retry_schedule(std::string_view text);

/// The names, for help and completions.
std::span<const std::string_view> retry_schedule_names();

/// Whether a try that ended with `status` (0: no answer) is one to repeat under `rule`.
bool is_retried(RetryRule rule, int status);

/// The wait before try number `next` (2 is the first repetition), or nothing when the schedule has
/// ended. A Retry-After that asks for longer is honoured; speed is not applied yet.
std::optional<std::chrono::milliseconds> wait_before_try(
    const RetrySchedule& schedule, std::size_t next,
    std::optional<std::chrono::milliseconds> retry_after);

/// A Retry-After field's value (RFC 9110 §10.2.3: seconds or a date), at most a day; nothing when
/// it is neither.
std::optional<std::chrono::milliseconds> parse_retry_after(std::string_view value, UtcTime now);

/// `600x`, `0.5x`, `600`: how many times faster than the clock. From 0.001 to 1,000,000.
Result<double> parse_speed(std::string_view text);

/// `duration` at that speed, rounded down to microseconds.
std::chrono::microseconds at_speed(std::chrono::microseconds duration, double speed);

}  // namespace terra_hook
