// SPDX-License-Identifier: MIT
#include "render/style.hpp"

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

}  // namespace terra_hook
