// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/terminal.hpp"
#include "render/plot_text.hpp"

namespace terra_hook {

namespace {

using Span = LevelSeries::Span;

constexpr std::size_t k_widest_name = 16;
constexpr std::size_t k_most_rows = 16;

struct Row {
  std::optional<int> level;
  std::string name;
  double seconds = 0;
  std::vector<double> columns;  // seconds of this level in each
};

Row* find_row(std::vector<Row>& rows, const std::optional<int>& level) {
  const auto found =
      std::find_if(rows.begin(), rows.end(), [&](const Row& row) { return row.level == level; });
  return found == rows.end() ? nullptr : &*found;
}

// The rows of the levels that occur: named ones in the names' order, then numbers upward. Those
// beyond the bound share the last row.
std::vector<Row> make_rows(const std::vector<Span>& spans, const std::vector<LevelName>& names,
                           const Style& style) {
  std::vector<int> levels;
  for (const Span& span : spans) {
    if (span.level) levels.push_back(*span.level);
  }
  std::sort(levels.begin(), levels.end());
  levels.erase(std::unique(levels.begin(), levels.end()), levels.end());
  std::vector<Row> rows;
  for (const LevelName& name : names) {
    if (std::binary_search(levels.begin(), levels.end(), name.level)) {
      rows.push_back({name.level, style.fit(name.name, k_widest_name), 0, {}});
    }
  }
  for (const int level : levels) {
    if (find_row(rows, level) != nullptr) continue;
    if (rows.size() + 1 >= k_most_rows) {
      rows.push_back({std::nullopt, "others", 0, {}});
      break;
    }
    rows.push_back({level, std::to_string(level), 0, {}});
  }
  return rows;
}

void fill(std::vector<Row>& rows, const std::vector<Span>& spans, std::size_t columns) {
  const double start = spans.front().from.seconds;
  const double width = (spans.back().to.seconds - start) / static_cast<double>(columns);
  for (Row& row : rows) row.columns.assign(columns, 0);
  for (const Span& span : spans) {
    if (!span.level) continue;
    Row* row = find_row(rows, span.level);
    if (row == nullptr) row = &rows.back();
    row->seconds += span.to.seconds - span.from.seconds;
    const auto first = static_cast<std::size_t>((span.from.seconds - start) / width);
    for (std::size_t i = first; i < columns; ++i) {
      const double begin = start + width * static_cast<double>(i);
      if (begin >= span.to.seconds) break;
      row->columns[i] +=
          std::min(span.to.seconds, begin + width) - std::max(span.from.seconds, begin);
    }
  }
}

// For each column the row whose level held longest in it; rows.size() where none did.
std::vector<std::size_t> longest_rows(const std::vector<Row>& rows, std::size_t columns) {
  std::vector<std::size_t> longest(columns, rows.size());
  for (std::size_t i = 0; i < columns; ++i) {
    double most = 0;
    for (std::size_t row = 0; row < rows.size(); ++row) {
      if (rows[row].columns[i] > most) {
        most = rows[row].columns[i];
        longest[i] = row;
      }
    }
  }
  return longest;
}

std::string cells(const Row& row, std::size_t number, const std::vector<std::size_t>& longest,
                  bool is_last, bool unicode) {
  std::string text;
  for (std::size_t i = 0; i < longest.size(); ++i) {
    if (longest[i] == number) {
      text += unicode ? "█" : "#";
    } else if (row.columns[i] > 0) {
      text += unicode ? "░" : ".";
    } else {
      text += ' ';
    }
  }
  if (is_last) text.resize(text.find_last_not_of(' ') + 1);
  return text;
}

}  // namespace

Lines level_plot(const LevelSeries& series, const std::vector<LevelName>& names,
                 const PlotOptions& options, const Style& style) {
  const std::vector<Span> spans = series.spans();
  std::vector<Row> rows = spans.empty() ? std::vector<Row>() : make_rows(spans, names, style);
  // Less than this can't be cut into columns.
  constexpr double k_shortest = 1e-6;
  if (rows.empty() || options.width == 0 ||
      spans.back().to.seconds - spans.front().from.seconds < k_shortest) {
    return {};
  }
  std::size_t name_width = 0;
  for (const Row& row : rows) name_width = std::max(name_width, display_width(row.name));
  constexpr std::size_t k_span_width = 7;  // two blanks and `10h30`
  constexpr std::size_t k_fewest_columns = 10;
  const bool has_room = options.width >= name_width + 1 + k_fewest_columns;
  const std::size_t margin = has_room ? name_width + 1 : 0;
  const bool shows_spans = options.width >= margin + 2 * k_fewest_columns + k_span_width;
  const std::size_t columns = options.width - margin - (shows_spans ? k_span_width : 0);
  fill(rows, spans, columns);

  const SampleTime first = spans.front().from;
  const SampleTime last = spans.back().to;
  std::string facts = brief_span(last.seconds - first.seconds);
  if (!series.is_complete()) facts += ", only the first 65,536 samples";
  Lines lines{plot_heading(options, facts, style)};
  const std::vector<std::size_t> longest = longest_rows(rows, columns);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::string line = margin == 0 ? "" : style.paint(style.dim, pad(rows[i].name, margin));
    line += style.paint(style.number, cells(rows[i], i, longest, !shows_spans, style.unicode));
    if (shows_spans) line += fmt::format("{:>{}}", brief_span(rows[i].seconds), k_span_width);
    lines.push_back(std::move(line));
  }
  lines.push_back(std::string(margin, ' ') + time_axis(first, last, columns, style));
  return lines;
}

}  // namespace terra_hook
