// SPDX-License-Identifier: MIT
// Lets the user change a text in the editor of their choice.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/env.hpp"
#include "base/result.hpp"

namespace terra_hook {

/// Opens a private temporary file that holds `text` in $VISUAL, else $EDITOR, else `vi`, at the
/// terminal, and answers what was saved once the editor has ended; the file is gone then. The
/// editor gets the terminal's signals, ^C too, until it ends; once `is_over` answers true it is
/// ended. `name` is the file's. Errors: file (no editor, no room), input (the editor failed, or was
/// ended; the text may be up to `max_bytes`).
Result<std::string> edit_text(std::string_view text, const std::string& name,
                              std::uint64_t max_bytes, const Env& env,
                              const std::function<bool()>& is_over);

}  // namespace terra_hook
