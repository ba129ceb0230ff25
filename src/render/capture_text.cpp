// SPDX-License-Identifier: MIT
#include "render/capture_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "base/size.hpp"
#include "base/terminal.hpp"
#include "http/content_coding.hpp"
#include "http/response.hpp"
#include "render/capture_marks.hpp"
#include "render/headline_text.hpp"

namespace terra_hook {
namespace {

/// One cell of a line. A lower `rank` is dropped later when the terminal is narrow.
struct Cell {
  std::string text;
  std::string_view color;
  std::size_t width;
  int rank;
  bool is_right_aligned = false;
};

/// What the figures need to say something; cells go rather than these columns.
constexpr std::size_t k_headline_width = 35;
constexpr std::size_t k_wide_line = 110;
constexpr std::size_t k_narrow_line = 60;

/// What a cell takes in every line, so that all lines have the same columns.
std::size_t nominal_width(const Cell& cell) {
  return cell.width + 2;
}

/// Drops cells until `width` has room for all and the headline; answers what is left for that.
std::size_t drop_cells(std::vector<Cell>& cells, std::size_t width) {
  std::size_t total = 0;
  for (const Cell& cell : cells) total += nominal_width(cell);
  while (total + k_headline_width > width) {
    const auto least = std::max_element(
        cells.begin(), cells.end(), [](const Cell& a, const Cell& b) { return a.rank < b.rank; });
    if (least->rank == 0) break;
    total -= nominal_width(*least);
    cells.erase(least);
  }
  return width > total ? width - total : 0;
}

/// The cells and, behind the last one, room for the headline. `overhang` is by how much it is too
/// wide because of texts wider than their cells.
std::string join_cells(const std::vector<Cell>& cells, const Style& style, std::size_t& overhang) {
  std::string line;
  overhang = 0;
  for (const Cell& cell : cells) {
    const std::size_t columns = display_width(cell.text);
    std::size_t filling = cell.width > columns ? cell.width - columns : 0;
    if (columns > cell.width) overhang += columns - cell.width;
    // Later filling makes up for what stands out.
    const std::size_t made_up = std::min(filling, overhang);
    filling -= made_up;
    overhang -= made_up;
    const std::string filler(filling, ' ');
    if (cell.is_right_aligned) line += filler;
    line += style.paint(cell.color, cell.text);
    if (!cell.is_right_aligned) line += filler;
    line += "  ";
  }
  return line;
}

/// Untrusted text in a column of `columns`.
std::string fit(const std::optional<std::string>& text, std::size_t columns, const Style& style) {
  return style.fit(text.value_or("-"), columns);
}

std::string type_text(const Capture& capture, std::size_t columns, const Style& style) {
  const bool has_type = !capture.summary.problem && capture.summary.event_type;
  return has_type ? fit(capture.summary.event_type, columns, style) : type_name(capture);
}

std::string record_text(const Capture& capture) {
  if (!capture.summary.record_count) return "";
  const std::int64_t count = *capture.summary.record_count;
  return fmt::format("{} record{}", count, count == 1 ? "" : "s");
}

/// What is special about a capture, in front of its figures.
std::vector<Cell> marks_of(const Capture& capture, const Style& style) {
  std::vector<Cell> marks;
  for (Mark& mark : capture_marks(capture, style)) {
    const std::size_t columns = display_width(mark.text);
    marks.push_back({std::move(mark.text), mark.color, columns, 0});
  }
  return marks;
}

std::string shown_clock(UtcTime at, bool is_wide) {
  return is_wide ? to_local_clock(at) : to_local_date_time(at).substr(11);
}

/// A terminal of usual width has no room for the year and the milliseconds.
Cell time_cell(const Capture& capture, const LineOptions& options, bool is_wide,
               const Style& style) {
  std::string text;
  if (options.with_date) {
    const std::string date_time = to_local_date_time(capture.received_at);
    text = is_wide ? date_time : date_time.substr(5, 11);
  } else {
    text = shown_clock(capture.received_at, is_wide);
  }
  const std::size_t columns = text.size();
  return {std::move(text), style.dim, columns, 1};
}

std::string_view verdict_color(Verdict verdict, const Style& style) {
  switch (verdict) {
    case Verdict::valid: return style.good;
    case Verdict::stale: return style.warn;
    case Verdict::unchecked: return style.dim;
    case Verdict::invalid:
    case Verdict::malformed:
    case Verdict::missing: return style.bad;
  }
  return style.bad;
}

std::string plain_verdict(Verdict verdict, std::string_view secret_name, const Style& style) {
  std::string_view mark = style.unicode ? "✗" : "x";
  if (verdict == Verdict::valid) mark = style.unicode ? "✓" : "+";
  if (verdict == Verdict::stale) mark = "!";
  if (verdict == Verdict::unchecked) mark = style.unicode ? "·" : "-";
  if (secret_name.empty()) return fmt::format("{} {}", mark, to_string(verdict));
  return fmt::format("{} {} ({})", mark, to_string(verdict), style.fit(secret_name, 24));
}

/// The name of the secret goes first, then the word, last of all the mark.
Cell verdict_cell(const Capture& capture, std::size_t width, bool is_wide, const Style& style) {
  const std::string_view color = verdict_color(capture.verdict, style);
  if (is_wide) {
    return {plain_verdict(capture.verdict, capture.secret_name, style), color, 17, 0};
  }
  std::string verdict = plain_verdict(capture.verdict, "", style);
  const std::size_t space = verdict.find(' ');
  if (width < k_narrow_line) return {verdict.substr(0, space), color, 1, 0};
  if (capture.verdict == Verdict::unchecked) verdict.erase(0, space + 1);
  return {std::move(verdict), color, 9, 0};
}

}  // namespace

std::string verdict_text(Verdict verdict, std::string_view secret_name, const Style& style) {
  return style.paint(verdict_color(verdict, style), plain_verdict(verdict, secret_name, style));
}

std::string line_clock(UtcTime at, std::size_t width) {
  return shown_clock(at, width >= k_wide_line);
}

std::string type_name(const Capture& capture) {
  if (capture.summary.problem) return capture.body_size == 0 ? "(empty)" : "(not JSON)";
  return capture.summary.event_type.value_or("(no type)");
}

std::string capture_line(const Capture& capture, const LineOptions& options, const Style& style) {
  const std::size_t width = options.width != 0 ? options.width : style.width;
  // Wider columns are not to cost one.
  const bool is_wide = width >= (options.with_date ? 120U : k_wide_line);
  std::vector<Cell> cells;
  cells.push_back(time_cell(capture, options, is_wide, style));
  cells.push_back({number_text(capture, style), style.id, 4, 0});
  // With few columns beside it there is no filling to make up for a longer type.
  const std::size_t type_columns = is_wide ? 18U : width < k_narrow_line ? 10U : 13U;
  cells.push_back(
      {type_text(capture, is_wide ? 24U : type_columns, style), style.bold, type_columns, 0});
  cells.push_back({fit(capture.summary.provider, 12, style), "", 8, 2});
  cells.push_back({fit(capture.summary.user_id, 9, style), style.dim, 9, 5});
  cells.push_back({record_text(capture), "", 9, 4, true});
  cells.push_back({to_human_size(capture.body_size), "", 7, 3, true});
  cells.push_back(verdict_cell(capture, width, is_wide, style));
  if (options.elapsed) {
    cells.push_back({to_human_duration(*options.elapsed), style.dim, 6, 6, true});
  }
  const std::size_t room = drop_cells(cells, width);
  std::size_t taken = 0;
  for (Cell& mark : marks_of(capture, style)) {
    taken += nominal_width(mark);
    cells.push_back(std::move(mark));
  }
  std::size_t overhang = 0;
  std::string line = join_cells(cells, style, overhang);
  taken += overhang;
  if (room > taken) line += headline_text(capture, room - taken, style);
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

std::string capture_facts(const Capture& capture, std::string_view store_flag, const Style& style) {
  std::string text;
  const auto fact = [&](std::string_view name, const std::string& value) {
    if (value.empty()) return;
    text += style.paint(style.dim, pad(name, 16)) + value + "\n";
  };
  const auto optional = [&](std::string_view name, const std::optional<std::string>& value) {
    if (value) fact(name, style.clean(*value));
  };
  // An imported file may say what it likes of where it came from, or nothing.
  const std::string sender = style.clean(capture.remote_address);
  fact("received", to_rfc3339(capture.received_at) + (sender.empty() ? "" : " from " + sender));
  fact("request", style.clean(capture.method + " " + capture.target));
  fact("signature",
       verdict_text(capture.verdict, capture.secret_name, style) +
           (capture.verdict_reason.empty() ? "" : ": " + style.clean(capture.verdict_reason)));
  if (capture.verdict == Verdict::invalid || capture.verdict == Verdict::malformed) {
    fact("", fmt::format("terra-hook verify{} {} says why", store_flag, capture.number));
  } else if (capture.answered && !is_success(static_cast<int>(*capture.answered))) {
    fact("answered", std::to_string(*capture.answered));
  }
  optional("type", capture.summary.event_type);
  optional("user id", capture.summary.user_id);
  optional("provider", capture.summary.provider);
  optional("reference id", capture.summary.reference_id);
  optional("terra reference", capture.ids.terra_reference);
  optional("trace id", capture.ids.trace_id);
  if (capture.ids.chunk) {
    fact("chunk", std::to_string(*capture.ids.chunk) +
                      (capture.chunk_count ? fmt::format(" of {}", *capture.chunk_count) : ""));
  }
  if (capture.ids.ordering_timestamp) {
    const UtcTime emitted{std::chrono::milliseconds(*capture.ids.ordering_timestamp)};
    fact("emitted", to_rfc3339(emitted));
  }
  if (capture.summary.record_count) {
    std::string records = std::to_string(*capture.summary.record_count);
    if (capture.summary.first_record && capture.summary.last_record) {
      records += style.clean(
          fmt::format(", {} to {}", *capture.summary.first_record, *capture.summary.last_record));
    }
    fact("records", records);
  }
  const std::string exactly =
      capture.body_size < 1000 ? "" : fmt::format(" ({} bytes)", capture.body_size);
  fact("body", fmt::format("{}{}, SHA-256 {}", to_human_size(capture.body_size), exactly,
                           to_hex(capture.body_sha256)));
  if (capture.duplicate_of) {
    fact("duplicate of", fmt::format("#{}{}{}", *capture.duplicate_of,
                                     capture.duplicate_is_pruned ? ", which was pruned" : "",
                                     capture.duplicate_differs ? ", with a different body" : ""));
  }
  if (capture.older_than) {
    fact("older than",
         fmt::format("#{}, which is about the same and was emitted later{}", *capture.older_than,
                     capture.newer_is_pruned ? "; it was pruned" : ""));
  }
  if (capture.ping_of) fact("downloaded", fmt::format("from the link in #{}", *capture.ping_of));
  return text;
}

std::string header_text(const HeaderFields& headers, const Style& style) {
  std::string text;
  for (const HeaderField& field : headers) {
    text +=
        style.paint(style.key, style.clean(field.name)) + ": " + style.clean(field.value) + "\n";
  }
  return text;
}

std::string body_text(const Capture& capture, const JsonViewOptions& options,
                      std::uint64_t max_decoded, const Style& style) {
  std::string text;
  body_text(capture, options, max_decoded, style, [&text](std::string_view piece) {
    text += piece;
    return true;
  });
  return text;
}

bool body_text(const Capture& capture, const JsonViewOptions& options, std::uint64_t max_decoded,
               const Style& style, const TextSink& sink) {
  if (!has_content_coding(capture.headers)) return json_view(capture.body, options, style, sink);
  const auto decoded = decode_content(capture.headers, capture.body, max_decoded);
  if (decoded) return json_view(*decoded, options, style, sink);
  const std::string problem = "can't decode: " + style.clean(decoded.error().message);
  return sink(style.paint(style.warn, problem) + "\n") &&
         json_view(capture.body, options, style, sink);
}

}  // namespace terra_hook
