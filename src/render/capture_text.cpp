// SPDX-License-Identifier: MIT
#include "render/capture_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/size.hpp"
#include "base/terminal.hpp"
#include "http/content_coding.hpp"
#include "render/capture_marks.hpp"

namespace terra_hook {
namespace {

/// One cell of a line. A lower `rank` is dropped later when the terminal is narrow.
struct Cell {
  std::string text;
  std::string_view color;
  std::size_t width;  ///< 0: as wide as its text
  int rank;
  bool is_right_aligned = false;
};

/// What a cell takes in every line, so that all lines have the same columns.
std::size_t nominal_width(const Cell& cell) {
  return (cell.width == 0 ? display_width(cell.text) : cell.width) + 2;
}

std::string join_cells(std::vector<Cell> cells, const Style& style) {
  std::size_t total = 0;
  for (const Cell& cell : cells) total += nominal_width(cell);
  while (total > style.width + 2) {
    const auto widest = std::max_element(
        cells.begin(), cells.end(), [](const Cell& a, const Cell& b) { return a.rank < b.rank; });
    if (widest->rank == 0) break;
    total -= nominal_width(*widest);
    cells.erase(widest);
  }
  std::string line;
  // By how much what stands so far is too wide; later filling makes up for it.
  std::size_t overhang = 0;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const Cell& cell = cells[i];
    const std::size_t columns = display_width(cell.text);
    std::size_t filling = cell.width > columns ? cell.width - columns : 0;
    if (cell.width != 0 && columns > cell.width) overhang += columns - cell.width;
    const std::size_t made_up = std::min(filling, overhang);
    filling -= made_up;
    overhang -= made_up;
    const std::string filler(filling, ' ');
    if (cell.is_right_aligned) line += filler;
    line += style.paint(cell.color, cell.text);
    const bool is_last = i + 1 == cells.size();
    if (!cell.is_right_aligned && !is_last) line += filler;
    if (!is_last) line += "  ";
  }
  return line;
}

/// Untrusted text in a column of `columns`.
std::string fit(const std::optional<std::string>& text, std::size_t columns, const Style& style) {
  return style.fit(text.value_or("-"), columns);
}

std::string type_text(const Capture& capture, std::size_t columns, const Style& style) {
  if (capture.summary.problem) return capture.body_size == 0 ? "(empty)" : "(not JSON)";
  return capture.summary.event_type ? fit(capture.summary.event_type, columns, style) : "(no type)";
}

std::string record_text(const Capture& capture) {
  if (!capture.summary.record_count) return "";
  const std::int64_t count = *capture.summary.record_count;
  return fmt::format("{} record{}", count, count == 1 ? "" : "s");
}

std::string marks_text(const Capture& capture, const Style& style) {
  std::string text;
  for (const Mark& mark : capture_marks(capture, style)) {
    text += "  " + style.paint(mark.color, mark.text);
  }
  return text;
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

}  // namespace

std::string verdict_text(Verdict verdict, std::string_view secret_name, const Style& style) {
  return style.paint(verdict_color(verdict, style), plain_verdict(verdict, secret_name, style));
}

std::string capture_line(const Capture& capture, const LineOptions& options, const Style& style) {
  std::vector<Cell> cells;
  cells.push_back({options.with_date ? to_local_date_time(capture.received_at)
                                     : to_local_clock(capture.received_at),
                   style.dim, 0, 1});
  cells.push_back({number_text(capture, style), style.id, 4, 0});
  const bool is_wide = style.width >= 100;
  cells.push_back(
      {type_text(capture, is_wide ? 24 : 13, style), style.bold, is_wide ? 18U : 10U, 0});
  cells.push_back({fit(capture.summary.provider, 12, style), "", 8, 3});
  cells.push_back({fit(capture.summary.user_id, 9, style), style.dim, 9, 5});
  cells.push_back({record_text(capture), "", 9, 4, true});
  cells.push_back({to_human_size(capture.body_size), "", 7, 2, true});
  cells.push_back({plain_verdict(capture.verdict, capture.secret_name, style),
                   verdict_color(capture.verdict, style), 17, 0});
  if (options.elapsed) {
    cells.push_back({to_human_duration(*options.elapsed), style.dim, 6, 6, true});
  }
  std::string line = join_cells(std::move(cells), style);
  return line + marks_text(capture, style);
}

std::string capture_facts(const Capture& capture, const Style& style) {
  std::string text;
  const auto fact = [&](std::string_view name, const std::string& value) {
    if (value.empty()) return;
    text += style.paint(style.dim, pad(name, 16)) + value + "\n";
  };
  const auto optional = [&](std::string_view name, const std::optional<std::string>& value) {
    if (value) fact(name, style.clean(*value));
  };
  fact("received",
       fmt::format("{} from {}", to_rfc3339(capture.received_at), capture.remote_address));
  fact("request", style.clean(capture.method + " " + capture.target));
  fact("signature",
       verdict_text(capture.verdict, capture.secret_name, style) +
           (capture.verdict_reason.empty() ? "" : ": " + style.clean(capture.verdict_reason)));
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
  fact("body", fmt::format("{} ({} bytes), SHA-256 {}", to_human_size(capture.body_size),
                           capture.body_size, to_hex(capture.body_sha256)));
  if (capture.duplicate_of) {
    fact("duplicate of", fmt::format("#{}{}", *capture.duplicate_of,
                                     capture.duplicate_differs ? ", with a different body" : ""));
  }
  if (capture.older_than) {
    fact("older than",
         fmt::format("#{}, which is about the same and was emitted later", *capture.older_than));
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
