// SPDX-License-Identifier: MIT
#include "terra/day_budget.hpp"

namespace terra_hook {
namespace {

constexpr std::chrono::hours k_budget_period{1};

std::chrono::seconds until_back(UtcTime spent_at, UtcTime now) {
  return std::max(std::chrono::ceil<std::chrono::seconds>(spent_at + k_budget_period - now),
                  std::chrono::seconds(1));
}

}  // namespace

HeaderFields DayVerdict::fields() const {
  if (rule.empty()) {
    return {{"X-Terra-RateLimit-Limit", std::to_string(limit)},
            {"X-Terra-RateLimit-Remaining", std::to_string(remaining)},
            {"X-Terra-RateLimit-Reset-After", std::to_string(reset_after.count())}};
  }
  HeaderFields fields{{"X-Terra-RateLimit-Rule", rule}};
  if (rule == "r2") fields.push_back({"Retry-After", std::to_string(retry_after.count())});
  return fields;
}

DayVerdict DayBudget::take(const std::string& user_id, std::int64_t days, UtcTime now) {
  DayVerdict verdict;
  verdict.limit = limits_.days_an_hour;
  if (days > limits_.days_a_request) {
    verdict.rule = "r1";
    return verdict;
  }
  User& user = users_[user_id];
  while (!user.spent.empty() && user.spent.front().at + k_budget_period <= now) {
    user.days -= user.spent.front().days;
    user.spent.pop_front();
  }
  if (user.days + days > limits_.days_an_hour) {
    verdict.rule = "r2";
    // When so many have come back that this request fits.
    std::int64_t left = user.days;
    for (const Spent& spent : user.spent) {
      left -= spent.days;
      verdict.retry_after = until_back(spent.at, now);
      if (left + days <= limits_.days_an_hour) break;
    }
    if (user.spent.empty()) verdict.retry_after = k_budget_period;
    return verdict;
  }
  if (days > 0) user.spent.push_back({now, days});
  user.days += days;
  verdict.remaining = limits_.days_an_hour - user.days;
  if (!user.spent.empty()) verdict.reset_after = until_back(user.spent.front().at, now);
  return verdict;
}

}  // namespace terra_hook
