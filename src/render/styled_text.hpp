// SPDX-License-Identifier: MIT
// Text that a Style has painted, taken apart again: a screen paints cells, it does not print escape
// sequences. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace terra_hook {

/// How a piece of text looks.
struct Paint {
  bool is_bold = false;
  bool is_dim = false;
  int color = 0;  ///< 1 to 7 as ECMA-48 counts them (1 red, 2 green, …); 0: the terminal's own

  bool operator==(const Paint&) const = default;
};

struct StyledSpan {
  std::string text;  ///< valid UTF-8
  Paint paint;

  bool operator==(const StyledSpan&) const = default;
};

/// One row of a screen.
using StyledLine = std::vector<StyledSpan>;

/// The bytes that the first character of `text` (valid UTF-8, not empty) takes.
std::size_t first_character_size(std::string_view text);

/// `text` (sanitized, then painted by a Style) as lines of at most `columns`; longer ones go on in
/// the next row, with the word that has no room left; only a word wider than a line is broken. Past
/// `max_lines` nothing is looked at.
std::vector<StyledLine> wrap_styled(std::string_view text, std::size_t columns,
                                    std::size_t max_lines);

/// The first line of `text`, cut to `columns` with `…` (or `...` without `unicode`) where something
/// was cut.
StyledLine cut_styled(std::string_view text, std::size_t columns, bool unicode = true);

/// Without its looks.
std::string plain_text(const StyledLine& line);

}  // namespace terra_hook
