// SPDX-License-Identifier: MIT
#include "terra/api_dates.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace terra_hook {
namespace {

constexpr std::size_t k_unix_digits = 10;

template <typename T>
std::optional<T> whole_number(std::string_view text) {
  T number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_whole = error == std::errc() && end == text.data() + text.size();
  return is_whole ? std::optional(number) : std::nullopt;
}

bool is_digits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<Day> parse_date_only(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  for (const std::string_view part : {text.substr(0, 4), text.substr(5, 2), text.substr(8, 2)}) {
    if (!is_digits(part)) return std::nullopt;
  }
  const std::chrono::year_month_day date{
      std::chrono::year(*whole_number<int>(text.substr(0, 4))),
      std::chrono::month(*whole_number<unsigned>(text.substr(5, 2))),
      std::chrono::day(*whole_number<unsigned>(text.substr(8, 2)))};
  return date.ok() ? std::optional<Day>(date) : std::nullopt;
}

std::optional<std::chrono::sys_seconds> parse_unix(std::string_view text) {
  if (text.size() != k_unix_digits || !is_digits(text)) return std::nullopt;
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
  return parse_date_only(text);
}

std::optional<Day> parse_api_end(std::string_view text) {
  if (const auto seconds = parse_unix(text)) return std::chrono::ceil<std::chrono::days>(*seconds);
  return parse_date_only(text);
}

std::string to_text(Day day) {
  const std::chrono::year_month_day date{day};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

std::optional<Day> parse_relative_day(std::string_view text, Day today) {
  if (text == "today") return today;
  if (text == "yesterday") return today - std::chrono::days(1);
  if (text.ends_with('d') && text.size() <= 6 && is_digits(text.substr(0, text.size() - 1))) {
    return today - std::chrono::days(*whole_number<int>(text.substr(0, text.size() - 1)));
  }
  return parse_api_day(text);
}

}  // namespace terra_hook
