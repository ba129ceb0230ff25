// SPDX-License-Identifier: MIT
#include "render/card_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "base/terminal.hpp"
#include "http/content_coding.hpp"
#include "render/headline_text.hpp"
#include "render/plot.hpp"
#include "terra/enums.hpp"
#include "terra/formats.hpp"

namespace terra_hook {
namespace {

constexpr std::size_t k_indent = 2;
constexpr std::size_t k_max_cell = 24;
constexpr std::size_t k_min_cell = 8;
/// Below this the titles of the sections stand on lines of their own.
constexpr std::size_t k_narrow = 60;
/// Fewer make no plot.
constexpr std::uint64_t k_min_samples = 3;
/// A plot that is wider says no more and is harder to read.
constexpr std::size_t k_max_plot = 100;

/// `text` in lines of at most `columns`, broken at spaces where there are some, between parts that
/// two spaces separate rather than within one.
std::vector<std::string> wrapped(std::string_view text, std::size_t columns) {
  constexpr std::string_view k_between = "  ";
  std::vector<std::string> lines;
  std::string line;
  while (!text.empty()) {
    if (!line.empty() && text.starts_with(' ')) {
      const std::string_view part = text.substr(1, text.find(k_between, 1) - 1);
      if (display_width(line) + k_between.size() + display_width(part) > columns) {
        lines.push_back(std::exchange(line, {}));
        text.remove_prefix(1);
        continue;
      }
    }
    const std::size_t end = std::min(text.find(' '), text.size());
    std::string word = truncate(text.substr(0, end), columns);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::size_t needed = display_width(word) + (line.empty() ? 0 : 1);
    if (!line.empty() && display_width(line) + needed > columns) {
      lines.push_back(std::move(line));
      line.clear();
    }
    line += (line.empty() ? "" : " ") + word;
  }
  if (!line.empty()) lines.push_back(std::move(line));
  return lines;
}

class CardPrinter {
 public:
  CardPrinter(const Card& card, std::size_t width, const Style& style)
      : card_(card), width_(std::max<std::size_t>(width, 20)), style_(style) {}

  std::string print() {
    measure();
    for (const std::string& remark : card_.remarks) {
      line(style_.paint(style_.warn, fitted(legible(remark, style_), width_ - k_indent)));
    }
    for (const CardRecord& record : card_.records) print_record(record);
    if (const std::int64_t rest = rest_of_records(); rest > 0) {
      line(style_.paint(style_.dim, fmt::format("{} {} more record{}: show --record N",
                                                style_.ellipsis(), rest, rest == 1 ? "" : "s")));
    }
    return std::move(out_);
  }

 private:
  /// One column of titles and one of labels for the whole card.
  void measure() {
    for (const CardRecord& record : card_.records) {
      for (const CardSection& section : record.sections) {
        title_width_ = std::max(title_width_, display_width(section.title));
        for (const CardField& field : section.fields) {
          label_width_ = std::max(label_width_, display_width(field.label));
        }
      }
    }
  }

  std::int64_t rest_of_records() const {
    return card_.records.empty() || card_.records.front().number == 0
               ? 0
               : card_.record_count - static_cast<std::int64_t>(card_.records.size());
  }

  void line(std::string_view text) {
    if (!text.empty()) out_.append(k_indent, ' ');
    out_.append(text).append("\n");
  }

  std::string fitted(const std::string& text, std::size_t columns) const {
    if (display_width(text) <= columns) return text;
    if (style_.unicode) return truncate(text, columns);
    return text.substr(0, columns > 3 ? columns - 3 : 0) + "...";
  }

  void print_record(const CardRecord& record) {
    if (card_.record_count > 1 && record.number > 0) {
      line(style_.paint(style_.bold,
                        fmt::format("record {} of {}", record.number, card_.record_count)));
    }
    for (const CardSection& section : record.sections) print_section(section);
    for (const CardTable& table : record.tables) print_table(table);
    for (const CardPlot& plot : record.plots) print_plot(plot);
    if (&record != &card_.records.back()) line("");
  }

  void print_section(const CardSection& section) {
    const bool is_narrow = width_ < k_narrow;
    if (is_narrow) line(style_.paint(style_.bold, section.title));
    std::string title = is_narrow ? "" : style_.paint(style_.bold, padded(section.title));
    for (const CardField& field : section.fields) {
      print_field(title, legible(field.label, style_), legible(field.text, style_), is_narrow);
      title = is_narrow ? "" : std::string(title_width_ + 2, ' ');
    }
  }

  std::string padded(std::string_view title) const { return pad(title, title_width_ + 2); }

  void print_field(const std::string& title, const std::string& label, const std::string& text,
                   bool is_narrow) {
    const std::size_t start = (is_narrow ? 2 : title_width_ + 2) + label_width_ + 2;
    const std::size_t room = std::max<std::size_t>(width_ - std::min(width_, k_indent + start), 12);
    std::string head =
        title + (is_narrow ? "  " : "") + style_.paint(style_.dim, pad(label, label_width_ + 2));
    for (const std::string& part : wrapped(text, room)) {
      line(head + part);
      head = std::string(start, ' ');
    }
  }

