// SPDX-License-Identifier: MIT
#include "render/plain_view.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string>

#include "base/bytes.hpp"
#include "base/count.hpp"
#include "render/shown_text.hpp"

namespace terra_hook {

namespace {

// More than a few bytes in a hundred that no text has.
bool is_binary(std::string_view body) {
  const std::string_view sample = body.substr(0, 4096);
  std::size_t odd_bytes = 0;
  for (std::size_t i = 0; i < sample.size(); ++i) {
    const auto byte = static_cast<unsigned char>(sample[i]);
    if (byte == 0) {
      return true;
    }
    if (byte < 0x80) {
      const bool is_text = byte >= 0x20 && byte != 0x7F;
      odd_bytes += is_text || byte == '\t' || byte == '\n' || byte == '\r' ? 0 : 1;
      continue;
    }
    std::size_t length = 2;
    while (length <= 4 && !is_utf8(sample.substr(i, length))) {
      ++length;
    }
    odd_bytes += length > 4 ? 1 : 0;
    i += length > 4 ? 0 : length - 1;
  }
  return odd_bytes * 20 > sample.size();
}

std::string hex_dump(std::string_view body, const JsonViewOptions& options, const Style& style) {
  constexpr std::size_t k_max_bytes = 256;
  const std::size_t per_line = options.width < 72 ? 8 : 16;  // 70 columns for 16
  const std::size_t allowed =
      options.max_lines == 0 ? k_max_bytes : std::min(k_max_bytes, options.max_lines * per_line);
  std::string out;
  const std::string_view start = body.substr(0, allowed);
  for (std::size_t offset = 0; offset < start.size(); offset += per_line) {
    const std::string_view row = start.substr(offset, per_line);
    std::string hex;
    std::string ascii;
    for (const char c : row) {
      fmt::format_to(std::back_inserter(hex), " {:02x}", static_cast<unsigned char>(c));
      ascii += c >= 0x20 && c < 0x7F ? c : '.';
    }
    out += style.paint(style.dim, fmt::format("{:04x} ", offset)) +
           fmt::format("{:<{}}  {}\n", hex, 3 * per_line, ascii);
  }
  if (body.size() > start.size()) {
    const std::string rest = grouped_digits(body.size() - start.size());
    out += style.paint(style.dim, fmt::format("{} {} more bytes", style.ellipsis(), rest)) + '\n';
  }
  return out;
}

std::string with_tabs_expanded(std::string_view line) {
  std::string spaced;
  for (const char c : line) {
    if (c == '\t') {
      spaced += "    ";
    } else {
      spaced += c;
    }
  }
  return spaced;
}

class LinePrinter {
 public:
  LinePrinter(std::string_view body, const JsonViewOptions& options, const Style& style,
              const TextSink& sink)
      : body_(body), options_(options), style_(style), buffer_(sink) {}

  bool print(std::string_view heading);

 private:
  void print_line(std::string_view line);

  std::string_view body_;
  const JsonViewOptions& options_;
  const Style& style_;
  TextBuffer buffer_;
};

bool LinePrinter::print(std::string_view heading) {
  buffer_.text() += heading;
  std::string_view rest = body_;
  for (std::size_t lines = 0; !rest.empty() && buffer_.is_wanted(); ++lines) {
    if (options_.max_lines != 0 && lines == options_.max_lines) {
      buffer_.text() += rest_note(body_, style_);
      break;
    }
    const std::size_t newline = std::min(rest.find('\n'), rest.size());
    std::string_view line = rest.substr(0, newline);
    rest.remove_prefix(std::min(newline + 1, rest.size()));
    if (line.ends_with('\r')) {
      line.remove_suffix(1);
    }
    print_line(line);
    buffer_.text() += '\n';
    buffer_.flush_if_large();
  }
  return buffer_.flush();
}

void LinePrinter::print_line(std::string_view line) {
  if (options_.max_string_columns == 0) {
    while (!line.empty() && buffer_.is_wanted()) {
      const std::string_view piece = take_piece(line);
      buffer_.text() += style_.clean(with_tabs_expanded(piece));
      buffer_.flush_if_large();
    }
    return;
  }
  // A tab is the only character that becomes longer before it is looked at.
  const std::string_view start = line.substr(0, max_bytes_of(options_.max_string_columns));
  const Fitted fitted = fit_text(with_tabs_expanded(start), options_.max_string_columns, style_);
  buffer_.text() += fitted.text;
  if (fitted.is_cut) {
    buffer_.text() +=
        style_.paint(style_.dim, fmt::format(" {}{}", style_.ellipsis(), bytes_note(line.size())));
  }
}

}  // namespace

bool plain_view(std::string_view body, const json::Problem& problem, const JsonViewOptions& options,
                const Style& style, const TextSink& sink) {
  std::string verdict = fmt::format("not JSON: line {}, column {}: {}", problem.line,
                                    problem.column, problem.message);
  if (is_binary(body)) {
    verdict += "; nor text" + bytes_note(body.size());
    return sink(style.paint(style.dim, verdict) + '\n' + hex_dump(body, options, style));
  }
  const std::string head = options.may_be_text ? "" : style.paint(style.dim, verdict) + '\n';
  return LinePrinter(body, options, style, sink).print(head);
}

}  // namespace terra_hook
