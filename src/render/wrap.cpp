// SPDX-License-Identifier: MIT
#include "render/wrap.hpp"

#include "base/terminal.hpp"

namespace terra_hook {

std::string wrap(std::string_view text, std::size_t width, std::size_t margin) {
  std::string wrapped;
  std::size_t column = margin;
  bool is_line_start = true;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!is_line_start && column + 1 + display_width(word) > width) {
      wrapped += '\n';
      wrapped.append(margin, ' ');
      column = margin;
      is_line_start = true;
    }
    if (!is_line_start) {
      wrapped += ' ';
      ++column;
    }
    wrapped += word;
    column += display_width(word);
    is_line_start = false;
  }
  return wrapped;
}

}  // namespace terra_hook
