// SPDX-License-Identifier: MIT
// Completion scripts, made from the command model.
#pragma once

#include <span>
#include <string>

#include "cli/model.hpp"

namespace terra_hook {

enum class Shell { bash, zsh, fish };

/// A script that completes commands, flags, choices, event types and paths. The same model gives
/// the same bytes; `completions/` holds them.
std::string completion_script(Shell shell, std::span<const CommandModel> commands);

}  // namespace terra_hook
