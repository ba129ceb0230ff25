// SPDX-License-Identifier: MIT
#include "render/headline_text.hpp"

#include <algorithm>
#include <utility>

#include "base/terminal.hpp"
#include "terra/event_type.hpp"
#include "terra/formats.hpp"

namespace terra_hook {
namespace {

constexpr std::pair<std::string_view, std::string_view> k_spellings[] = {
    {"♥", "HR "}, {"–", "-"}, {"…", "..."}, {"→", "->"}, {"“", "\""},
    {"”", "\""},  {"₂", "2"}, {"°", ""},    {"µ", "u"},  {"·", "-"},
};

std::string spell(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto spelling = std::ranges::find_if(
        k_spellings, [&](const auto& entry) { return text.starts_with(entry.first); });
    if (spelling == std::end(k_spellings)) {
      out += text.front();
      text.remove_prefix(1);
    } else {
      out += spelling->second;
      text.remove_prefix(spelling->first.size());
    }
  }
  return out;
}

bool is_figure(std::string_view word) {
  return std::ranges::any_of(word, [](char c) { return c >= '0' && c <= '9'; });
}

/// Figures stand out, their names and units stand back, the heart is red.
std::string paint_words(std::string_view text, const Style& style) {
  std::string out;
  bool is_first = true;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    std::string_view color = style.dim;
    if (is_first || is_figure(word)) color = "";
    if (word.starts_with("♥")) color = style.bad;
    if (word.starts_with('+')) color = style.dim;
    out += style.paint(color, word);
    text.remove_prefix(end);
    const std::size_t spaces = std::min(text.find_first_not_of(' '), text.size());
    out += text.substr(0, spaces);
    text.remove_prefix(spaces);
    is_first = false;
  }
  return out;
}

}  // namespace

std::string legible(std::string_view text, const Style& style) {
  return style.unicode ? sanitize(text) : sanitize(spell(text), false);
}

std::string headline_text(const Capture& capture, std::size_t columns, const Style& style) {
  std::string text = legible(capture.headline, style);
  if (display_width(text) > columns) {
    // truncate() ends in an ellipsis, which is not ASCII.
    text = style.unicode ? truncate(text, columns)
                         : text.substr(0, columns > 3 ? columns - 3 : 0) + "...";
  }
  switch (find_event_type(capture.summary.event_type.value_or("")).tone) {
    case Tone::warning: return style.paint(style.warn, text);
    case Tone::bad: return style.paint(style.bad, text);
    case Tone::neutral: return text;
    case Tone::good:
      // A connection that failed, in the older form of the event.
      if (text.starts_with("failed")) return style.paint(style.bad, text);
      return style.paint(style.good, text);
    case Tone::data: break;
  }
  return paint_words(text, style);
}

}  // namespace terra_hook
