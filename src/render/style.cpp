// SPDX-License-Identifier: MIT
#include "render/style.hpp"

#include <algorithm>

namespace terra_hook {

Style::Style(const Terminal& terminal)
    : width(terminal.width), height(terminal.height), unicode(terminal.unicode) {
  if (!terminal.color) {
    return;
  }
  // The 16 colours that every terminal's theme defines, so that they suit its background.
  reset = "\x1b[0m";
  dim = "\x1b[2m";
  bold = "\x1b[1m";
  good = "\x1b[32m";
  warn = "\x1b[33m";
  bad = "\x1b[31m";
  key = "\x1b[36m";
  string = "\x1b[32m";
  number = "\x1b[33m";
  literal = "\x1b[35m";
  id = "\x1b[36m";
}

std::string Style::paint(std::string_view color, std::string_view text) const {
  if (color.empty()) {
    return std::string(text);
  }
  std::string painted;
  painted.reserve(color.size() + text.size() + reset.size());
  painted.append(color).append(text).append(reset);
  return painted;
}

std::string Style::fit(std::string_view text, std::size_t columns) const {
  // One column may hold a base and four marks of four bytes each.
  constexpr std::size_t k_max_bytes_per_column = 20;
  const std::size_t max_bytes = (std::min(columns, text.size()) + 2) * k_max_bytes_per_column;
  const std::string shown = clean(text.substr(0, max_bytes));
  if (unicode || shown.size() <= columns) {
    return truncate(shown, columns);
  }
  const std::string_view dots = ellipsis().substr(0, columns);
  return shown.substr(0, columns - dots.size()).append(dots);
}

}  // namespace terra_hook
