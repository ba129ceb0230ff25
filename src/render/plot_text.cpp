// SPDX-License-Identifier: MIT
#include "render/plot_text.hpp"

#include <fmt/format.h>

#include <cmath>

#include "base/terminal.hpp"
#include "base/time.hpp"

namespace terra_hook {

std::string figure(double value) {
  if (!std::isfinite(value)) {
    return "-";
  }
  const double size = std::abs(value);
  if (size >= 1e12 || (size > 0 && size < 1e-4)) {
    return fmt::format("{:.3g}", value);
  }
  const bool is_whole = std::round(value) == value;
  if (is_whole || size >= 1000) {
    std::string digits = fmt::format("{:.0f}", size);
    for (std::size_t i = digits.size(); i > 3; i -= 3) digits.insert(i - 3, ",");
    return (value < 0 && digits != "0" ? "-" : "") + digits;
  }
  return fmt::format("{:.{}g}", value, size < 1 ? 3 : 4);
}

std::string brief_span(double seconds) {
  constexpr double k_longest = 9999.0 * 86'400;
  if (!(seconds > 0)) {
    return "0s";
  }
  if (seconds > k_longest) {
    return ">9999d";
  }
  const auto whole = static_cast<std::int64_t>(std::round(seconds));
  const std::int64_t minutes = (whole + 30) / 60;
  if (whole < 60) {
    return fmt::format("{}s", whole);
  }
  if (minutes < 60) {
    return fmt::format("{}m", minutes);
  }
  constexpr std::int64_t k_hour = 60;
  if (minutes < 100 * k_hour) {
    return fmt::format("{}h{:02}", minutes / k_hour, minutes % k_hour);
  }
  return fmt::format("{}d", (minutes + 12 * k_hour) / (24 * k_hour));
}

std::string fit_facts(std::string_view facts, std::size_t columns, const Style& style) {
  while (display_width(facts) > columns) {
    const std::size_t comma = facts.rfind(", ");
    if (comma == std::string_view::npos) break;
    facts = facts.substr(0, comma);
  }
  return style.fit(facts, columns);
}

std::string plot_heading(const PlotOptions& options, std::string_view facts, const Style& style) {
  const std::string title = style.fit(options.title, options.width);
  const std::size_t taken = title.empty() ? 0 : display_width(title) + 2;
  if (taken >= options.width || facts.empty()) {
    return style.paint(style.bold, title);
  }
  const std::string rest = fit_facts(facts, options.width - taken, style);
  return title.empty() ? rest : style.paint(style.bold, title) + "  " + rest;
}

std::string clock_text(const SampleTime& time, double span) {
  constexpr double k_day = 86'400;
  constexpr double k_week = 7 * k_day;
  const auto local = static_cast<std::int64_t>(std::floor(time.seconds + time.offset));
  const std::string text = to_rfc3339(UtcTime(std::chrono::seconds(local)));
  if (span >= k_week) return text.substr(0, 10);
  if (span >= k_day) return text.substr(5, 5) + " " + text.substr(11, 5);
  return text.substr(11, span < 600 ? 8 : 5);
}

std::string clock_range(const SampleTime& first, const SampleTime& last, const Style& style) {
  const double span = last.seconds - first.seconds;
  std::string range = clock_text(first, span);
  if (span > 0) range.append(style.dash()).append(clock_text(last, span));
  return range;
}

std::string time_axis(const SampleTime& first, const SampleTime& last, std::size_t columns,
                      const Style& style) {
  const double span = last.seconds - first.seconds;
  const std::string left = clock_text(first, span);
  const std::string right = clock_text(last, span);
  if (span <= 0 || left.size() + right.size() + 1 > columns) {
    return left.size() > columns ? std::string() : style.paint(style.dim, left);
  }
  std::string axis = left + std::string(columns - left.size() - right.size(), ' ') + right;
  const SampleTime middle{first.seconds + span / 2, (first.offset + last.offset) / 2};
  // The clocks were changed on the way: only the ends are certain.
  const bool is_steady = first.offset == last.offset;
  if (const std::string text = clock_text(middle, span);
      is_steady && columns >= left.size() + text.size() + right.size() + 16) {
    axis.replace((columns - text.size()) / 2, text.size(), text);
  }
  return style.paint(style.dim, axis);
}

}  // namespace terra_hook
