// SPDX-License-Identifier: MIT
#include "render/shown_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/count.hpp"
#include "base/size.hpp"
#include "base/terminal.hpp"

namespace terra_hook {

bool TextBuffer::flush() {
  if (is_wanted_ && !text_.empty()) is_wanted_ = sink_(text_);
  text_.clear();
  return is_wanted_;
}

Fitted fit_text(std::string_view text, std::size_t max_columns, const Style& style) {
  if (max_columns == 0) {
    return {style.clean(text)};
  }
  std::string shown = style.clean(text.substr(0, max_bytes_of(std::min(max_columns, text.size()))));
  if (display_width(shown) <= max_columns) {
    return {std::move(shown)};
  }
  constexpr std::string_view k_cut_mark = "…";
  shown = truncate(shown, max_columns);
  shown.resize(shown.size() - k_cut_mark.size());
  return {std::move(shown), true};
}

std::string indent(std::string_view text, std::string_view margin) {
  std::string indented;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    indented.append(margin).append(text.substr(0, end));
    text.remove_prefix(end);
  }
  return indented;
}

std::size_t max_bytes_of(std::size_t columns) {
  // One column may hold a base and four marks of four bytes each.
  constexpr std::size_t k_max_bytes_per_column = 20;
  return (columns + 2) * k_max_bytes_per_column;
}

std::string_view take_piece(std::string_view& text) {
  constexpr std::size_t k_piece = 16 << 10;
  std::size_t size = std::min(text.size(), k_piece);
  const auto is_inside = [&](std::size_t position) {
    return position < text.size() && (static_cast<unsigned char>(text[position]) & 0xC0U) == 0x80;
  };
  for (int i = 0; i < 3 && is_inside(size); ++i) --size;
  const std::string_view piece = text.substr(0, size);
  text.remove_prefix(size);
  return piece;
}

bool is_fit_for_terminal(std::string_view bytes, bool unicode) {
  std::string text;
  text.reserve(bytes.size());
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const bool is_line_end = bytes[i] == '\r' && i + 1 < bytes.size() && bytes[i + 1] == '\n';
    if (bytes[i] != '\n' && bytes[i] != '\t' && !is_line_end) text += bytes[i];
  }
  return sanitize(text, unicode) == text;
}

std::string bytes_note(std::size_t size) {
  return fmt::format(" ({} {})", grouped_digits(size), size == 1 ? "byte" : "bytes");
}

std::string rest_note(std::string_view body, const Style& style) {
  return style.paint(style.dim,
                     fmt::format("{} ({} in all)", style.ellipsis(), to_human_size(body.size()))) +
         '\n';
}

}  // namespace terra_hook
