// SPDX-License-Identifier: MIT
// The dates of a request to Terra's REST API, and the windows that a long range is asked for in.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"

namespace terra_hook {

/// A point in time as the API takes it: a day, or Unix seconds.
struct ApiDate {
  std::chrono::sys_seconds time{};
  bool is_seconds = false;  ///< spelled as Unix seconds, not as `YYYY-MM-DD`

  /// As it stands in the query.
  std::string text() const;

  bool operator==(const ApiDate&) const = default;
};

/// `2026-07-01`, Unix seconds (nine or ten digits), `30d` (so many days before today), `today`,
/// `yesterday`, `tomorrow`; days are days of UTC. An Error of kind `input` says what else it looks
/// like.
Result<ApiDate> parse_api_date(std::string_view text, UtcTime now);

/// From `start` until, but without, `end`.
struct ApiRange {
  ApiDate start;
  ApiDate end;

  /// Days begun; 0 when it is empty or ends before it begins.
  std::int64_t days() const;
  /// `2026-07-01..2026-07-08`.
  std::string text() const;

  bool operator==(const ApiRange&) const = default;
};

inline constexpr std::size_t k_most_windows = 10'000;

/// Windows of `days` days (the last one may be shorter) that follow one another. An Error of kind
/// `input` when there are more than k_most_windows.
Result<std::vector<ApiRange>> split_range(const ApiRange& range, std::int64_t days);

/// Two windows of whole days, or nothing when there is but one day.
std::optional<std::pair<ApiRange, ApiRange>> halve(const ApiRange& range);

/// What of `range` is in none of `done`, in order. Those may come in any order and overlap.
std::vector<ApiRange> gaps_between(const ApiRange& range, std::vector<ApiRange> done);

}  // namespace terra_hook