  void print_table(const CardTable& table);
  void print_few(const CardPlot& plot, const std::string& title, const std::string& unit);
  void print_plot(const CardPlot& plot);

  const Card& card_;
  const std::size_t width_;
  const Style& style_;
  std::string out_;
  std::size_t title_width_ = 0;
  std::size_t label_width_ = 0;
};

/// The columns in which some row says something, as wide as their widest cell.
void CardPrinter::print_table(const CardTable& table) {
  struct Column {
    std::size_t index;
    std::size_t width;
  };
  std::vector<Column> columns;
  std::vector<std::vector<std::string>> rows;
  for (const auto& row : table.rows) {
    std::vector<std::string>& cells = rows.emplace_back();
    for (const std::string& cell : row) cells.push_back(fitted(legible(cell, style_), k_max_cell));
  }
  std::size_t total = k_indent;
  std::size_t hidden = 0;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const std::string title = legible(table.columns[i], style_);
    std::size_t columns_needed = 0;
    for (const auto& row : rows) columns_needed = std::max(columns_needed, display_width(row[i]));
    if (columns_needed == 0) continue;
    columns_needed = std::max(columns_needed, display_width(title));
    // A wide column gets what room there is; one that would say nothing in it is left out.
    const std::size_t room = width_ - std::min(width_, total + 2);
    if (columns_needed > room && room < k_min_cell) {
      ++hidden;
      continue;
    }
    columns_needed = std::min(columns_needed, room);
    total += columns_needed + 2;
    columns.push_back({i, columns_needed});
  }
  std::string heading = style_.paint(style_.bold, table.title);
  if (hidden > 0) {
    heading += style_.paint(style_.dim,
                            fmt::format("  {} column{} hidden", hidden, hidden == 1 ? "" : "s"));
  }
  line(heading);
  const auto print_row = [&](const auto& cell, std::string_view color) {
    std::string text = "  ";
    for (const Column& column : columns) {
      text += pad(fitted(cell(column.index), column.width), column.width) + "  ";
    }
    text.erase(text.find_last_not_of(' ') + 1);
    line(style_.paint(color, text));
  };
  print_row([&](std::size_t i) { return legible(table.columns[i], style_); }, style_.dim);
  for (const auto& row : rows) print_row([&](std::size_t i) { return row[i]; }, "");
  const std::int64_t rest = table.count - static_cast<std::int64_t>(rows.size());
  if (rest > 0) {
    line(style_.paint(style_.dim, fmt::format("  {} {} more", style_.ellipsis(), rest)));
  }
}

/// Too few to be drawn: what they are, unless a table says it.
void CardPrinter::print_few(const CardPlot& plot, const std::string& title,
                            const std::string& unit) {
  const Series& series = plot.series;
  if (plot.has_table || series.count() == 0) return;
  std::string text = title + "  " + figure(series.minimum());
  if (series.count() > 1) text += " and " + figure(series.maximum());
  line(fitted(unit.empty() ? text : text + " " + unit, width_ - k_indent));
}

void CardPrinter::print_plot(const CardPlot& plot) {
  const std::string title = legible(plot.row->title, style_);
  const std::string unit = legible(plot.row->unit, style_);
  const PlotOptions options{title, unit, std::min(width_ - k_indent, k_max_plot),
                            plot.row->drawing == Drawing::route ? 8U : 1U};
  if (plot.row->drawing == Drawing::line && plot.series.count() < k_min_samples) {
    print_few(plot, title, unit);
    return;
  }
  Lines lines;
  switch (plot.row->drawing) {
    case Drawing::line: lines = value_plot(plot.series, options, style_); break;
    case Drawing::rate: lines = rate_plot(plot.series, options, style_); break;
    case Drawing::route: lines = route_map(plot.route, options, style_); break;
    case Drawing::steps: {
      std::vector<LevelName> names;
      const EnumTable* const words = find_enum(plot.row->words);
      for (const EnumWord& word : words->words) {
        names.push_back({static_cast<int>(word.number), word.word});
      }
      lines = level_plot(plot.levels, names, options, style_);
      break;
    }
  }
  for (const std::string& text : lines) line(text);
}

}  // namespace

std::string card_text(const Card& card, std::size_t width, const Style& style) {
  return CardPrinter(card, width, style).print();
}

std::string capture_card(const Capture& capture, const CardOptions& options, std::size_t width,
                         std::uint64_t max_decoded, const Style& style) {
  if (capture.summary.problem) return style.paint(style.dim, "  no card: not JSON") + "\n";
  const std::string type = capture.summary.event_type.value_or("");
  if (!has_content_coding(capture.headers)) {
    return card_text(read_card(capture.body, type, options), width, style);
  }
  const auto decoded = decode_content(capture.headers, capture.body, max_decoded);
  if (decoded) return card_text(read_card(*decoded, type, options), width, style);
  return style.paint(style.warn, "  can't decode: " + legible(decoded.error().message, style)) +
         "\n";
}

}  // namespace terra_hook
