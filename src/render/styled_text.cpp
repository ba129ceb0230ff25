// SPDX-License-Identifier: MIT
#include "render/styled_text.hpp"

#include <algorithm>

#include "base/terminal.hpp"

namespace terra_hook {
namespace {

/// Takes `\x1b[31m` off the front of `text` and does to `paint` what it says. Only Style writes
/// such sequences; whatever else begins so loses its escape character.
void take_sequence(std::string_view& text, Paint& paint) {
  const std::size_t end = text.find_first_not_of("0123456789", 2);
  const bool is_ours = text.starts_with("\x1b[") && end != std::string_view::npos &&
                       text[end] == 'm' && (end == 3 || end == 4);
  if (!is_ours) {
    text.remove_prefix(1);
    return;
  }
  const std::string_view number = text.substr(2, end - 2);
  if (number == "0") paint = {};
  if (number == "1") paint.is_bold = true;
  if (number == "2") paint.is_dim = true;
  if (number.size() == 2 && number[0] == '3' && number[1] < '8') paint.color = number[1] - '0';
  text.remove_prefix(end + 1);
}

void append(StyledLine& line, std::string_view text, const Paint& paint) {
  if (line.empty() || line.back().paint != paint) line.push_back({{}, paint});
  line.back().text += text;
}

std::size_t width_of_line(const StyledLine& line) {
  std::size_t width = 0;
  for (const StyledSpan& span : line) width += display_width(span.text);
  return width;
}

/// Takes what stands behind its last space off `line`, which loses that space, too. Nothing when
/// there is none but at the front: a word that is wider than a line is broken within.
StyledLine take_last_word(StyledLine& line) {
  StyledLine word;
  for (std::size_t i = line.size(); i-- > 0;) {
    std::string& text = line[i].text;
    const std::size_t space = text.rfind(' ');
    if (space == std::string::npos) continue;
    const auto is_blank = [](const StyledSpan& span) {
      return span.text.find_first_not_of(' ') == std::string::npos;
    };
    const auto here = line.begin() + static_cast<std::ptrdiff_t>(i);
    const bool is_indent =
        std::all_of(line.begin(), here, is_blank) && text.find_first_not_of(' ') >= space;
    if (is_indent) return {};
    if (space + 1 < text.size()) word.push_back({text.substr(space + 1), line[i].paint});
    word.insert(word.end(), std::next(here), line.end());
    text.erase(space);
    line.erase(std::next(here), line.end());
    return word;
  }
  return word;
}

/// wrap_styled(), which keeps words whole, or the same at any character.
std::vector<StyledLine> broken(std::string_view text, std::size_t columns, std::size_t max_lines,
                               bool keeps_words) {
  std::vector<StyledLine> lines;
  StyledLine line;
  std::size_t width = 0;
  bool is_open = false;      // something of the line was seen, if only its end
  bool is_at_space = false;  // spaces that the line had no room for were left out
  Paint paint;
  const auto end_line = [&] {
    lines.push_back(std::move(line));
    line.clear();
    width = 0;
    is_open = false;
    is_at_space = false;
  };
  while (!text.empty() && lines.size() < max_lines) {
    if (text.front() == '\x1b') {
      take_sequence(text, paint);
      continue;
    }
    if (text.front() == '\n') {
      end_line();
      text.remove_prefix(1);
      continue;
    }
    const std::size_t size = first_character_size(text);
    const bool has_room = display_width(text.substr(0, size)) <= columns;
    const std::string_view character = has_room ? text.substr(0, size) : "?";
    const std::size_t character_width = display_width(character);
    if (width > 0 && (is_at_space || width + character_width > columns)) {
      if (keeps_words && character == " ") {
        is_at_space = true;
        text.remove_prefix(size);
        continue;
      }
      StyledLine word = keeps_words && !is_at_space ? take_last_word(line) : StyledLine();
      end_line();
      line = std::move(word);
      width = width_of_line(line);
    }
    if (lines.size() == max_lines) break;
    append(line, character, paint);
    width += character_width;
    is_open = true;
    text.remove_prefix(size);
  }
  if (is_open && lines.size() < max_lines) end_line();
  return lines;
}

}  // namespace

std::size_t first_character_size(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  const std::size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
  return std::min(size, text.size());
}

std::vector<StyledLine> wrap_styled(std::string_view text, std::size_t columns,
                                    std::size_t max_lines) {
  return broken(text, columns, max_lines, true);
}

StyledLine cut_styled(std::string_view text, std::size_t columns, bool unicode) {
  text = text.substr(0, text.find('\n'));
  std::vector<StyledLine> lines = broken(text, columns, 2, false);
  if (lines.empty()) return {};
  StyledLine line = std::move(lines.front());
  if (lines.size() == 1) return line;
  const std::string_view dots =
      unicode ? std::string_view("…") : std::string_view("...").substr(0, columns);
  const std::size_t room = columns - std::min(columns, display_width(dots));
  while (!line.empty() && width_of_line(line) > room) {
    std::string& last = line.back().text;
    std::size_t begin = last.size();
    while (begin > 0 && (static_cast<unsigned char>(last[--begin]) & 0xC0) == 0x80) {
    }
    last.erase(begin);
    if (last.empty()) line.pop_back();
  }
  append(line, dots, {});
  return line;
}

std::string plain_text(const StyledLine& line) {
  std::string text;
  for (const StyledSpan& span : line) text += span.text;
  return text;
}

}  // namespace terra_hook
