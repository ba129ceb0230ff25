// SPDX-License-Identifier: MIT
// Text as a word of a POSIX shell's command line.
#pragma once

#include <string>
#include <string_view>

namespace terra_hook {

/// True when `text` can be pasted and shown as it is: UTF-8 without a character that could act on a
/// terminal, but for line breaks and tabs.
bool is_printable_text(std::string_view text);

/// `text` as one word, to the byte: as it is where nothing in it means anything to a shell, else
/// between single quotes, else, where it is not printable, as `$'...'` (bash, zsh, ksh and POSIX
/// 2024). There must be no NUL in it.
std::string shell_quote(std::string_view text);

}  // namespace terra_hook
