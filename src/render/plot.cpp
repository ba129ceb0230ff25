// SPDX-License-Identifier: MIT
#include "render/plot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "render/plot_text.hpp"

namespace terra_hook {

namespace {

// A column of a bar chart: how many steps high, or nothing in a gap.
using Height = std::optional<std::size_t>;

// A row of cells shows a column's height in this many steps.
constexpr std::size_t k_steps = 8;

std::string_view partial_cell(std::size_t steps, bool unicode, std::size_t rows) {
  constexpr std::array<std::string_view, k_steps + 1> k_blocks{" ", "▁", "▂", "▃", "▄",
                                                               "▅", "▆", "▇", "█"};
  // In one row every step has a mark of its own; in several it is the height that counts.
  constexpr std::array<std::string_view, k_steps + 1> k_ramp{" ", ".", ":", "-", "=",
                                                             "+", "*", "#", "@"};
  constexpr std::array<std::string_view, k_steps + 1> k_tops{" ", ".", ".", ".", ":",
                                                             ":", ":", "#", "#"};
  if (unicode) return k_blocks[steps];
  return rows == 1 ? k_ramp[steps] : k_tops[steps];
}

std::string bar_row(const std::vector<Height>& heights, std::size_t row, std::size_t rows,
                    const Style& style) {
  std::string text;
  std::size_t end = 0;  // behind the last cell that is not blank
  for (const Height& height : heights) {
    const std::size_t below = row * k_steps;
    const std::size_t steps = height.value_or(0) > below ? std::min(*height - below, k_steps) : 0;
    text += partial_cell(steps, style.unicode, rows);
    if (steps != 0) end = text.size();
  }
  text.resize(end);
  return style.paint(style.number, text);
}

Lines bars(const std::vector<Height>& heights, std::size_t rows, const Style& style) {
  Lines lines;
  for (std::size_t row = rows; row > 0; --row) {
    lines.push_back(bar_row(heights, row - 1, rows, style));
  }
  return lines;
}

// The height of `value` between the lowest, one step high, and the highest.
std::size_t height_of(double value, double lowest, double highest, std::size_t rows) {
  const auto steps = static_cast<double>(rows * k_steps);
  if (!(highest > lowest)) {
    return std::max<std::size_t>(rows * k_steps / 2, 1);
  }
  const double part = std::clamp((value - lowest) / (highest - lowest), 0.0, 1.0);
  return 1 + static_cast<std::size_t>(std::floor(part * (steps - 1) + 1e-9));
}

std::vector<Height> value_heights(const Series& series, std::size_t columns, std::size_t rows) {
  std::vector<Height> heights;
  const double lowest = series.minimum();
  const double highest = series.maximum();
  bool has_lowest = false;
  bool has_highest = false;
  for (const std::optional<SeriesColumn>& column : series.columns(columns)) {
    if (!column) {
      heights.emplace_back();
      continue;
    }
    // Each extreme shows once, where it is met first; elsewhere a column is its mean.
    double value = column->mean;
    if (!has_highest && column->maximum == highest) {
      value = highest;
      has_highest = true;
    } else if (!has_lowest && column->minimum == lowest) {
      value = lowest;
      has_lowest = true;
    }
    heights.emplace_back(height_of(value, lowest, highest, rows));
  }
  return heights;
}

std::string with_unit(const std::string& number, std::string_view unit) {
  return unit.empty() ? number : number + (unit == "%" ? "" : " ") + std::string(unit);
}

std::string value_facts(const Series& series, const PlotOptions& options, const Style& style) {
  std::string facts = value_range(series, options.unit, style);
  if (series.count() > 1) facts += ", avg " + figure(series.mean());
  if (series.missing() > 0) {
    facts += fmt::format(", {} missing", figure(static_cast<double>(series.missing())));
  }
  return facts;
}

std::size_t rows_of(const PlotOptions& options) {
  constexpr std::size_t k_most_rows = 100;
  return std::clamp<std::size_t>(options.height, 1, k_most_rows);
}

void append(Lines& lines, Lines more) {
  lines.insert(lines.end(), std::make_move_iterator(more.begin()),
               std::make_move_iterator(more.end()));
}

}  // namespace

std::string value_range(const Series& series, std::string_view unit, const Style& style) {
  std::string range = figure(series.minimum());
  if (series.maximum() > series.minimum()) {
    // A dash could be taken for a sign.
    const std::string_view dash = series.minimum() < 0 ? " to " : style.dash();
    range.append(dash).append(figure(series.maximum()));
  }
  return with_unit(range, unit);
}

std::string sparkline(const Series& series, std::size_t columns, const Style& style) {
  if (series.count() == 0) {
    return {};
  }
  return bar_row(value_heights(series, columns, 1), 0, 1, style);
}

Lines value_plot(const Series& series, const PlotOptions& options, const Style& style) {
  if (series.count() == 0 || options.width == 0) {
    return {};
  }
  Lines lines{plot_heading(options, value_facts(series, options, style), style)};
  const bool is_instant = series.first().seconds == series.last().seconds;
  if (!is_instant) {
    append(lines,
           bars(value_heights(series, options.width, rows_of(options)), rows_of(options), style));
  }
  lines.push_back(time_axis(series.first(), series.last(), options.width, style));
  return lines;
}

Lines rate_plot(const Series& counter, const PlotOptions& options, const Style& style) {
  const double total = counter.total_increase();
  const double span = counter.last().seconds - counter.first().seconds;
  if (!(total > 0) || !(span > 0) || options.width == 0) {
    return {};
  }
  const std::vector<std::optional<double>> rates = counter.rates(options.width);
  double highest = 0;
  for (const std::optional<double>& rate : rates) highest = std::max(highest, rate.value_or(0));
  std::vector<Height> heights;
  for (const std::optional<double>& rate : rates) {
    heights.push_back(rate ? Height(height_of(*rate, 0, highest, rows_of(options))) : Height());
  }
  constexpr double k_minute = 60;
  const std::string facts =
      fmt::format("+{} in {}, at most {}/min", with_unit(figure(total), options.unit),
                  brief_span(span), with_unit(figure(highest * k_minute), options.unit));
  Lines lines{plot_heading(options, facts, style)};
  append(lines, bars(heights, rows_of(options), style));
  lines.push_back(time_axis(counter.first(), counter.last(), options.width, style));
  return lines;
}

}  // namespace terra_hook
