// SPDX-License-Identifier: MIT
// What an output stream can show, and how untrusted text is made fit to be shown.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace terra_hook {

enum class ColorChoice { automatic, always, never };

/// What the stream behind a file descriptor can show. Decided once, at start.
struct Terminal {
  bool is_terminal = false;
  bool color = false;
  bool unicode = true;
  std::size_t width = 80;   ///< columns; COLUMNS wins over the window's size
  std::size_t height = 24;  ///< rows
};

using EnvironmentLookup = std::function<std::optional<std::string>(const std::string& name)>;

/// Looks at `fd` and the environment. `automatic` follows NO_COLOR, CLICOLOR, CLICOLOR_FORCE,
/// FORCE_COLOR and TERM=dumb (no-color.org, bixense.com/clicolors).
Terminal detect_terminal(int fd, const EnvironmentLookup& environment, ColorChoice choice);

/// `text` with everything that could act on a terminal made visible: C0 and C1 controls, DEL,
/// bidirectional overrides and isolates, zero-width and other invisible format characters become
/// `\u001b`-style escapes, invalid UTF-8 becomes `\xff`-style escapes. Newline and tab are escaped
/// too. With `unicode` false all that is not ASCII is escaped: to a terminal with an 8-bit
/// character set, bytes of UTF-8 are control characters.
std::string sanitize(std::string_view text, bool unicode = true);

/// The columns that `text` (valid UTF-8, already sanitized) takes: 0 for combining marks, 2 for
/// East Asian wide characters and emoji, else 1.
std::size_t display_width(std::string_view text);

/// `text` cut to at most `columns`, ending in `…` where something was cut; never inside a
/// character.
std::string truncate(std::string_view text, std::size_t columns);

/// `text` filled with spaces to `columns` on the right; longer text is left as it is.
std::string pad(std::string_view text, std::size_t columns);

}  // namespace terra_hook
