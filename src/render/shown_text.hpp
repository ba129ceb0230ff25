// SPDX-License-Identifier: MIT
// What the views of bodies have in common: a buffer in front of a sink, texts cut to a width, and
// the remarks that say what was left out.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "render/json_view.hpp"
#include "render/style.hpp"

namespace terra_hook {

/// Collects text and hands it on in large pieces.
class TextBuffer {
 public:
  /// With `holds_back`, nothing is handed on before flush().
  explicit TextBuffer(const TextSink& sink, bool holds_back = false)
      : sink_(sink), holds_back_(holds_back) {}

  std::string& text() { return text_; }

  void flush_if_large() {
    constexpr std::size_t k_large = 64 << 10;
    if (text_.size() >= k_large && !holds_back_) flush();
  }

  /// False once the sink did not want more.
  bool flush();
  bool is_wanted() const { return is_wanted_; }

 private:
  const TextSink& sink_;
  std::string text_;
  bool holds_back_;
  bool is_wanted_ = true;
};

struct Fitted {
  std::string text;
  bool is_cut = false;
};

/// `text` made fit for the terminal and, where it takes more than `max_columns` (0: no bound), cut
/// to fewer. Looks at no more than it takes to fill them.
Fitted fit_text(std::string_view text, std::size_t max_columns, const Style& style);

/// `text` with `margin` before each of its lines.
std::string indent(std::string_view text, std::string_view margin);

/// How many bytes of a text can matter to what fills so many columns.
std::size_t max_bytes_of(std::size_t columns);

/// Takes some thousand bytes off the front of `text`, never ending inside a UTF-8 character.
std::string_view take_piece(std::string_view& text);

/// Whether `bytes` could be written to a terminal as they are: lines of text in which sanitize()
/// has nothing to change.
bool is_fit_for_terminal(std::string_view bytes, bool unicode);

/// ` (1,204 bytes)`.
std::string bytes_note(std::size_t size);

/// The line that stands for all that a bound on lines leaves out. It does not count lines: that
/// would mean reading the rest.
std::string rest_note(std::string_view body, const Style& style);

}  // namespace terra_hook
