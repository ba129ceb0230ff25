// SPDX-License-Identifier: MIT
// Colours by meaning, not by number. With colour off every member is the empty string.
#pragma once

#include <string>
#include <string_view>

#include "base/terminal.hpp"

namespace terra_hook {

struct Style {
  explicit Style(const Terminal& terminal);
  /// No colour, Unicode, 80 columns: what a pipe or a test gets.
  Style() : Style(Terminal{}) {}

  std::string_view reset, dim, bold;
  std::string_view good, warn, bad;               ///< verdicts and statuses
  std::string_view key, string, number, literal;  ///< JSON tokens
  std::string_view id;                            ///< capture numbers
  std::size_t width = 80;
  std::size_t height = 24;
  bool unicode = true;

  /// `text` between `color` and reset; `text` alone when `color` is empty.
  std::string paint(std::string_view color, std::string_view text) const;
  /// Untrusted text made fit for this stream (sanitize()).
  std::string clean(std::string_view text) const { return sanitize(text, unicode); }
  /// The same, cut to at most `columns` with an ellipsis; reads no more of `text` than that takes.
  std::string fit(std::string_view text, std::size_t columns) const;
  std::string_view dash() const { return unicode ? "–" : "-"; }  ///< between two ends
  std::string_view ellipsis() const { return unicode ? "…" : "..."; }
};

}  // namespace terra_hook
