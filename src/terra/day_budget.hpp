// SPDX-License-Identifier: MIT
// Terra's rate limits on data requests, per user_id: r1, at most 1825 days in one request, and r2,
// at most 6000 requested days in a rolling hour (docs.tryterra.co, rate limits). Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>

#include "base/header_field.hpp"
#include "base/time.hpp"

namespace terra_hook {

struct DayLimits {
  std::int64_t days_a_request = 1825;
  std::int64_t days_an_hour = 6000;
};

struct DayVerdict {
  std::string rule;                    ///< `r1` or `r2` when it is refused, else empty
  std::chrono::seconds retry_after{};  ///< of r2
  std::int64_t remaining = 0;          ///< days left in this hour
  std::chrono::seconds reset_after{};  ///< until days come back
  std::int64_t limit = 0;

  /// The X-Terra-RateLimit fields, and Retry-After where Terra sends it.
  HeaderFields fields() const;
};

/// One thread at a time.
class DayBudget {
 public:
  explicit DayBudget(DayLimits limits) : limits_(limits) {}

  /// Judges a request for `days` days and, if it may pass, counts it.
  DayVerdict take(const std::string& user_id, std::int64_t days, UtcTime now);

 private:
  struct Spent {
    UtcTime at;
    std::int64_t days;
  };
  struct User {
    std::deque<Spent> spent;  ///< in the last hour
    std::int64_t days = 0;    ///< their sum
  };

  DayLimits limits_;
  std::map<std::string, User> users_;
};

}  // namespace terra_hook
