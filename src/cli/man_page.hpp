// SPDX-License-Identifier: MIT
// The manual page, made from the command model.
#pragma once

#include <span>
#include <string>

#include "cli/model.hpp"

namespace terra_hook {

/// terra-hook(1) in man(7) macros, without a date: the same model gives the same bytes;
/// `man/terra-hook.1` holds them.
std::string man_page(std::span<const CommandModel> commands);

}  // namespace terra_hook
