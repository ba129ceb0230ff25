// SPDX-License-Identifier: MIT
#include "terra/api_dates.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/ascii.hpp"
#include "base/time.hpp"
#include "base/whole_number.hpp"

namespace terra_hook {
namespace {

constexpr std::size_t k_unix_digits = 10;

std::optional<std::chrono::sys_seconds> parse_unix(std::string_view text) {
  if (text.size() != k_unix_digits || !is_all_digits(text)) return std::nullopt;
  return std::chrono::sys_seconds(std::chrono::seconds(*whole_number<std::int64_t>(text)));
}

}  // namespace

bool DaySpan::is_large() const {
  const std::chrono::year_month_day start{first};
  std::chrono::year_month_day month_later = start + std::chrono::months(1);
  if (!month_later.ok()) {
    month_later = month_later.year() / month_later.month() / std::chrono::last;
  }
  return end > Day(month_later);
}

std::optional<Day> parse_api_day(std::string_view text) {
  if (const auto seconds = parse_unix(text)) return std::chrono::floor<std::chrono::days>(*seconds);
  return parse_day(text);
}

std::optional<Day> parse_api_end(std::string_view text) {
  if (const auto seconds = parse_unix(text)) return std::chrono::ceil<std::chrono::days>(*seconds);
  return parse_day(text);
}

std::string to_text(Day day) {
  const std::chrono::year_month_day date{day};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

std::optional<Day> parse_relative_day(std::string_view text, Day today) {
  if (const auto day = parse_named_day(text, today)) return day;
  if (text.ends_with('d') && text.size() <= 6 && is_all_digits(text.substr(0, text.size() - 1))) {
    return today - std::chrono::days(*whole_number<int>(text.substr(0, text.size() - 1)));
  }
  return parse_api_day(text);
}

}  // namespace terra_hook
