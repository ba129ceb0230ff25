// SPDX-License-Identifier: MIT
// A command line that a user wrote as one string, as the words that a program gets.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace terra_hook {

/// Splits `text` at white space as a shell does: '…' is literal, "…" and \ quote, and `~/` at the
/// start of a word stands for `home` (left alone while that is empty). Nothing else of a shell's
/// language is known. An unquoted `| & ; < > ( ) $` or backtick, and a `$` or backtick in "…", are
/// an Error of kind `usage` rather than passed on as text, since whoever writes them expects what
/// only a shell does. A quote without its end and a line without a word are errors too.
Result<std::vector<std::string>> split_command_line(std::string_view text, std::string_view home);

}  // namespace terra_hook
